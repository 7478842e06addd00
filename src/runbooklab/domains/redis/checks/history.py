"""What happened before now: the container's log and the engine's events."""

from __future__ import annotations

from runbooklab.domain.judgement import critical, ok, table, unknown, warning
from runbooklab.domains.docker.meant import container_name
from runbooklab.domains.docker.readings.containers import container, is_running
from runbooklab.domains.redis.checks.not_reached import absent_in_docker
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.logs import lines_of_last_run
from runbooklab.model.conclusions import Judgement
from runbooklab.model.observation import LogLine
from runbooklab.observe.docker.records import ContainerEvent
from runbooklab.words import ago, plural, short

#: Lines of the log that a finding quotes, newest last.
MOST_QUOTED_LINES = 50


def redis_logs(e: Evidence) -> Judgement:
    tail, name = e.logs.value, container_name(e)
    if tail is None:
        return absent_in_docker(e, e.logs, f"The log of container {name}" if name else "The log of Redis")
    if not tail.lines:
        return unknown(f"The log of container {name} is empty: Redis may write its log elsewhere.")
    recent = lines_of_last_run(e)
    since_ready = after_ready(recent)
    troubles = [line for line in since_ready if line.severity == "error"]
    facts = {"Lines read": str(len(tail.lines)), "Log driver": tail.driver}
    facts |= {f"Known line: {known}": short(text) for known, text in tail.known.items()}
    more = {"facts": facts, "text": "\n".join(line.text for line in tail.lines[-MOST_QUOTED_LINES:])}
    if troubles:
        last = troubles[-1]
        said = f"The log shows {plural(len(troubles), 'error')}, the last one {ago(last.at, e.gathered_at)}"
        return (warning if _runs(e) else critical)(f"{said}: {short(last.text, 120)}", **more)
    if any(line.known == "ready" for line in recent):
        return ok("The log says that Redis is ready to accept connections, and no error after that.", **more)
    return ok(f"The last {plural(len(tail.lines), 'line')} of the log show no error.", **more)


def after_ready(lines: tuple[LogLine, ...]) -> tuple[LogLine, ...]:
    """The lines after the last one with which Redis said that it is ready; all if it never did."""
    ready = [index for index, line in enumerate(lines) if line.known == "ready"]
    return lines[ready[-1] + 1 :] if ready else lines


def _runs(e: Evidence) -> bool:
    found = container(e)
    return found is not None and is_running(found)


#: Events with which a container ends.
_ENDS = ("die", "kill", "oom", "stop", "destroy", "pause")


def container_events(e: Evidence) -> Judgement:
    seen, name = e.events.value, container_name(e)
    if seen is None:
        return absent_in_docker(e, e.events, f"The events of container {name}" if name else "The events")
    mine = [event for event in seen if event.container == name or not name]
    if not mine:
        return ok(f"Docker remembers no event of container {name}." if name else "Docker remembers no event.")
    rows = [(event.at, event.container, event.action, _attributes(event)) for event in mine]
    shown = (table(("At", "Container", "Event", "Details"), rows, "Events, newest last"),)
    last = mine[-1]
    said = f"The last event of container {last.container} was {last.action}, {ago(last.at, e.gathered_at)}"
    deaths = [event for event in mine if event.action == "die"]
    if any(event.action == "oom" for event in mine):
        return warning(f"{said}; it ran out of memory before that.", tables=shown)
    if len(deaths) > 1:
        return warning(
            f"{said}; it died {plural(len(deaths), 'time')} in what Docker remembers.", tables=shown
        )
    ended = last.action in _ENDS and not _runs(e)
    return (warning if ended else ok)(f"{said}.", tables=shown)


def _attributes(event: ContainerEvent) -> str:
    return ", ".join(f"{name}={value}" for name, value in event.attributes.items())
