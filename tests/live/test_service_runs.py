"""Two diagnoses of two Redis servers in two threads of one process, as a service has them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redis_servers import free_port, redis_server

from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import Suite
from runbooklab.execution.publishing import Result
from runbooklab.execution.runner import Request, run
from runbooklab.execution.stop_control import StopControl

ROOT = Path(__file__).resolve().parents[2]
PASSWORD, OTHER_PASSWORD = "correct-horse-22", "battery-staple-33"


class Judged(NamedTuple):
    """What a diagnosis says, without the numbers that are other ones each time."""

    verdict: str
    causes: frozenset[tuple[str, str, bool, tuple[str, ...]]]
    findings: tuple[tuple[str, str], ...]
    ladder: tuple[tuple[str, str], ...]
    not_observed: tuple[str, ...]
    secret: str


@pytest.fixture(autouse=True)
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs are about Redis on this host: no Docker engine is asked."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")


@pytest.fixture
def healthy() -> Iterator[str]:
    """URL of a Redis server that asks for a password."""
    with redis_server("--requirepass", PASSWORD) as server:
        yield server.url(f":{PASSWORD}")


@pytest.fixture
def broken() -> str:
    """URL of a port that nothing listens on, with another password."""
    return f"redis://:{OTHER_PASSWORD}@127.0.0.1:{free_port()}/0"


def request(reports: Path, url: str, **given: Any) -> Request:
    values = {"redis_url": url, "redis_container": "", "orchestrator_config": "", **given}
    return Request(Invocation.of(Suite(ROOT), "redis-connection", values), reports, 60.0)


def judged(result: Result) -> Judged:
    diagnosis = result.diagnosis
    return Judged(
        diagnosis.verdict,
        frozenset((cause.id, cause.state, cause.primary, cause.because) for cause in diagnosis.causes),
        tuple((finding.id, finding.status) for finding in diagnosis.findings),
        tuple((rung.name, rung.status) for rung in diagnosis.ladder),
        diagnosis.not_observed,
        diagnosis.parameters["redis_url"],
    )


def test_a_healthy_and_a_broken_target_at_once(tmp_path, healthy, broken):
    """Each diagnosis is the one that its target gets alone, and names no secret of the other."""
    requests = request(tmp_path, healthy), request(tmp_path, broken)
    alone = [judged(run(wanted, lambda _: None)) for wanted in requests]
    together = threading.Barrier(2)

    def begin(wanted: Request) -> Result:
        together.wait()
        return run(wanted, lambda _: None)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(begin, requests))
    assert [judged(result) for result in results] == alone
    assert [diagnosis.verdict for diagnosis in alone] == ["ok", "critical"]
    for result in results:
        assert result.folder is not None
        written = b"".join(file.read_bytes() for file in result.folder.iterdir())
        assert not any(secret.encode() in written for secret in (PASSWORD, OTHER_PASSWORD))


def test_stopping_the_one_that_hangs(tmp_path, healthy):
    """A run whose target never answers is stopped, while one beside it reports that its own is healthy."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = request(tmp_path, f"redis://127.0.0.1:{silent.getsockname()[1]}/0", probe_timeout_s=50.0)
        control = StopControl()
        with ThreadPoolExecutor(2) as pool:
            stopped = pool.submit(run, hanging, lambda _: None, control)
            beside = pool.submit(run, request(tmp_path, healthy), lambda _: None)
            assert beside.result(timeout=60).diagnosis.verdict == "ok"
            assert not stopped.done()
            began = time.monotonic()
            control.stop("somebody pressed stop")
            diagnosis = stopped.result(timeout=60).diagnosis
    assert time.monotonic() - began < 20
    assert diagnosis.verdict != "ok"
    assert "The run ended early: somebody pressed stop." in diagnosis.not_observed
