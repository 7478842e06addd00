"""Each check's command, pasted into a shell on a real target, works there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbooklab.diagnosis.findings import find_all
from runbooklab.domain.rules import Rules
from runbooklab.domains.redis.lab.testbed import PASSWORD, RedisTestbed
from runbooklab.lab.inspection import inspect
from runbooklab.lab.testbed import Situation
from runbooklab.redaction import Vault

RULES = Rules.of(("container", "address", "endpoint", "redis"))
#: Commands that say by their status what they found, and why that is not 0 here.
MAY_FAIL = {
    "prevention-preflight": "its status is the verdict, and a lab's target has warnings",
    "orchestrator-config": "grep finds nothing in a file that this target does not use",
    "prevention-pooling": "grep finds nothing in a file that this target does not use",
}
#: Programs of the printed commands that a machine may do without.
MAY_LACK = ("nc", "lsof")


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """The environment of a person's shell; where there is no ``sudo``, root does without."""
    if shutil.which("sudo") is None:
        (tmp_path / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
        (tmp_path / "sudo").chmod(0o755)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"], str(tmp_path)))
    return os.environ | {"PATH": path}


def pasted(situation: Situation, shell: dict[str, str]) -> Iterator[tuple[str, str, int, str]]:
    """Each check's id, its command, the status with which a shell ends it, and what it printed."""
    lacking = [program for program in MAY_LACK if shutil.which(program) is None]
    for finding in find_all(RULES, inspect(situation, RULES, Vault()), {}):
        if finding.command and not any(f"{program} -" in finding.command for program in lacking):
            done = subprocess.run(
                ["sh", "-c", finding.command],
                env=shell, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            yield finding.id, finding.command, done.returncode, done.stdout + done.stderr


def assert_they_work(situation: Situation, shell: dict[str, str]) -> dict[str, str]:
    """Every command ends well, and none prints an error of Redis'; what each printed, by check."""
    printed: dict[str, str] = {}
    for check, line, status, output in pasted(situation, shell):
        printed[check] = output
        assert status == 0 or check in MAY_FAIL, f"{check}: {line}: {output}"
        assert not output.startswith(("ERR", "NOAUTH", "NOPERM", "WRONGTYPE")), f"{check}: {line}: {output}"
    return printed


def test_on_a_container_with_a_password(testbed: RedisTestbed, shell: dict[str, str]) -> None:
    """A Redis in a container, at another port of this host, with a password and a worker in database 2."""
    network = testbed.network()
    redis = testbed.redis("--requirepass", PASSWORD, network=str(network.name))
    url = redis.url_of().removesuffix("/0") + "/2"
    testbed.client(url).set("worker:a", '{"host": "127.0.0.1"}', ex=600)
    situation = testbed.situation(redis, redis_url=url, docker_network=str(network.name))
    shell |= {"REDIS_URL": url, "REDISCLI_AUTH": PASSWORD}
    printed = assert_they_work(situation, shell)
    assert "PONG" in printed["redis-ping"]
    assert "PONG" in printed["redis-ping-inside"]
    assert "worker:a" in printed["worker-registrations"]
    assert "127.0.0.1" in printed["worker-details"]
    assert "True" in printed["python-client"]
    assert "NOAUTH" in printed.get("wire-protocol", "NOAUTH")


def test_on_a_process_of_this_host(testbed: RedisTestbed, shell: dict[str, str]) -> None:
    """A redis-server of this host, with no container and no worker."""
    redis = testbed.host_redis()
    printed = assert_they_work(testbed.situation(redis_url=redis.url), shell)
    assert "PONG" in printed["redis-ping"]
    assert "+PONG" in printed.get("wire-protocol", "+PONG")
    assert "redis" in printed.get("port-owner", "redis")
