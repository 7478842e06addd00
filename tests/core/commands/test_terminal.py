"""What the terminal says of runbooks, remedies and texts."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from runbooklab.authoring.project import find_suite
from runbooklab.commands.explain import explained
from runbooklab.commands.list import list_runbooks
from runbooklab.commands.output import plan_lines
from runbooklab.commands.triage_choice import runbooks_of, told_by
from runbooklab.model.conclusions import RemedyPlan

ROOT = Path(__file__).resolve().parents[3]
KILL = RemedyPlan(
    "end-process", "End the process", ("kill 7",), "Ends web (pid 7).", "high",
    destructive=True, loses=("What it holds in memory.",),
)  # fmt: skip


def test_a_runbooks_parameters_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its help and its default: what -p takes is found without reading the file."""
    monkeypatch.chdir(ROOT)
    said = CliRunner().invoke(list_runbooks, ["docker-setup"]).output
    assert "container " in said
    assert "Compose file to check" in said
    assert "['docker-compose.yml']" in said


def test_what_a_remedy_costs_stands_beside_its_commands() -> None:
    """Nobody pastes a kill without reading what it ends."""
    assert list(plan_lines(KILL)) == [
        "  fix: kill 7", "  careful: Ends web (pid 7).", "  loses: What it holds in memory.",
    ]  # fmt: skip


def test_a_command_that_only_looks_is_no_fix() -> None:
    """What is to be done then stands in words."""
    looks = RemedyPlan("start", "Start the worker", ("docker ps",), "Nothing.", "none")
    assert list(plan_lines(looks)) == ["  look: docker ps", "  fix: Start the worker. Nothing."]
    assert list(plan_lines(None)) == []


@pytest.mark.parametrize(
    ("text", "tried"),
    [
        ("failed to connect to all addresses; ipv4:127.0.0.1:50051: Connection refused",
         {"worker_address": "127.0.0.1:50051"}),
        ("failed to connect to all addresses; ipv4:8.8.8.8:50051: Connection refused", {}),
        ("SSL certificate problem: certificate has expired, https://web/", {"url": "https://web/"}),
        ("SSL certificate problem: certificate has expired, https://example.org/", {}),
    ],
)  # fmt: skip
def test_triage_tries_what_a_text_names_only_if_it_is_near(text: str, tried: dict[str, str]) -> None:
    """Whoever writes a log must not choose whom we call."""
    found = explained(io.StringIO(text))
    assert told_by(runbooks_of(find_suite(ROOT), found.text.text), found) == tried
