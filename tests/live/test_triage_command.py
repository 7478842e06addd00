"""``runbook triage``: one answer from all runbooks, on a machine on which nothing of the target is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import Suite

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = ("-p", "redis_container", "rbl-none", "-p", "redis_url", "redis://127.0.0.1:1")


def triage(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runbooklab", "triage", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    """What it says as JSON of a Redis that is not there."""
    found: dict[str, Any] = json.loads(triage("--json", *NOWHERE).stdout)
    return found


def test_it_names_the_cause_the_runbook_and_the_next_command(answer: dict[str, Any]) -> None:
    """A Redis that is not there: the cause with its runbook, and each runbook's own verdict."""
    first = answer["causes"][0]
    assert answer["verdict"] == "critical"
    assert first["command"].startswith(f"runbook run {first['runbook']}")
    assert "-p redis_container rbl-none" in first["command"]
    suite = Suite(ROOT)
    of_domains = {slug for slug in suite.slugs() if not Invocation.of(suite, slug).declared}
    assert {each["runbook"] for each in answer["subjects"]} == of_domains | {"disk-space"}


def test_each_fault_is_named_once(answer: dict[str, Any]) -> None:
    """Several runbooks see the container; its absence is told once."""
    ids = [each["cause"]["id"] for each in answer["causes"]]
    assert len(ids) == len(set(ids))


def test_it_says_what_the_text_says_before_what_it_saw() -> None:
    """For a person: the text, the cause, the fix, what to go on with, and every runbook's verdict."""
    done = triage("redis.exceptions.ConnectionError: Error 111 connecting to 127.0.0.1:1.", *NOWHERE)
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert lines[0].startswith("The text says: ")
    assert any(line.startswith("CRITICAL: ") for line in lines)
    assert any(line.startswith("  go on with: runbook run ") for line in lines)
    assert any("redis-connection: " in line for line in lines[lines.index("") :])


def test_an_unknown_parameter_is_one_line() -> None:
    """It names what the runbooks know."""
    done = triage("-p", "redis_port", "1")
    assert (done.returncode, done.stdout) == (3, "")
    assert len(done.stderr.splitlines()) == 1
