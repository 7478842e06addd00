"""Whose the ports are, judged from samples."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from port_samples import (
    HEALTHY,
    IN_USE,
    METRICS,
    PORT,
    SAMPLES,
    WORKER,
    down,
    held_by,
    listening,
    ports,
    served,
    without_engine,
)

from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.ports.domain import DOMAIN
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.target import Target
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import Missing, Observation
from runbooklab.testing import check_domain

RULES = Rules.of(("ports",))
#: Severity warning in the catalogue: the service works, for now.
WARNINGS = {
    "port-split-by-family", "compose-ports-discarded", "port-in-ephemeral-range", "port-owner-hidden",
}  # fmt: skip


def diagnose(e: Evidence) -> Diagnosis:
    at = e.gathered_at
    return conclude(RULES, e, Header(run_id="test", runbook="port-conflicts", started_at=at, finished_at=at))


def test_the_domain() -> None:
    """Its rows keep to the rules, and each cause is distinguished by evidence."""
    check_domain(
        DOMAIN,
        samples={name: make() for name, make in SAMPLES.items()},
        healthy=served(),
        vaguer=VAGUER,
    )


#: What is still true if the observation is missing that says more.
VAGUER = (
    "port-conflict-process", "service-already-running", "service-not-listening", "port-time-wait",
    "port-taken-by-outgoing-connection", "port-published-other-address",
)  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_wrong_is_named_first(name: str) -> None:
    """The primary cause is the sample's, with a verdict of its severity and a plan."""
    seen = diagnose(SAMPLES[name]())
    cause = name.partition("/")[0]
    assert seen.primary is not None
    assert seen.primary.id == cause
    assert seen.verdict == {"port-owner-hidden": "unknown"}.get(
        cause, "warning" if cause in WARNINGS else "critical"
    )
    assert seen.primary.remedy is not None
    assert seen.primary.remedy.commands
    assert not [word for word in ("None", "  ", "..") if word in seen.summary]


@pytest.mark.parametrize("name", HEALTHY)
def test_what_looks_odd_raises_no_alarm(name: str) -> None:
    """No cause is supported, and the verdict is ok."""
    seen = diagnose(HEALTHY[name]())
    assert [each.id for each in seen.causes if each.state == "supported"] == []
    assert seen.verdict == "ok", seen.summary


@pytest.mark.parametrize("lost", ["sockets", "port-connects", "host-settings"])
def test_what_was_not_seen_is_never_ok(lost: str) -> None:
    """Each probe that the verdict rests on, with an address to listen on."""
    e = served(bind_address="127.0.0.1")
    e = e.having(Observation(lost, missing=Missing("deadline")))
    assert diagnose(e).verdict not in ("ok", "warning")


def test_without_an_engine_a_docker_proxy_is_nobodys() -> None:
    """Whose it is was not seen: no conflict, and no ok."""
    for e in (served(), HEALTHY["both families"]()):
        seen = diagnose(without_engine(e))
        assert seen.verdict == "unknown"
        assert seen.primary is None


def test_ports_that_nobody_named_and_nobody_has_are_no_alarm() -> None:
    """The runbook's example on an idle machine."""
    e = ports()
    target = Target({"ports": "6379:redis-tts,50051:tts-worker"}, {"ports": "default"})
    preset = Target.ports.preset
    e = replace(e, target=replace(target, values={"ports": preset}))
    seen = diagnose(e)
    assert (seen.verdict, seen.primary) == ("unknown", None)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_plan_can_be_made_of_any_evidence(name: str) -> None:
    """Each has commands, and says what it changes."""
    e = SAMPLES[name]()
    for remedy in RULES.remedies:
        plan = RULES.plan(remedy, e)
        assert plan.commands, remedy
        assert plan.changes.endswith((".", ")")), (remedy, plan.changes)
        assert not [line for line in plan.commands if "\n" in line]


