"""Missing evidence is never proof: whatever could not be observed adds no cause and breaks no judge."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cause_samples import VARIANTS
from evidence_samples import change
from judging import CATALOGUE, REDIS, judge_causes, target_with
from odd_situations import NO_ALARM
from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.observation import Missing

OBSERVATIONS = tuple(sorted(name.replace("-", "_") for name in REDIS.probes))
REASONS = ("deadline", "permission", "unreachable", "not-applicable", "unsupported", "error")

#: Why Docker could not be asked: no fault of Redis'.
ACCESS = {cause.id for cause in CATALOGUE if cause.layer == "access"}
#: Say less than the cause that the unread log would have named, and are true all the same.
VAGUER = {"redis-start-failed", "container-stopped"}


def without(e: Evidence, fields: set[str], reason: Any) -> Evidence:
    return change(e, **dict.fromkeys(fields, Missing(reason, "not seen")))


def supported(e: Evidence) -> set[str]:
    judged = judge_causes(e)
    assert [cause.reason for cause in judged if "could not be judged" in cause.reason] == []
    assert sum(cause.primary for cause in judged) == any(cause.state == "supported" for cause in judged)
    return {cause.id for cause in judged if cause.state == "supported"}


def test_every_probe_says_what_it_looks_at() -> None:
    """A sentence on what was not observed has words for each of them, and no two the same."""
    words = [probe.looks_at for probe in REDIS.probes.values()]
    assert all(words)
    assert len(words) == len(set(words))


@given(st.sampled_from(sorted(NO_ALARM)), st.sets(st.sampled_from(OBSERVATIONS)), st.sampled_from(REASONS))
@settings(max_examples=150, deadline=None)
def test_a_healthy_target_seen_in_part_raises_no_alarm(name: str, fields: set[str], reason: str) -> None:
    """Dropping any observations from a healthy target supports nothing but that Docker is not there."""
    assert supported(without(NO_ALARM[name](), fields, reason)) <= ACCESS


@given(st.sampled_from(sorted(VARIANTS)), st.sets(st.sampled_from(OBSERVATIONS)), st.sampled_from(REASONS))
@settings(max_examples=300, deadline=None)
def test_what_was_not_seen_adds_no_cause(name: str, fields: set[str], reason: str) -> None:
    """Dropping observations from a failing target may lose causes and never finds one."""
    whole = VARIANTS[name]()
    assert supported(without(whole, fields, reason)) - VAGUER - ACCESS <= supported(whole)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_mixture_of_observations_breaks_a_judge(data: st.DataObject) -> None:
    """Observations of different moments may contradict one another: every cause is judged all the same."""
    chosen = [VARIANTS[data.draw(st.sampled_from(sorted(VARIANTS)))]() for _ in range(3)]
    mixed = {field: getattr(data.draw(st.sampled_from(chosen)), field) for field in OBSERVATIONS}
    supported(change(chosen[0], **mixed))


def test_nothing_is_known_of_nothing() -> None:
    """Without any observation nothing is supported, whatever the parameters say."""
    target = target_with(
        redis_container="redis-tts", orchestrator_container="orchestrator", expected_workers=3
    )
    assert supported(Evidence(target=target)) == set()


def test_stored_evidence_is_judged_alike() -> None:
    """Evidence that went through evidence.json gives the same judgement."""
    for build in VARIANTS.values():
        fresh = build()
        stored = evidence_of(msgspec.json.decode(msgspec.json.encode(fresh)))
        assert judge_causes(stored) == judge_causes(fresh)
