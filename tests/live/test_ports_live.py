"""``runbook run port-conflicts`` against real listeners and containers: whose port it is, no more."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runbooklab.domains.redis.lab.testbed import OPEN_SERVER, LabRedis, RedisTestbed, published
from runbooklab.lab.ports import free_port
from runbooklab.notebook.live_run import LiveRun

ROOT = Path(__file__).resolve().parents[2]
#: Nothing of the service behind the port is observed, or mentioned.
OF_REDIS = {"redis", "tls", "registrations", "inside", "server-config", "orchestrator-view", "process"}
SAYS_SO = re.compile(r"Redis (can|cannot|answers|is healthy)")


def run(reports: Path, **parameters: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Diagnosis and evidence of a run of port-conflicts; neither they nor the page speak of Redis."""
    slug = "port-conflicts"
    words = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
    line = [sys.executable, "-m", "runbooklab", "run", slug, "--json", "--reports", str(reports), *words]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, timeout=100, check=False)
    assert done.stdout, done.stderr.decode()
    (folder,) = (reports / slug).iterdir()
    page = re.sub(r"<[^>]*>", "", (folder / "report.html").read_text())
    diagnosis, evidence = (folder / name for name in ("diagnosis.json", "evidence.json"))
    assert not SAYS_SO.search(diagnosis.read_text())
    assert not SAYS_SO.search(page)
    return json.loads(done.stdout), json.loads(evidence.read_text())


def _held_by_process(testbed: RedisTestbed) -> LabRedis:
    port = testbed.listening("silent")
    refused = testbed.refused_container("redis", OPEN_SERVER, ports=published(port))
    return LabRedis(str(refused.name), port)


def _held_by_container(testbed: RedisTestbed) -> LabRedis:
    port = testbed.redis(suffix="other").port
    refused = testbed.refused_container("redis", OPEN_SERVER, ports=published(port))
    return LabRedis(str(refused.name), port)


def _nothing(testbed: RedisTestbed) -> LabRedis:
    return LabRedis(testbed.name("nobody"), free_port())


def _healthy(testbed: RedisTestbed) -> LabRedis:
    return testbed.redis()


@pytest.mark.parametrize(
    ("make", "verdict", "primary"),
    [
        (_held_by_process, "critical", "port-conflict-process"),
        (_held_by_container, "critical", "port-conflict-container"),
        (_nothing, "critical", "container-missing"),
        (_healthy, "ok", None),
    ],
)
def test_whose_port_it_is(
    testbed: RedisTestbed,
    tmp_path: Path,
    make: Callable[[RedisTestbed], LabRedis],
    verdict: str,
    primary: str | None,
) -> None:
    """Cause and verdict are those of the port; no Redis is asked, and no sentence speaks of one."""
    target = make(testbed)
    diagnosis, evidence = run(
        tmp_path, redis_url=f"redis://127.0.0.1:{target.port}",
        redis_container=target.name, docker_network="",
    )  # fmt: skip
    assert diagnosis["verdict"] == verdict, diagnosis["summary"]
    assert next((cause["id"] for cause in diagnosis["causes"] if cause["primary"]), None) == primary
    assert str(target.port) in diagnosis["summary"] or primary == "container-missing"
    assert not OF_REDIS & evidence["observations"].keys()
    assert "redis" not in {entry["to"] for entry in diagnosis["ledger"]}


def test_a_runbook_on_docker_runs_its_probes_alone(testbed: RedisTestbed) -> None:
    """No port, no configuration and no Redis is observed."""
    target = testbed.redis()
    run_of_docker = LiveRun(
        "of-docker", {"redis_container": target.name, "docker_network": ""}, uses=("container",)
    )
    evidence = run_of_docker.evidence()
    assert evidence.domains == ("container",)
    assert evidence.observations.keys() == {
        "docker", "container", "logs", "events", "network", "orchestrator", "orchestrator-logs", "error-text",
    }  # fmt: skip
    assert "redis" not in {entry.to for entry in evidence.ledger}