def test_an_example_that_nobody_asked_for_is_no_more_than_a_warning() -> None:
    """The wanted owner is the runbook's; a program that is called like it will do."""
    for name, verdict in (("metrics", "warning"), ("worker-tts", "ok")):
        e = held_by(WORKER.__class__(900, name), wanted=f"{PORT}:tts-worker")
        target = Target({"ports": f"{PORT}:tts-worker"}, {"ports": "default"})
        preset = replace(Target.ports, preset=f"{PORT}:tts-worker")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Target, "ports", preset)
            patch.setattr("runbooklab.domains.ports.readings.wanted.PORTS", preset)
            seen = diagnose(replace(e, target=target))
        assert seen.verdict == verdict, seen.summary


def test_a_conflict_names_port_owner_and_container() -> None:
    """One sentence for a tired person; the plan ends the process and starts the container."""
    seen = diagnose(SAMPLES["port-conflict-process"]())
    assert seen.summary == (
        f"Port {PORT} is taken by metrics (pid 900) at 0.0.0.0:{PORT}, "
        "so container tts-worker cannot have it."
    )
    assert seen.primary is not None
    assert seen.primary.remedy is not None
    assert seen.primary.remedy.commands[0] == "kill 900"
    assert seen.primary.remedy.commands[-1] == "docker start tts-worker"


def test_a_container_that_stopped_leads_to_the_runbook_of_docker() -> None:
    """With its name filled in."""
    seen = diagnose(ports(containers=(down(state="exited"),)))
    assert seen.primary is not None
    assert seen.primary.hand_over is not None
    assert seen.primary.hand_over.parameters["container"] == "tts-worker"


def test_one_cause_of_several_ports_counts_them() -> None:
    """The worst is in the sentence, the others are named."""
    e = ports(
        listening(900), listening(901, port=6001), processes=(METRICS, METRICS.__class__(901, "metrics")),
        wanted=f"{PORT}:tts-worker,6001:orchestrator",
    )  # fmt: skip
    seen = diagnose(e)
    assert "The same of port" in seen.summary
    rows = next(each for each in seen.findings if each.id == "port-owners").tables[0].rows
    assert [row[0] for row in rows] == [str(PORT), "6001"]


def test_an_error_text_alone_is_no_more_than_a_warning() -> None:
    """It was written before this run: the port may be its owner's by now."""
    said = ErrorText("OSError: [Errno 98] Address already in use")
    seen = diagnose(held_by(WORKER).having(Observation("error-text", value=said)))
    assert (seen.verdict, seen.primary and seen.primary.id) == ("warning", "service-already-running")
    other = ErrorText("listen tcp 0.0.0.0:9999: bind: address already in use")
    assert diagnose(held_by(WORKER).having(Observation("error-text", value=other))).verdict == "ok"


def test_a_bind_error_names_the_ports_if_nobody_else_does() -> None:
    """Who has the port is said, as a warning; of a port that is free by now, nothing."""
    said = Observation(
        "error-text", value=ErrorText(f"Bind for 0.0.0.0:{PORT} failed: port is already allocated")
    )
    seen = diagnose(as_example(served()).having(said))
    assert (seen.verdict, seen.primary and seen.primary.id) == ("warning", "port-conflict-container")
    seen = diagnose(as_example(held_by(METRICS)).having(said))
    assert (seen.verdict, seen.primary and seen.primary.id) == ("warning", "port-conflict-process")
    assert diagnose(as_example(ports()).having(said)).primary is None


