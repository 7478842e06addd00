"""What a check says it would send is what the ledger then says it sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis_servers import redis_server

import fake_servers
from asking import asked, context, looked, module
from runbooklab.domains.generic.probes.service import BOOTED
from runbooklab.domains.generic.records import Asked

HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def kept_to(question: Asked) -> None:
    """The plan's entries are in the ledger, in the same words."""
    ctx = context()
    looked(question, ctx)
    sent = {(entry.to, entry.what) for entry in ctx.ledger}
    for planned in module(question.kind).plan(question):
        assert (planned.to, planned.what) in sent


@pytest.mark.parametrize(
    ("kind", "subject", "options"),
    [
        ("http", "http://127.0.0.1:@/a?b=c", {}),
        ("promql", "up", {"server": "http://127.0.0.1:@"}),
        ("tcp", "127.0.0.1:@", {}),
        ("tls", "127.0.0.1:@", {}),
        ("sql", "SELECT 1", {"server": "postgresql://me@127.0.0.1:@/app"}),
    ],
)
def test_a_plan_for_a_server_is_kept_to(kind: str, subject: str, options: dict[str, str]) -> None:
    """Also if what answers is something else."""
    with fake_servers.serving(fake_servers.saying(HTTP)) as port:
        filled = {name: text.replace("@", str(port), 1) for name, text in options.items()}
        if kind == "sql":
            filled = {"server": f"postgresql://me@127.0.0.1:{port}/app"}
        kept_to(asked(kind, subject.replace("@", str(port)), filled, timeout_s=1.0))


def test_a_plan_for_redis_and_a_name_server_is_kept_to() -> None:
    """The command with its words, the question with its server."""
    with redis_server() as server:
        kept_to(asked("redis", "LLEN ${k}", {"server": server.url()}, k="my jobs"))
    port = fake_servers.closed_port()
    kept_to(asked("dns", "db.example", {"server": f"127.0.0.1:{port}"}, timeout_s=0.5))


def test_a_plan_for_this_host_is_kept_to(tmp_path: Path) -> None:
    """Files, disks, processes, ports, logs; a unit where systemd runs."""
    (tmp_path / "a.log").write_text("x\n")
    kept_to(asked("file", str(tmp_path / "a.log")))
    kept_to(asked("log", str(tmp_path / "a.log"), {"last": "7"}))
    kept_to(asked("disk", str(tmp_path)))
    kept_to(asked("process", "no-such-program"))
    kept_to(asked("port", "1"))
    if BOOTED.is_dir():
        kept_to(asked("service", "no-such-unit-of-ours.service"))
