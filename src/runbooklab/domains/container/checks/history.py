"""What happened before now: the container's log and the engine's events."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domain.judgement import absent, critical, ok, table, unknown, warning
from runbooklab.domain.own_acts import own_acts
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import container, is_running
from runbooklab.domains.container.readings.logs import lines_of_last_run
from runbooklab.model.conclusions import Judgement
from runbooklab.model.observation import LogLine
from runbooklab.observe.docker.records import ContainerEvent, LogTail
from runbooklab.words import ago, plural, short

#: Lines of the log that a finding quotes, newest last.
MOST_QUOTED = 50
#: Events that a command to the engine brings about.
_BY_ACTS = ("create", "destroy", "die", "kill", "pause", "rename", "restart", "start", "stop", "unpause")
#: Events with which a container ends.
_ENDS = ("die", "kill", "oom", "stop", "destroy", "pause")


def container_logs(e: Evidence) -> Judgement:
    tail, name = e.logs.value, container_name(e)
    if tail is None:
        return absent(e, e.logs, f"The log of container {name}" if name else "The container's log")
    return judged_by_log(e, tail, lines_of_last_run(e), "its program")


def judged_by_log(e: Evidence, tail: LogTail, lines: Sequence[LogLine], program: str) -> Judgement:
    """The judgement on ``lines`` of the log; ``program`` names who writes it."""
    if not tail.lines:
        name = container_name(e)
        return unknown(f"The log of container {name} is empty: {program} may write its log elsewhere.")
    facts = {"Lines read": str(len(tail.lines)), "Log driver": tail.driver}
    facts |= {f"Known line: {known}": short(text) for known, text in tail.known.items()}
    quoted = "\n".join(line.text for line in tail.lines[-MOST_QUOTED:])
    troubles = [line for line in lines if line.severity == "error"]
    if not troubles:
        read = plural(len(tail.lines), "line")
        return ok(f"The last {read} of the log show no error.", facts=facts, text=quoted)
    last = troubles[-1]
    shown = f"The log shows {plural(len(troubles), 'error')}, the last one {ago(last.at, e.gathered_at)}"
    judge = warning if _runs(e) else critical
    return judge(f"{shown}: {short(last.text, 120)}", facts=facts, text=quoted)


def _runs(e: Evidence) -> bool:
    found = container(e)
    return found is not None and is_running(found)


def container_events(e: Evidence) -> Judgement:
    seen, name = e.events.value, container_name(e)
    if seen is None:
        return absent(e, e.events, events_words(name))
    mine = [event for event in seen if event.container == name or not name]
    if not mine:
        return ok(f"Docker remembers no event of container {name}." if name else "Docker remembers no event.")
    rows = [(event.at, event.container, event.action, _details(e, event)) for event in mine]
    shown = (table(("At", "Container", "Event", "Details"), rows, "Events, newest last"),)
    last = mine[-1]
    said = f"The last event of container {last.container} was {last.action}, {ago(last.at, e.gathered_at)}"
    said += ", by this run" if _is_ours(e, last) else ""
    deaths = [event for event in mine if event.action == "die" and not _is_ours(e, event)]
    if any(event.action == "oom" for event in mine):
        return warning(f"{said}; it ran out of memory before that.", tables=shown)
    if len(deaths) > 1:
        died = plural(len(deaths), "time")
        return warning(f"{said}; it died {died} in what Docker remembers.", tables=shown)
    ended = last.action in _ENDS and not _runs(e) and not _is_ours(e, last)
    return (warning if ended else ok)(f"{said}.", tables=shown)


def events_words(name: str) -> str:
    """What is observed, to begin a sentence with."""
    return f"The events of container {name}" if name else "The events"


def _is_ours(e: Evidence, event: ContainerEvent) -> bool:
    """Whether an act of this run on that container brought the event about."""
    return event.action in _BY_ACTS and bool(own_acts(e, "docker", event.container, near=event.at))


def _details(e: Evidence, event: ContainerEvent) -> str:
    ours = ["by this run"] if _is_ours(e, event) else []
    return ", ".join([*ours, *filter(None, [_attributes(event)])])


def _attributes(event: ContainerEvent) -> str:
    return ", ".join(f"{name}={value}" for name, value in event.attributes.items())
