"""``runbook run --apply``: a change only if it is asked for, and only with its confirmation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from docker.models.containers import Container
from redis_servers import free_port

from runbooklab.domains.redis.lab.testbed import RedisTestbed

ROOT = Path(__file__).resolve().parents[2]


def run(reports: Path, container: str, port: int, *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit status, diagnosis and what was said of a run against a container."""
    values = {
        "redis_url": f"redis://127.0.0.1:{port}",
        "redis_container": container,
        "docker_network": "",
    }
    words = [word for name, value in values.items() for word in ("-p", name, value)]
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "run", "redis-connection", "--json", *words,
         "--reports", str(reports), *options],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout), done.stderr


def stopped(testbed: RedisTestbed) -> tuple[Container, int]:
    """A Redis container that was never started, and the port it would publish."""
    port = free_port()
    command = ["redis-server", "--save", "", "--protected-mode", "no"]
    return testbed.created("apply", command, ports={"6379/tcp": ("127.0.0.1", port)}), port


def state(container: Container) -> str:
    container.reload()
    return str(container.status)


def test_a_run_changes_nothing_by_itself(tmp_path, testbed):
    """The report shows the command that helps, and the container stays as it is."""
    container, port = stopped(testbed)
    status, diagnosis, _ = run(tmp_path, container.name, port)
    assert (status, diagnosis["audit"]) == (2, [])
    assert f"docker start {container.name}" in diagnosis["causes"][0]["remedy"]["commands"]
    assert state(container) == "created"


def test_a_remedy_that_was_asked_for(tmp_path, testbed):
    """It is carried out, stands in the audit trail, and the verdict comes from the check after it."""
    container, port = stopped(testbed)
    status, diagnosis, said = run(tmp_path, container.name, port, "--apply", "start-container")
    assert status == {"ok": 0, "warning": 1}[diagnosis["verdict"]]
    assert [(act["remedy"], act["outcome"]) for act in diagnosis["audit"]] == [("start-container", "done")]
    assert f"done: docker start {container.name}" in said
    assert state(container) == "running"


def test_a_destructive_remedy_without_its_confirmation(tmp_path, testbed):
    """It is refused with a line that says what is missing, and the exit status is 3."""
    container, port = stopped(testbed)
    container.start()
    status, diagnosis, said = run(tmp_path, container.name, port, "--apply", "flush-all")
    assert (status, [act["outcome"] for act in diagnosis["audit"]]) == (3, ["refused"])
    assert "refused: " in said


def test_a_destructive_remedy_with_its_confirmation(tmp_path, testbed):
    """With the target's name it is carried out."""
    container, port = stopped(testbed)
    container.start()
    confirm = ("--apply", "flush-all", "--confirm", container.name)
    _, diagnosis, _ = run(tmp_path, container.name, port, *confirm)
    assert [act["outcome"] for act in diagnosis["audit"]] == ["done"]
