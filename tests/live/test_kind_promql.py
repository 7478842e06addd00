"""What a promql check sees of a fake that speaks Prometheus' API: the tests' machine has no real one."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import fake_servers
from asking import asked, command, context, looked
from runbooklab.domains.generic.records import Seen
from runbooklab.redaction import Vault


@contextmanager
def prometheus(body: Any, status: str = "200 OK") -> Iterator[tuple[int, list[bytes]]]:
    """The port of a fake that gives this answer, and what it was asked."""
    asked_of: list[bytes] = []
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(sock: socket.socket) -> None:
        asked_of.append(fake_servers.request_of(sock))
        sock.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)

    with fake_servers.serving(answer) as port:
        yield port, asked_of


def vector(*values: str, at: float = 0.0) -> dict[str, Any]:
    """An answer with these samples, as Prometheus writes it."""
    at = at or time.time()
    rows = [{"metric": {"job": f"job{n}"}, "value": [at, value]} for n, value in enumerate(values)]
    return {"status": "success", "data": {"resultType": "vector", "result": rows}}


def look(port: int, query: str = "up", timeout_s: float = 3.0, **values: str) -> Seen:
    """What a check sees."""
    server = {"server": f"http://127.0.0.1:{port}/prom/"}
    return looked(asked("promql", query, server, timeout_s=timeout_s, **values))


def test_samples_are_numbers_and_the_query_arrives_whole() -> None:
    """The first value, the smallest, the largest, how many and how old; the query is one parameter."""
    with prometheus(vector("3", "1.5", "2e3", at=time.time() - 60)) as (port, asked_of):
        seen = look(port, 'sum(x{a="${v}"}) > 0', v='&b"= #')
    values = seen.values
    assert (values["value"], values["min"], values["max"], values["series"]) == (3.0, 1.5, 2000.0, 3)
    assert 59 < values["age"] < 90
    assert (values["error"], values["refused"], values["timed_out"]) == ("", False, False)
    line = asked_of[0].split(b"\r\n")[0]
    assert line.startswith(
        b"GET /prom/api/v1/query?query=sum%28x%7Ba%3D%22%26b%5C%22%3D%20%23%22%7D%29%20%3E%200&timeout="
    )
    assert 'job="job0"' in seen.shown


def test_no_series_have_no_value() -> None:
    """An empty answer is an answer: a number of series, and nothing else."""
    with prometheus(vector()) as (port, _):
        values = look(port).values
    assert values["series"] == 0
    assert not {"value", "min", "max", "age"} & set(values)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"resultType": "scalar", "result": [1.0, "7"]}, 7.0),
        ({"resultType": "matrix", "result": [{"metric": {}, "values": [[1.0, "1"], [2.0, "5"]]}]}, 5.0),
    ],
)
def test_scalars_and_ranges_have_a_latest_value(data: dict[str, Any], value: float) -> None:
    """The last sample of each series counts."""
    with prometheus({"status": "success", "data": data}) as (port, _):
        assert look(port).values["value"] == value


@pytest.mark.parametrize("odd", ["NaN", "+Inf", "-Inf"])
def test_what_is_no_finite_number_is_not_compared(odd: str) -> None:
    """0/0 is no number: nothing can be said of it."""
    with prometheus(vector(odd, "1")) as (port, _):
        seen = look(port)
    assert {"value", "min", "max"} == set(seen.unobserved)
    assert seen.values["series"] == 2


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"status": "error", "error": "parse error: no"}, "400 Bad Request", "parse error"),
        (b"<html>login</html>", "200 OK", "no answer of Prometheus"),
        (b"{}", "503 Unavailable", "HTTP 503"),
        (b'{"status":"success","data":{"resultType":"vector","result":[7]}}', "200 OK", "no answer"),
        (b'{"status":"success","data":[]}', "200 OK", "no answer"),
        (b"[" * 100_000, "200 OK", "no answer"),
        (b'{"status":"success","data":"' + b"x" * (2 << 20), "200 OK", "first MiB"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_an_error(body: Any, status: str, said: str) -> None:
    """Its own words if it has some; no series in it."""
    with prometheus(body, status) as (port, _):
        seen = look(port)
    assert said in seen.values["error"]
    assert "series" not in seen.values


def test_nobody_there_and_a_server_that_hangs_are_data() -> None:
    """Refused, or no answer in time."""
    assert look(fake_servers.closed_port()).values["refused"] is True
    with fake_servers.serving(fake_servers.silent) as port:
        assert look(port, timeout_s=0.5).values["timed_out"] is True


def test_a_bearer_token_is_sent_and_not_written() -> None:
    """The server gets it; what is kept and the command have a token and a variable."""
    vault = Vault(b"a key for tests")
    token = vault.learn("bearer-of-prometheus")
    ctx = context(vault)
    with prometheus(vector("1")) as (port, asked_of):
        options = {"server": f"http://127.0.0.1:{port}", "bearer": "${t}"}
        question = asked("promql", "up", options, t=token)
        seen = looked(question, ctx)
    assert b"Authorization: Bearer bearer-of-prometheus" in asked_of[0]
    assert "bearer-of" not in repr(seen) + repr(ctx.ledger)
    assert command(question).endswith(
        f'-H "Authorization: Bearer $SECRET" http://127.0.0.1:{port}/api/v1/query'
    )
