"""Several runbooks on one look: each fault once, the one to fix first at the front, with its runbook."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from runbooklab.diagnosis.explanation import explanation
from runbooklab.diagnosis.triage import triage, without_default
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Diagnosis, HandOver, JudgedCause
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import Target


def cause(id_: str, **fields: Any) -> JudgedCause:
    usual: dict[str, Any] = {"state": "supported", "confidence": 0.9, "primary": True, "summary": f"{id_}."}
    return JudgedCause(id_, id_, **usual | fields)


def said(runbook: str, *causes: JudgedCause, verdict: Any = "critical") -> Diagnosis:
    return Diagnosis(
        run_id="r", runbook=runbook, title=runbook.title(), started_at="", finished_at="", parameters={},
        verdict=verdict, summary=f"{runbook} says so.", causes=causes,
    )  # fmt: skip


def to(runbook: str) -> HandOver:
    return HandOver(runbook, {}, f"runbook run {runbook}")


RUNS = {name: to(name) for name in ("engine", "ports", "server")}


def ranked(*diagnoses: Diagnosis, text: str = "") -> list[tuple[str, str]]:
    explained = explanation(Rules.of(["redis"]), text) if text else None
    return [(each.cause.id, each.runbook) for each in triage(diagnoses, RUNS, explained).causes]


def test_a_fault_that_two_name_is_told_once_by_its_own_runbook() -> None:
    """Whose subject it is tells it; the other one's hand-over is that very runbook."""
    server = said("server", cause("stopped", hand_over=to("engine")))
    engine = said("engine", cause("stopped"))
    assert ranked(engine, server) == ranked(server, engine) == [("stopped", "engine")]


def test_two_things_with_one_fault_each_are_two_faults() -> None:
    """Two containers are stopped: neither hides the other, in whichever runbook it was seen."""
    ended = "Container {} exited 4 minutes ago with code 0."
    engine = said("engine", cause("stopped", summary=ended.format("redis-tts")))
    server = said("server", cause("stopped", summary=ended.format("tts-worker")))
    again = said("ports", cause("stopped", summary="Port 6379 is closed: redis-tts is stopped."))
    assert ranked(engine, again, server) == [("stopped", "engine"), ("stopped", "server")]


def test_a_cause_handed_over_leads_to_the_other_runbook() -> None:
    """Also if that runbook saw nothing."""
    assert ranked(said("server", cause("stopped", hand_over=to("engine"))), said("engine", verdict="ok")) == [
        ("stopped", "engine")
    ]


def test_what_others_build_on_comes_first_and_warnings_last() -> None:
    """The order of the runbooks decides between causes that are equally severe and sure."""
    found = ranked(
        said("engine", cause("old-engine", severity="warning"), verdict="warning"),
        said("ports", cause("taken")),
        said("server", cause("refused"), cause("slow", primary=False)),
    )
    assert found == [("taken", "ports"), ("refused", "server"), ("slow", "server"), ("old-engine", "engine")]


def test_the_text_decides_between_equals() -> None:
    """Of two causes that were both seen, the one that the text points to comes first."""
    both = (said("ports", cause("taken")), said("server", cause("auth-required")))
    text = "redis.exceptions.AuthenticationError: Authentication required."
    assert ranked(*both)[0][0] == "taken"
    assert ranked(*both, text=text)[0][0] == "auth-required"


def test_the_verdict_is_the_worst_and_every_runbook_is_told() -> None:
    """What is unknown somewhere is not ok."""
    found = triage([said("engine", verdict="ok"), said("server", verdict="unknown")], RUNS)
    assert (found.verdict, found.causes) == ("unknown", ())
    assert [(each.runbook, each.verdict) for each in found.subjects] == [
        ("engine", "ok"),
        ("server", "unknown"),
    ]


def test_a_default_that_nobody_named_is_no_fault() -> None:
    """That the default Redis is not there says nothing to whoever has none; one that was named is missed."""
    rules = Rules.of(["redis"])
    hints = {id_ for part in rules.contributions for id_ in part.nothing_there}
    missing = said("redis-connection", cause("container-missing"))
    default = Evidence(target=Target({"redis_container": "redis-tts"}, {"redis_container": "default"}))
    named = Evidence(target=Target({"redis_container": "cache"}, {"redis_container": "given"}))
    assert without_default(missing, rules, hints, default).verdict == "unknown"
    assert without_default(missing, rules, hints, default).causes == ()
    assert without_default(missing, rules, hints, named) == missing
    emptied = Evidence(target=Target({"redis_container": ""}, {"redis_container": "given"}))
    assert without_default(missing, rules, hints, emptied).causes == ()
    other = said("redis-connection", cause("auth-required"))
    assert without_default(other, rules, hints, default) == other


def test_docker_that_answered_one_runbook_is_not_silent() -> None:
    """On a busy machine it may be too slow for another one's deadline: no reason to restart it."""
    silent = cause("docker-unresponsive")
    runs = (said("engine", replace(silent, state="ruled-out"), verdict="ok"), said("server", silent))
    assert triage(runs, RUNS, means={"docker-unresponsive"}).causes == ()
    assert len(triage(runs, RUNS).causes) == 1


def test_the_verdict_is_that_of_what_is_named() -> None:
    """What is not known of the other subjects does not hide it, and what fails unexplained is not hidden."""
    warned = said("ports", cause("port-in-ephemeral-range", severity="warning"), verdict="warning")
    unseen = said("server", verdict="unknown")
    assert triage((warned, unseen), RUNS).verdict == "warning"
    assert triage((unseen,), RUNS).verdict == "unknown"
    assert triage((warned, said("engine")), RUNS).verdict == "critical"
