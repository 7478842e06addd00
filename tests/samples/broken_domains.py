"""The example domain with one mistake each: what is broken, and how the line on it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field, structs
from msgspec.structs import replace

from runbook_disk.domain import DOMAIN, STANDING
from runbook_disk.evidence import FILE_SYSTEM, PATH, DiskEvidence, FileSystem
from runbooklab.domain import (
    Contributions,
    Domain,
    Ground,
    Probe,
    Sign,
    SignTable,
    Steps,
    Supported,
    critical,
    ok,
)
from runbooklab.domain.registry import domain
from runbooklab.model import Evidence, Observation, Parameter, Target, seen
from runbooklab.redaction.shape import Shape

WRITABLE, ROOM = DOMAIN.checks
READ_ONLY, FULL = DOMAIN.causes
REMOUNT, FIND = DOMAIN.remedies
MOUNT_LAYER, ROOM_LAYER = DOMAIN.layers
DOCKER_PROBE = domain("container").probes[0]


def disk(free_bytes: int, read_only: bool = False) -> DiskEvidence:
    record = FileSystem(1000, free_bytes, read_only)
    return DiskEvidence().having(Observation("file-system", value=record))


SAMPLES: Mapping[str, Evidence] = {"disk-full": disk(20), "disk-read-only": disk(500, read_only=True)}


class Changeable(Struct):
    moment: float


class Place:
    pass


class Placed(Struct, frozen=True):
    place: Place


class WithField(Evidence, frozen=True, kw_only=True):
    more: int = 0


class WithStranger(Evidence, frozen=True, kw_only=True):
    stranger = seen(Probe("stranger", FileSystem, run="json:loads", looks_at="a stranger"))


class TextTarget(Target, frozen=True):
    probe_timeout_s = Parameter("probe_timeout_s", "3")  # type: ignore[assignment] # that is the point


class WithText(Evidence, frozen=True, kw_only=True):
    target: TextTarget = field(default_factory=TextTarget)


def raises(*_: Any) -> Any:
    raise KeyError("gone")


def raising(when: str) -> Callable[[DiskEvidence], Any]:
    """A judge that raises on what was seen, or on what was not."""

    def judge(e: DiskEvidence) -> Any:
        return raises() if (e.file_system.value is None) == (when == "unseen") else FULL.judge(e)

    return judge


def probe(**changes: Any) -> Domain[Any]:
    return replace(DOMAIN, probes=(replace(FILE_SYSTEM, **changes),))


def second_probe(**changes: Any) -> Domain[Any]:
    other = replace(FILE_SYSTEM, **{"name": "other", "looks_at": "another thing", **changes})
    return replace(DOMAIN, probes=(FILE_SYSTEM, other))


def check(**changes: Any) -> Domain[Any]:
    return replace(DOMAIN, checks=(WRITABLE, replace(ROOM, **changes)))


def cause(**changes: Any) -> Domain[Any]:
    return replace(DOMAIN, causes=(READ_ONLY, replace(FULL, **changes)))


def remedy(**changes: Any) -> Domain[Any]:
    return replace(DOMAIN, remedies=(REMOUNT, replace(FIND, **changes)))


def layer(**changes: Any) -> Domain[Any]:
    return replace(DOMAIN, layers=(MOUNT_LAYER, replace(ROOM_LAYER, **changes)))


def standing(**changes: Any) -> Domain[Any]:
    return replace(DOMAIN, standing=replace(STANDING, **changes))


def adding(**changes: Any) -> Domain[Any]:
    return replace(DOMAIN, contributions=Contributions(**changes))


def small(view: Any = Evidence, **more: Any) -> Domain[Any]:
    return Domain(name="small", title="Small", view=view, **more)


BROKEN: Mapping[str, tuple[Any, str]] = {
    "no domain": (7, "7: it is int, no Domain"),
    "name": (replace(DOMAIN, name="My Disk"), "domain My Disk: 'My Disk' is no name"),
    "name of one of ours": (
        replace(DOMAIN, name="docker"),
        "domain docker: a domain of runbooklab has this name, and is used instead",
    ),
    "title": (replace(DOMAIN, title="Disk."), "domain disk: its title ends with a stop"),
    "strange row": (replace(DOMAIN, checks=(READ_ONLY,)), "domain disk: checks has "),
    "no view": (replace(DOMAIN, view=FileSystem), "domain disk: view is <class"),
    "view with a field": (small(WithField), "view WithField: more is a field; write more = seen(KEY)"),
    "view of a strange probe": (small(WithStranger), "view WithStranger: stranger reads the probe stranger"),
    "covers a strange row": (
        replace(DOMAIN, covers=("x",)),
        "domain disk: covers names 'x', which is no row",
    ),
    "unknown domain": (replace(DOMAIN, uses=("nowhere",)), "domain disk: there is no domain 'nowhere'"),
    "parameter of another type": (
        small(WithText, parameters=(TextTarget.probe_timeout_s,)),
        "parameter probe_timeout_s: a used domain has it as float, this one as str",
    ),
    "parameter without a type": (
        replace(DOMAIN, parameters=(replace(PATH, default=None),)),
        "parameter path: its default is NoneType",
    ),
    "parameter that no target has": (
        replace(DOMAIN, parameters=(*DOMAIN.parameters, Parameter("depth", 1))),
        "parameter depth: DiskTarget, the target of DiskEvidence, does not have it",
    ),
    "parameter's name": (
        replace(DOMAIN, parameters=(replace(PATH, name="the-path"),)),
        "parameter the-path: 'the-path' is no name; use a Python name",
    ),
    "two rows of one id": (
        replace(DOMAIN, checks=(WRITABLE, ROOM, ROOM)),
        "domain disk: checks has 2 rows disk-room",
    ),
    "probe without run": (probe(run=""), "probe file-system: it has no run"),
    "probe not there": (
        probe(run="runbook_disk.probe:gone"),
        "probe file-system: run is 'runbook_disk.p",
    ),
    "probe that is no function": (
        probe(run="runbook_disk.lab:LAB"),
        "probe file-system: run is Lab, no",
    ),
    "probe without looks_at": (probe(looks_at=""), "probe file-system: its looks_at is empty"),
    "two probes of one thing": (
        second_probe(looks_at="the file system"),
        "probe other: it says of looks_at what the probe file-system says",
    ),
    "record that is no struct": (second_probe(record=int), "probe other: its record is no msgspec.Struct"),
    "record that changes": (second_probe(record=Changeable), "probe other: Changeable can be changed"),
    "record without JSON": (
        second_probe(record=Placed),
        "probe other: its record has Place, which JSON",
    ),
    "probe of a used domain with another record": (
        small(uses=("container",), probes=(replace(DOCKER_PROBE, record=FileSystem),)),
        f"probe {DOCKER_PROBE.name}: a used domain has this probe, with the record",
    ),
    "check's id": (check(id="Disk Room"), "check Disk Room: 'Disk Room' is no name; use lower-case words"),
    "check's title": (check(title=""), "check disk-room: its title is empty"),
    "check without needs": (check(needs=()), "check disk-room: it needs no probe"),
    "check of a strange probe": (
        check(needs=(WithStranger.stranger.key,)),
        "check disk-room: needs names the probe 'stranger', which is no row",
    ),
    "check of a probe with another record": (
        check(needs=(replace(FILE_SYSTEM, record=int),)),
        "check disk-room: needs has the probe file-system with the record",
    ),
    "check that raises": (
        check(judge=raises),
        "check disk-room: judge raises without observations: KeyError",
    ),
    "check that is ok of nothing": (
        check(judge=lambda e: ok("Well.")),
        "check disk-room: it is ok without observations; return absent(...)",
    ),
    "check that alarms of nothing": (
        check(judge=lambda e: critical("Bad.")),
        "check disk-room: it is critical without observations",
    ),
    "check's command that raises": (
        check(command=raises),
        "check disk-room: command raises without observations: KeyError",
    ),
    "check's command of two lines": (
        check(command=lambda e: "df\nls"),
        "check disk-room: its command is not one line",
    ),
    "check without a judgement": (check(judge=lambda e: None), "check disk-room: judge gives NoneType"),
    "cause without a layer": (cause(layer="roof"), "cause disk-full: its layer 'roof' is no row"),
    "cause without a remedy": (cause(remedies=()), "cause disk-full: it has no remedy"),
    "cause of a strange remedy": (cause(remedies=("pray",)), "cause disk-full: remedies names 'pray'"),
    "cause like a strange one": (cause(look_alikes=("x",)), "cause disk-full: look_alikes names 'x'"),
    "cause after a strange one": (cause(consequence_of=("x",)), "cause disk-full: consequence_of names 'x'"),
    "cause shown by a strange check": (cause(shown_by="x"), "cause disk-full: shown_by names 'x'"),
    "cause like itself": (cause(look_alikes=("disk-full",)), "cause disk-full: it names itself"),
    "cause without a source": (cause(source=""), "cause disk-full: it has no source"),
    "cause without distinguishing evidence": (
        cause(distinguishing=""),
        "cause disk-full: its distinguishing is empty",
    ),
    "cause half distinguished": (
        cause(distinguishing="Full"),
        "cause disk-full: its distinguishing is no",
    ),
    "cause that raises": (
        cause(judge=raising("unseen")),
        "cause disk-full: judge raises without observations",
    ),
    "cause of nothing": (
        cause(judge=lambda e: Supported("It is.", ("disk-room",), 0.9)),
        "cause disk-full: it is supported without observations; return Untested(...)",
    ),
    "cause without a ruling": (cause(judge=lambda e: True), "cause disk-full: judge gives bool, no ruling"),
    "remedy that raises": (remedy(steps=raises), "remedy find-what-fills: steps raises without observations"),
    "remedy without steps": (remedy(steps=lambda e: 7), "remedy find-what-fills: steps gives int"),
    "remedy without a command": (
        remedy(steps=lambda e: Steps((), "Nothing.")),
        "remedy find-what-fills: it has no command",
    ),
    "remedy without its change": (
        remedy(steps=lambda e: Steps(("df",), "")),
        "remedy find-what-fills: it does not say what it changes",
    ),
    "remedy that fits by raising": (remedy(fits=raises), "remedy find-what-fills: fits raises without"),
    "layer's sentence": (layer(plain="no room"), "layer room: its plain is no whole sentence"),
    "layer of a strange check": (layer(checks=("x",)), "layer room: checks names 'x'"),
    "no standing": (replace(DOMAIN, standing=None), "domain disk: it has checks or causes, and no standing"),
    "no ground": (standing(grounds=()), "standing: an ok rests on no check"),
    "ground of a strange check": (standing(grounds=(Ground("x", "it is"),)), "standing: grounds names 'x'"),
    "validation by a strange check": (standing(validation=("x",)), "standing: validation names 'x'"),
    "claim that is a sentence": (standing(claim="It works."), "standing: what claim claims is empty or ends"),
    "ok of nothing": (
        standing(grounds=(Ground("disk-room", "it has room", applies=lambda e: False),)),
        "standing: the verdict is ok without observations",
    ),
    "healthy that raises": (standing(healthy=raises), "standing healthy: it raises without observations"),
    "contribution that raises": (adding(moments=raises), "contribution moments: it raises without observat"),
    "contribution of another kind": (adding(url=lambda e: 7), "contribution url: it gives int; return str"),
    "follow-up of a strange check": (adding(follow_ups={"x": "y"}), "contributions: follow_ups names 'x'"),
    "sign of a strange cause": (
        replace(DOMAIN, signs=SignTable((Sign("full", ("x",), Shape("ENOSPC")),))),
        "sign full: causes names 'x'",
    ),
    "lab not there": (
        replace(DOMAIN, lab="runbook_disk.lab:GONE"),
        "lab runbook_disk.lab:GONE: Attribute",
    ),
    "lab that is none": (
        replace(DOMAIN, lab="runbook_disk.domain:DOMAIN"),
        "lab runbook_disk.domain:DOMAIN: it is Domain, no Lab",
    ),
    "lab of another domain": (replace(DOMAIN, name="other"), "lab runbook_disk.lab:LAB: its domains are"),
    "fault of no cause": (
        replace(DOMAIN, causes=(READ_ONLY,)),
        "lab runbook_disk.lab:LAB: the fault disk-full is of no cause",
    ),
}


def once_seen(ruling: Any) -> Domain[Any]:
    """The cause is judged so whenever something was seen."""
    return cause(judge=lambda e: FULL.judge(e) if e.file_system.value is None else ruling)


SAMPLED: Mapping[str, tuple[Any, dict[str, Any], str]] = {
    "no sample": (DOMAIN, {"samples": {}}, "cause disk-full: it has no sample"),
    "sample of no cause": (DOMAIN, {"samples": {**SAMPLES, "x": disk(1)}}, "sample x: 'x' is no cause"),
    "sample of another cause": (
        DOMAIN,
        {"samples": {**SAMPLES, "disk-full": disk(500)}},
        "sample disk-full: the primary cause is none (ruled-out: There is room",
    ),
    "cause that rests on what is ok": (
        once_seen(Supported("It is.", ("disk-writable",), 0.9)),
        {"samples": {"disk-full": disk(500)}},
        "sample disk-full: disk-full is critical, and its findings are ok",
    ),
    "cause that rests on no check": (
        once_seen(Supported("It is.", ("x",), 0.9)),
        {"samples": {"disk-full": disk(20)}},
        "sample disk-full: disk-full rests on 'x', which is no check",
    ),
    "plan that fails on a sample": (
        remedy(steps=lambda e: FIND.steps(e) if e.file_system.value is None else raises()),
        {"samples": {"disk-full": disk(20)}},
        "sample disk-full: disk-full has no plan",
    ),
    "plan that no verb can apply": (
        remedy(steps=lambda e: structs.replace(FIND.steps(e), commands=("du -xh /",), appliable=True)),
        {"samples": {"disk-full": disk(20)}},
        "sample disk-full: find-what-fills can be applied, and no verb reads its command: "
        "NotDone: du -xh is nothing that can be applied from here; add a Verb",
    ),
    "healthy that is not": (DOMAIN, {"healthy": disk(20)}, "sample healthy: the verdict is critical"),
    "healthy without a sentence": (
        standing(healthy=lambda e: ""),
        {"healthy": disk(500)},
        "sample healthy: the summary is empty",
    ),
    "value of another record": (
        DOMAIN,
        {"healthy": DiskEvidence().having(Observation("file-system", value=FileSystem(1000, 500.5, False)))},  # type: ignore[arg-type] # that is the point
        "sample healthy: it does not come back from JSON",
    ),
}
