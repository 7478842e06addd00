"""Verdict, causes and findings agree: what the report says on top is what its parts show."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_causes_missing import OBSERVATIONS, REASONS, without
from test_verdict import ROOT, diagnose

from cause_samples import VARIANTS
from cause_samples_network import PASSWORD_URL
from evidence_samples import address, healthy, inside, stages, talk
from judging import CATALOGUE
from odd_situations import NO_ALARM
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.model.observation import Missing
from subjects import contradictions

SAMPLES: dict[str, Callable[[], Evidence]] = VARIANTS | NO_ALARM


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_verdict_causes_and_findings_agree(name: str) -> None:
    """A critical verdict and each critical cause have a critical finding, every other cause one not ok."""
    assert not list(contradictions(diagnose(SAMPLES[name]())))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_they_agree_whichever_probe_is_missing(name: str) -> None:
    """What one probe could not see in its time makes no finding better than what the others saw."""
    whole = SAMPLES[name]()
    found = {
        lost: list(contradictions(diagnose(without(whole, {lost}, "deadline")))) for lost in OBSERVATIONS
    }
    assert not {lost: said for lost, said in found.items() if said}


@given(st.sampled_from(sorted(SAMPLES)), st.sets(st.sampled_from(OBSERVATIONS)), st.sampled_from(REASONS))
@settings(max_examples=300, deadline=None)
def test_they_agree_whatever_is_missing(name: str, fields: set[str], reason: str) -> None:
    """The same of any number of probes, whatever kept them from looking."""
    assert not list(contradictions(diagnose(without(SAMPLES[name](), fields, reason))))


def test_the_check_that_shows_a_cause_is_one_of_its_findings() -> None:
    """The check is one that the cause says it rests on, for some variant of it."""
    for row in CATALOGUE:
        variants = [build for name, build in VARIANTS.items() if name.split("/")[0] == row.id]
        judged = [found for build in variants for found in diagnose(build()).causes if found.id == row.id]
        because = {id_ for found in judged for id_ in found.because}
        assert row.shown_by in ("", *because), (row.id, row.shown_by, because)


@pytest.mark.parametrize("name", sorted(NO_ALARM))
def test_ok_has_neither_a_critical_finding_nor_a_cause(name: str) -> None:
    """What is called well shows nothing that is broken."""
    seen = diagnose(NO_ALARM[name]())
    assert seen.verdict == "ok"
    assert not [finding for finding in seen.findings if finding.status == "critical"]
    assert not [cause for cause in seen.causes if cause.state == "supported"]


def test_no_situation_with_a_cause_is_ok() -> None:
    """Whatever else is true, a supported cause moves the verdict."""
    assert not [name for name in VARIANTS if diagnose(VARIANTS[name]()).verdict == "ok"]


@pytest.mark.parametrize(
    ("part", "others"),
    [("readings", ("checks", "causes")), ("checks", ("causes",)), ("causes", ("checks",))],
)
def test_checks_and_causes_meet_in_the_readings_alone(part: str, others: tuple[str, ...]) -> None:
    """Neither asks the other, and no reading asks them: what both need is a reading."""
    folder = ROOT / "src" / "runbooklab" / "domains"
    imports = [
        f"{path.relative_to(folder)}: {node.module}"
        for path in folder.glob(f"*/{part}/**/*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and set((node.module or "").split(".")) & set(others)
    ]
    assert imports == []


# --- one reading of one thing -----------------------------------------------------------------


def _statuses(e: Evidence, *checks: str) -> dict[str, str]:
    return {finding.id: finding.status for finding in diagnose(e).findings if finding.id in checks}


def test_a_refused_login_is_refused_for_checks_too() -> None:
    """A server without a password refuses AUTH and answers the PING after it; a client ends at AUTH."""
    refused = "AUTH <password> called without any password configured for the default user."
    steps = tuple(
        Stage("auth", "error", "AuthenticationError", "ERR", refused) if step.name == "auth" else step
        for step in stages()
    )
    e = healthy(
        address=address(PASSWORD_URL, has_password=True),
        redis=replace(talk(without_credentials=Stage("ping", "ok")), stages=steps),
    )
    checks = ("redis-ping", "redis-authentication", "python-client")
    assert _statuses(e, *checks) == dict.fromkeys(checks, "critical")
    primary = diagnose(e).primary
    assert primary is not None
    assert (primary.id, primary.severity) == ("auth-not-enabled-on-server", "critical")


def test_a_server_is_not_compared_with_itself() -> None:
    """Redis that refuses INFO gives no run id through the URL: the one inside is not taken for it."""
    refuses = replace(talk(denied={"INFO": "NOPERM"}), info={})
    within = replace(inside(), run_id="b" * 40, info={"run_id": "b" * 40})
    e = healthy(redis=refuses, inside=within, listeners=Missing("deadline"))
    assert _statuses(e, "redis-identity") == {"redis-identity": "unknown"}


def test_two_servers_with_one_data_set_raise_no_alarm() -> None:
    """The URL leads to a master and the named container is its replica: neither check nor cause minds."""
    data = {"master_replid": "d" * 40}
    within = inside(run_id="b" * 40, info={"role": "slave", **data})
    e = healthy(redis=talk({"run_id": "a" * 40, **data}), inside=within)
    assert _statuses(e, "redis-identity") == {"redis-identity": "ok"}
    assert diagnose(e).verdict == "ok"
