"""The configuration, its URL and its name, judged from samples by their own rules alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cause_samples import VARIANTS
from evidence_samples import address, change, healthy, retarget
from odd_situations import NO_ALARM
from runbooklab.domain.rules import Rules
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.observation import Missing
from situations import SITUATIONS, hostname_unresolvable
from subjects import contradictions, diagnose, primary, statuses

ENVIRONMENT = Rules.of(("address",))
SAMPLES: dict[str, Callable[[], Evidence]] = VARIANTS | NO_ALARM | SITUATIONS
PROBES = tuple(sorted(name.replace("-", "_") for name in ENVIRONMENT.probes))
OWN = (
    "config-missing", "config-unreadable", "config-invalid-yaml", "config-redis-section-missing",
    "config-value-invalid", "url-scheme-invalid", "url-malformed", "url-option-unknown",
    "hostname-unresolvable",
)  # fmt: skip


@pytest.mark.parametrize("cause", OWN)
def test_what_is_wrong_with_the_configuration_is_named(cause: str) -> None:
    """The primary cause is the one that the sample was made for, with a plan."""
    seen = diagnose(VARIANTS[cause](), "address")
    assert (primary(seen), seen.verdict) == (cause, "critical")
    assert seen.primary is not None
    assert seen.primary.remedy is not None
    assert seen.primary.remedy.commands


@pytest.mark.parametrize("cause", OWN[:-1])
def test_redis_takes_these_causes_as_they_are(cause: str) -> None:
    """The same row judges for both subjects: what it says is the same."""
    mine, its = (
        diagnose(VARIANTS[cause](), "address").primary,
        diagnose(VARIANTS[cause](), "redis").primary,
    )
    assert mine is not None
    assert its is not None
    assert (mine.id, mine.proof, mine.summary) == (its.id, its.proof, its.summary)


def test_a_healthy_configuration_says_where_it_leads() -> None:
    """File, place and address."""
    seen = diagnose(healthy(), "address")
    assert (seen.verdict, seen.summary) == (
        "ok",
        "The configuration can be used: configs/orchestrator.yaml leads to localhost:6379, and localhost is "
        "127.0.0.1.",
    )


def test_a_redis_that_is_down_is_no_fault_of_the_configuration() -> None:
    """Nothing is asked of the service that the URL leads to."""
    e = change(healthy(), **dict.fromkeys(("tcp", "redis", "first_bytes"), Missing("deadline")))
    assert diagnose(e, "address").verdict == "ok"
    assert not {"redis", "tcp", "first-bytes", "listeners"} & ENVIRONMENT.probes.keys()


def test_a_containers_name_that_this_host_cannot_resolve() -> None:
    """It says that the name is a container's; a client in a container is not judged from here."""
    seen = diagnose(hostname_unresolvable("redis-tts"), "address")
    assert primary(seen) == "hostname-unresolvable"
    assert "name of a container" in seen.primary.proof  # type: ignore[union-attr] # it is there
    inner = diagnose(retarget(hostname_unresolvable("redis-tts"), orchestrator_container="o"), "address")
    assert statuses(inner)["name-resolution"] == "skipped"
    assert inner.verdict == "unknown"


@pytest.mark.parametrize("lost", ["config", "address", "name"])
def test_what_was_not_seen_is_no_usable_configuration(lost: str) -> None:
    """Each probe that the verdict rests on."""
    assert diagnose(change(healthy(), **{lost: Missing("deadline")}), "address").verdict != "ok"


def test_a_url_that_is_given_needs_no_file() -> None:
    """The parameter is used instead, and the sentence says so."""
    e = change(
        retarget(healthy(), redis_url="redis://localhost:6379"),
        config=Missing("error"),
        address=address(source="parameter"),
    )
    seen = diagnose(e, "address")
    assert seen.verdict == "ok"
    assert "the parameter redis_url leads to localhost:6379" in seen.summary


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_verdict_causes_and_findings_agree(name: str) -> None:
    """Whatever is wrong with the target, the parts of the diagnosis show what its verdict says."""
    assert not list(contradictions(diagnose(SAMPLES[name](), "address")))


@given(st.sampled_from(sorted(SAMPLES)), st.sets(st.sampled_from(PROBES)))
@settings(max_examples=100, deadline=None)
def test_they_agree_whatever_is_missing(name: str, fields: set[str]) -> None:
    """The same if any of the probes saw nothing."""
    e = change(SAMPLES[name](), **dict.fromkeys(fields, Missing("deadline", "not seen")))
    assert not list(contradictions(diagnose(e, "address")))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_is_said_of_whether_redis_can_be_used(name: str) -> None:
    """No sentence of the diagnosis speaks of the service that the URL leads to."""
    said = msgspec.json.encode(diagnose(SAMPLES[name](), "address")).decode()
    assert not re.search(r"Redis (can|cannot|answers|is healthy)", said)


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_every_plan_can_be_made_of_any_evidence(name: str) -> None:
    """Each has a command and says what it changes."""
    for remedy in ENVIRONMENT.remedies:
        plan = ENVIRONMENT.plan(remedy, VARIANTS[name]())
        assert plan.commands
        assert plan.changes


def test_rows_refer_to_what_there_is() -> None:
    """Layers, checks and remedies of the causes exist among the rules of the environment."""
    for cause in ENVIRONMENT.causes.values():
        assert cause.layer in ENVIRONMENT.layers
        assert set(cause.remedies) <= ENVIRONMENT.remedies.keys()
        assert cause.shown_by in ("", *ENVIRONMENT.checks)


def test_a_plan_corrects_the_url_where_it_stands() -> None:
    """In the file, or where the parameter is given."""
    plan = ENVIRONMENT.plan("fix-redis-url", SITUATIONS["url-scheme-invalid"]())
    assert "redis://localhost:6379" in plan.commands[0]
    given_url = change(
        healthy(),
        address=address(
            "localhost:6379", source="parameter", problem="scheme-invalid", message="no scheme",
            suggestion="redis://localhost:6379", scheme="", host="",
        ),
    )  # fmt: skip
    again = ENVIRONMENT.plan("fix-redis-url", given_url)
    assert again.commands == ("runbook run environment-setup -p redis_url redis://localhost:6379",)
