"""Scripts carried out for a real container: its first programs run inside, filters here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed
from runbooklab.model.evidence import LedgerEntry
from runbooklab.model.observation import Key, Observation
from runbooklab.model.parameter import Target
from runbooklab.observe.command.container import run_in_container
from runbooklab.observe.command.result import CommandResult
from runbooklab.observe.context import Context
from runbooklab.observe.docker.access import docker_access
from runbooklab.redaction import Vault
from runbooklab.shell.programs import built_in_programs


@pytest.fixture
def redis(testbed: RedisTestbed) -> LabRedis:
    """A container that runs."""
    return testbed.redis()


@pytest.fixture
def ledger() -> list[LedgerEntry]:
    """What was sent and started."""
    return []


@pytest.fixture
def inside(redis: LabRedis, ledger: list[LedgerEntry], tmp_path: Path):
    """Runs a script for the container."""

    def run(script: str, container: str = redis.name, **values: str) -> CommandResult:
        def wait(key: Key[object]) -> Observation[object]:
            return Observation(key.name, value=docker_access(context))

        context = Context(Target(), tmp_path, Vault(b"key"), time.monotonic() + 30, wait, ledger)
        return run_in_container(context, container, script, values=values, programs=built_in_programs())

    return run


def test_the_first_program_runs_inside_and_its_filters_here(inside, ledger: list[LedgerEntry]) -> None:
    """A container without grep gives text that grep filters on this host."""
    result = inside("redis-cli ping | grep -c PONG")
    assert (result.out, result.exit) == ("1\n", 0)
    assert [stage.argv[0] for stage in result.stages] == ["redis-cli", "grep"]
    assert any("exec: redis-cli ping" in entry.what for entry in ledger)


def test_a_container_that_is_not_there_is_told_so(inside) -> None:
    """The reason names the container, not that the engine refused something."""
    said = inside("redis-cli ping", container="runbooklab-nobody-has-this").refused
    assert said == "in runbooklab-nobody-has-this: there is no such container"


def test_nothing_that_changes_is_sent(inside, ledger: list[LedgerEntry]) -> None:
    """What is not live is refused before the engine hears of it, also through a value."""
    assert "changes" in inside("redis-cli ping && redis-cli flushall").refused
    assert inside("redis-cli $X", X="shutdown").refused
    assert ledger == []


def test_what_is_not_there_is_a_value(inside) -> None:
    """A program that the image lacks and a container that does not run are no exceptions."""
    assert inside("kubectl version --client").missing == "kubectl"
    assert inside("ls", container="no-such-container").refused


def test_a_value_with_blanks_stays_one_word_inside(inside) -> None:
    """Inside a container no shell splits it either."""
    assert inside("redis-cli get $KEY", KEY="a b; flushall").exit == 0
