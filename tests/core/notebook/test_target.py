"""Parameters to target: typed, in range, redacted; a bad value is said and never stops a run."""

from __future__ import annotations

import pytest

from judging import REDIS
from runbooklab.notebook.target import redacted, target_of
from runbooklab.redaction import Vault


def test_values_as_papermill_passes_them_are_read_as_the_declared_type() -> None:
    """Text that says a number or a truth value is taken as such."""
    target, problems = target_of(
        {"expected_workers": "3", "needs_write": "false", "probe_timeout_s": 2}, REDIS, Vault()
    )
    assert target.values == {"expected_workers": 3, "needs_write": False, "probe_timeout_s": 2.0}
    assert problems == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("expected_workers", "many"),
        ("expected_workers", -1),
        ("probe_timeout_s", float("nan")),
        ("probe_timeout_s", 0),
        ("needs_write", "perhaps"),
        ("log_lines", None),
        ("redis_container", ["a"]),
    ],
)
def test_an_unusable_value_falls_back_to_its_default_and_says_so(name: str, value: object) -> None:
    """The run goes on with the default, and one sentence names the parameter and the value."""
    target, problems = target_of({name: value}, REDIS, Vault())
    assert target.values == {}
    assert len(problems) == 1
    assert name in problems[0]
    assert repr(value) in problems[0]


def test_a_probe_is_never_given_more_than_a_minute() -> None:
    """A run must end: a huge deadline is cut to 60 seconds."""
    target, _ = target_of({"probe_timeout_s": 1e9}, REDIS, Vault())
    assert target.probe_timeout_s == 60.0


def test_a_password_inside_a_url_becomes_a_token_the_vault_can_reveal() -> None:
    """The target never holds a password; the vault gives it back at the moment of use."""
    vault = Vault()
    target, _ = target_of({"redis_url": "redis://:hunter22secret@localhost:6379/0"}, REDIS, vault)
    assert "hunter22secret" not in target.values["redis_url"]
    assert vault.reveal(target.values["redis_url"]) == "redis://:hunter22secret@localhost:6379/0"


def test_parameters_that_are_not_part_of_a_target_are_redacted_all_the_same() -> None:
    """Every parameter lands in the diagnosis, so every one of them is redacted."""
    shown = redacted({"incident": "see redis://:hunter22secret@localhost", "expected_workers": 2}, Vault())
    assert "hunter22secret" not in shown["incident"]
    assert shown["expected_workers"] == 2


def test_what_somebody_named_is_known_as_given() -> None:
    """Another runbook is then handed it; a text that nobody gave is empty, a preset is nobody's choice."""
    named = {
        "redis_url": "redis://localhost:6380",
        "redis_container": "redis-tts",
        "orchestrator_container": "",
    }
    target, _ = target_of(named, REDIS, Vault())
    assert target.sources == {"redis_url": "given", "redis_container": "default"}
