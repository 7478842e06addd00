"""Missing evidence is never proof: whatever could not be observed adds no cause and breaks no judge."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cause_samples import VARIANTS
from judging import judge_causes, target_with
from odd_situations import NO_ALARM
from runbooklab.domains.redis.causes.table import CATALOGUE
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import PROBES
from runbooklab.model.observation import Missing, Observation

PLAIN = {"target", "gathered_at", "hostname", "host_addresses", "ledger"}
OBSERVATIONS = tuple(sorted(set(Evidence.__struct_fields__) - PLAIN))
REASONS = ("deadline", "permission", "unreachable", "not-applicable", "unsupported", "error")

#: Why Docker could not be asked: no fault of Redis'.
ACCESS = {cause.id for cause in CATALOGUE if cause.layer == "access"}
#: Say less than the cause that the unread log would have named, and are true all the same.
VAGUER = {"redis-start-failed", "container-stopped"}


def without(e: Evidence, fields: set[str], reason: Any) -> Evidence:
    return replace(
        e,
        **{
            field: Observation(probe=getattr(e, field).probe, missing=Missing(reason, "not seen"))
            for field in fields
        },
    )


def supported(e: Evidence) -> set[str]:
    judged = judge_causes(e)
    assert [cause.reason for cause in judged if "could not be judged" in cause.reason] == []
    assert sum(cause.primary for cause in judged) == any(cause.state == "supported" for cause in judged)
    return {cause.id for cause in judged if cause.state == "supported"}


def test_every_probe_says_what_it_looks_at() -> None:
    """A sentence on what was not observed has words for each of them, and no two the same."""
    words = [probe.looks_at for probe in PROBES]
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
    faces = [VARIANTS[data.draw(st.sampled_from(sorted(VARIANTS)))]() for _ in range(3)]
    mixed = {field: getattr(data.draw(st.sampled_from(faces)), field) for field in OBSERVATIONS}
    supported(replace(faces[0], **mixed))


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
        stored = msgspec.json.decode(msgspec.json.encode(fresh), type=Evidence)
        assert judge_causes(stored) == judge_causes(fresh)
