"""Commands of a remedy run in a shell only if they touch nothing but the testbed's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.shell_runner import CommandFailed, ManualStep, run_commands
from runbooklab.model.conclusions import RemedyPlan, Risk


@pytest.fixture
def bare() -> Iterator[RedisTestbed]:
    """A testbed without an engine."""
    with RedisTestbed(image="redis:7") as testbed:
        yield testbed


def run(testbed: RedisTestbed, *commands: str, risk: Risk = "low") -> None:
    plan = RemedyPlan("fix-it", "Fix it", commands, "Changes something.", risk, (), (), False, False)
    run_commands(plan, testbed, LAB, {"WORD": "done"})


def test_commands_run_in_order_with_the_variables(bare: RedisTestbed) -> None:
    """What touches the testbed's own files is done, in a shell, one command after another."""
    path = bare.folder / "file"
    run(bare, f'printf %s "$WORD" > {path}', f"mv {path} {bare.folder}/moved")
    assert (bare.folder / "moved").read_text() == "done"


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf {folder}/file",
        "mv /etc/hostname {folder}/file",
        "printf x > /tmp/elsewhere",
        "printf x > {folder}/../elsewhere",
        "ls; reboot",
        "kill 1",
        "docker rm -f somebodys",
        "docker run -d --name {prefix}-new alpine",
        "docker run -d --name {prefix}-new -v /etc:/data redis:7",
        "docker network connect {prefix}-net somebodys",
        "redis-cli -h db.example.com -p 12000 FLUSHALL",
        "redis-cli -h 127.0.0.1 -p 6379 FLUSHALL",
    ],
)
def test_what_touches_more_is_left_to_a_person(command: str, bare: RedisTestbed) -> None:
    """A command that is unknown, or reaches beyond the testbed, keeps the whole plan from running."""
    first = f"printf x > {bare.folder}/first"
    with pytest.raises(ManualStep, match="would touch more"):
        run(bare, first, command.format(folder=bare.folder, prefix=bare.prefix))
    assert not (bare.folder / "first").exists()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("docker pull redis:8", "an image comes from a registry"),
        ('"${EDITOR:-vi}" file', "a person edits the file"),
        (': "${MASTER_IS_GONE:?}" && redis-cli REPLICAOF NO ONE', "whether the master is gone"),
        ("df -h /data", "a person frees space"),
    ],
)
def test_a_persons_part_is_said(command: str, reason: str, bare: RedisTestbed) -> None:
    """The reason why a person has to do it comes from the core's signs and from the subject's."""
    with pytest.raises(ManualStep, match=reason):
        run(bare, command)


def test_a_plan_without_a_risk_only_looks(bare: RedisTestbed) -> None:
    """A plan that changes nothing fixes nothing: a person reads what it prints."""
    with pytest.raises(ManualStep, match="it changes nothing"):
        run(bare, "ls", risk="none")


def test_a_command_that_fails_says_what_it_printed(bare: RedisTestbed) -> None:
    """An exit status other than 0 ends the plan, unless the command only reads."""
    run(bare, "ls /nowhere")
    with pytest.raises(CommandFailed, match=r"mv .*: exit status 1, .*cannot stat"):
        run(bare, f"mv {bare.folder}/missing {bare.folder}/other")


def test_own_processes_may_be_killed(bare: RedisTestbed) -> None:
    """A process that the testbed started is its own."""
    process = bare.process([sys.executable, "-c", "import time; time.sleep(60)"])
    run(bare, f"kill {process.pid}")
    assert process.wait(timeout=10) != 0