def test_a_container_of_no_owner_that_the_error_text_names_is_to_be_started() -> None:
    """The port is free by now, and the one container that asks for it stands still."""
    said = Observation("error-text", value=ErrorText(IN_USE))
    seen = diagnose(as_example(ports(containers=(down(error=IN_USE),))).having(said))
    assert seen.primary is not None
    assert seen.primary.id == "container-never-started"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("OSError: [Errno 98] Address already in use", "port-conflict-process"),
        ("PermissionError: [Errno 13] Permission denied", "port-privileged"),
        ("bind: cannot assign requested address", "bind-address-unavailable"),
        ("services.web.ports: invalid hostPort: 70051", "compose-port-invalid"),
        ("Published ports are discarded when using host network mode", "compose-ports-discarded"),
    ],
)
def test_a_text_that_names_no_port_points_to_its_cause(text: str, cause: str) -> None:
    """As a warning, if nobody named a port: with one that somebody named, what is seen of it counts."""
    said = Observation("error-text", value=ErrorText(text))
    seen = diagnose(as_example(ports()).having(said))
    assert seen.primary is not None
    assert (seen.primary.id, seen.primary.severity) == (cause, "warning")
    assert seen.verdict != "ok"


def test_an_address_in_the_error_text_is_looked_up() -> None:
    """One that no interface has is the reason; one of this host is not."""
    text = "listen tcp4 {}:6000: bind: cannot assign requested address"
    seen = diagnose(ports().having(Observation("error-text", value=ErrorText(text.format("198.51.100.7")))))
    assert seen.primary is not None
    assert seen.primary.id == "bind-address-unavailable"
    seen = diagnose(ports().having(Observation("error-text", value=ErrorText(text.format("192.0.2.2")))))
    assert seen.primary is not None
    assert seen.primary.id == "service-not-listening"


def test_whoever_keeps_the_port_is_ended_with_its_owner() -> None:
    """Workers of a program outlive it if it alone is ended, and keep the port."""
    child = replace(METRICS, pid=901, parent=900, ancestors=(900, 1))
    seen = diagnose(ports(listening(900, pids=(900, 901)), processes=(METRICS, child)))
    assert seen.primary is not None
    assert seen.primary.remedy is not None
    assert seen.primary.remedy.commands[0] == "kill 900 901"


def test_all_that_are_stopped_run_on_together() -> None:
    """A program and its workers that Ctrl-Z stopped."""
    one = replace(WORKER, state="T")
    child = replace(one, pid=901, parent=900, ancestors=(900, 1), is_fork=True)
    seen = diagnose(ports(listening(900, pids=(900, 901)), processes=(one, child)))
    assert seen.primary is not None
    assert seen.primary.remedy is not None
    (resume,) = seen.primary.remedy.commands
    assert set(resume.split()) == {"kill", "-CONT", "900", "901"}


def test_a_text_without_a_port_says_nothing_of_one_that_nobody_asked_for() -> None:
    """An example port without an owner may be anybody's."""
    said = Observation("error-text", value=ErrorText("OSError: [Errno 98] Address already in use"))
    e = as_example(ports(listening(900, port=9090), processes=(METRICS,))).having(said)
    rows = next(each for each in diagnose(e).findings if each.id == "port-owners").tables[0].rows
    assert [row[-1] for row in rows if row[0] == "9090"] == ["as wanted"]


def as_example(e: Evidence) -> Evidence:
    """The same evidence with ports that nobody named."""
    return replace(e, target=Target({**e.target.values, "ports": Target.ports.preset}, {"ports": "default"}))


def test_a_parameter_that_names_no_port_is_said() -> None:
    """It is no fault of the target."""
    seen = diagnose(ports(wanted="redis:6379"))
    assert seen.verdict == "unknown"
    assert "'redis:6379'" in seen.summary


def test_an_owner_is_found_by_script_module_and_unit() -> None:
    """A program is what a person calls it."""
    for command in (
        ("python3", "/srv/tts-worker.py"),
        ("python3", "-m", "tts-worker"),
        ("/opt/tts-worker/main.py",),
    ):
        e = held_by(WORKER.__class__(900, "python3", command=command))
        assert diagnose(e).verdict == "ok", command
    assert diagnose(held_by(WORKER.__class__(900, "x", unit="tts-worker.service"))).verdict == "ok"
