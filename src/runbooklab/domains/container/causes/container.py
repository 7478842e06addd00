"""The container's life cycle: is there one, does it run, why not."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.causes.preconditions import of_container
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.exit_codes import (
    ASKED_TO_STOP,
    COMMAND_NOT_FOUND,
    HOST_WENT_DOWN,
    KILLED,
)
from runbooklab.domains.container.meant import container_name, source_words
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.container.readings.containers import container, is_running
from runbooklab.domains.container.readings.endings import (
    NO_COMMAND,
    WRONG_MOUNT,
    error_says,
    events_of_run,
    exited_ago,
    exited_at,
    has_ended,
    memory_limit,
    ran_out_of_memory,
    since,
    stopped_by_us,
    why_unasked,
)
from runbooklab.domains.container.readings.logs import NO_COMMAND as NO_COMMAND_LINE
from runbooklab.domains.container.readings.logs import last_line, lines_of_last_run, quote
from runbooklab.domains.container.readings.restarts import events_of, is_looping, recent_ends
from runbooklab.domains.container.readings.state import sentence, unhealthy
from runbooklab.observe.docker.records import Container


def container_missing(e: Evidence) -> Ruling:
    name = container_name(e)
    if not name:
        return RuledOut("No container is named.")
    if e.container.value is None:
        return Untested(why_missing(e, CONTAINER))
    if container(e) is not None:
        return RuledOut(f"Container {name} exists.")
    return Supported(
        f"{not_known(e)}.",
        ("container",),
        0.97,
        f"Container {name} does not exist.",
    )


def not_known(e: Evidence) -> str:
    """That there is no such container, and when it was removed, as a sentence without its end."""
    removed = events_of(e, "destroy")
    gone = f", it was removed at {removed[-1].at}" if removed else ""
    return f"The Docker engine knows no container named {source_words(e.target, 'redis_container')}{gone}"


def container_never_started(e: Evidence, found: Container) -> Ruling:
    if found.state != "created":
        return RuledOut(f"Container {found.name} is {found.state}.")
    if found.error or found.exit_code:
        return RuledOut(f"Container {found.name} was started and failed: {quote(found.error)}.")
    return Supported(
        f"Container {found.name} is created and has never been started; Docker reports no error.",
        ("container",),
        0.96,
        f"Container {found.name} was created but never started.",
    )


def container_stopped(e: Evidence, found: Container) -> Ruling:
    if not has_ended(found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    asked = found.exit_code in ASKED_TO_STOP
    if found.error or found.oom_killed or not (asked or found.exit_code == HOST_WENT_DOWN):
        return RuledOut(f"Container {found.name} did not stop cleanly: exit code {found.exit_code}.")
    why = "" if asked else f", {why_unasked(found, '')}"
    return Supported(
        sentence(f"{exited_at(found)}{why}"), ("container",), 0.95, sentence(f"{exited_ago(e, found)}{why}")
    )


def container_failed(e: Evidence, found: Container) -> Ruling:
    """The engine could not start it, or its program ended by itself and not well."""
    if is_running(found) or is_looping(e) or found.oom_killed:
        return RuledOut(f"Container {found.name} is {found.state}.")
    named = (*ASKED_TO_STOP, KILLED, COMMAND_NOT_FOUND, HOST_WENT_DOWN)
    if _has_no_command(e, found) or "network" in found.error.lower():
        return RuledOut(f"The engine names another reason: {quote(found.error)}.")
    if found.error:
        said = f"Docker cannot start container {found.name}: {quote(found.error)}."
        return Supported(said, ("container",), 0.95)
    if not has_ended(found) or found.exit_code in named:
        return RuledOut(f"Container {found.name} is {found.state}, exit code {found.exit_code}.")
    line = last_line(e)
    why = f"and its log ends with {quote(line)}" if line else why_unasked(found, "nothing says why")
    return Supported(
        sentence(f"{exited_at(found)}, {why}"),
        ("container", "container-logs") if line else ("container",),
        0.9 if line else 0.8,
        sentence(f"{exited_ago(e, found)}, {why}"),
    )


def container_killed(e: Evidence, found: Container) -> Ruling:
    if not has_ended(found) or found.exit_code != KILLED:
        return RuledOut(
            f"Container {found.name} is {found.state}, exit code {found.exit_code}, not {KILLED}."
        )
    if found.oom_killed or events_of_run(e, found, "oom"):
        return RuledOut("It was the kernel that killed it, for lack of memory.")
    by = " by this run" if stopped_by_us(e, found) else ""
    by = by or (" by a kill request to Docker" if events_of(e, "kill") else "")
    return Supported(
        sentence(f"{exited_at(found)} (SIGKILL){by}, and not for lack of memory"),
        ("container",),
        0.95,
        sentence(f"{exited_ago(e, found)}: it was killed"),
    )


def container_oom_killed(e: Evidence, found: Container) -> Ruling:
    if not has_ended(found) and not is_looping(e):
        return RuledOut(f"Container {found.name} is {found.state}.")
    if not ran_out_of_memory(e, found):
        return RuledOut(f"The engine does not say that container {found.name} ran out of memory.")
    return Supported(
        f"The kernel killed container {found.name}{since(found)} at its memory limit{memory_limit(found)}: "
        f"OOMKilled, exit code {found.exit_code}.",
        ("container", "container-events"),
        0.97,
        sentence(f"{exited_ago(e, found)}, killed by the kernel for lack of memory"),
    )


def container_paused(e: Evidence, found: Container) -> Ruling:
    if found.state != "paused":
        return RuledOut(f"Container {found.name} is {found.state}.")
    return Supported(
        f"Container {found.name} is paused: its processes are frozen.",
        ("container",),
        0.98,
        f"Container {found.name} is paused.",
    )


def container_crash_looping(e: Evidence) -> Ruling:
    if e.container.value is None and container_name(e) and is_looping(e):
        return ends_by_events(e)
    return of_container(lambda e, found: looping(e, found, last_line(e)))(e)


def ends_by_events(e: Evidence) -> Supported:
    """A container that could not be inspected, and ends again and again by the engine's events."""
    ended = f"Container {container_name(e)} has ended {recent_ends(e)} times within a minute"
    return Supported(f"{ended}, by Docker's events.", ("container", "container-events"), 0.9, f"{ended}.")


def looping(e: Evidence, found: Container, line: str) -> Ruling:
    """Whether it restarts again and again; ``line`` of its log says why, "" if none does."""
    look = e.container.value
    if look is None or not is_looping(e):
        return RuledOut(
            f"Container {found.name} is {found.state}, its restart count is {found.restart_count}."
        )
    count = max(found.restart_count, look.restart_count_later or 0)
    code = f", exit code {found.exit_code}" if found.exit_code else ""
    quoted = f" Its log says {quote(line)}." if line else ""
    because = f", and its log says {quote(line, 100)}" if line else ""
    return Supported(
        f"Container {found.name} has been restarted {count} times and keeps ending{code}.{quoted}",
        ("container", "container-logs"),
        0.98,
        f"Docker has restarted container {found.name} {count} times{because}.",
    )


def start_command_not_found(e: Evidence, found: Container) -> Ruling:
    line = _line_without_command(e)
    if not _has_no_command(e, found):
        return RuledOut(
            f"Container {found.name} is {found.state}, exit code {found.exit_code}, not {COMMAND_NOT_FOUND}."
        )
    because = f": {quote(found.error or line)}" if found.error or line else ""
    command = " ".join(found.command)
    return Supported(
        f"Container {found.name} ended with code {found.exit_code}, command not found{because}.",
        ("container", "container-logs") if line else ("container",),
        0.97 if error_says(found, NO_COMMAND) or line else 0.9,
        f"Container {found.name} cannot start: its command {command or 'is unknown and'} does not "
        "exist in the image."
        if found.error or not line
        else f"Container {found.name} cannot start: its image lacks a program that it needs{because}.",
    )


def _has_no_command(e: Evidence, found: Container) -> bool:
    """Whether it is not up because its command is not there: the engine, a shell or the kernel says so."""
    if (is_running(found) and not is_looping(e)) or error_says(found, WRONG_MOUNT):
        return False
    line = _line_without_command(e)
    alone = bool(line) and {each.text.strip() for each in lines_of_last_run(e)} == {line}
    return found.exit_code == COMMAND_NOT_FOUND or alone


def _line_without_command(e: Evidence) -> str:
    """The last line of the last run that says that there is no such program."""
    lines = (line.text.strip() for line in reversed(lines_of_last_run(e)))
    return next((line for line in lines if NO_COMMAND_LINE.search(line)), "")


def container_unhealthy(e: Evidence, found: Container) -> Ruling:
    if not found.health:
        return RuledOut(f"Container {found.name} has no health check.")
    if found.state != "running" or found.health != "unhealthy":
        return RuledOut(f"Container {found.name} is {found.state}, its health is {found.health}.")
    last = found.health_log[-1] if found.health_log else None
    code = f" Its health check ended with code {last.exit_code}, {how_often(found)}." if last else ""
    return Supported(f"{unhealthy(found)}{code}", ("container-health",), 0.95, unhealthy(found))


def how_often(found: Container) -> str:
    """How many of the last health checks failed."""
    failed = sum(run.exit_code != 0 for run in found.health_log)
    return f"{failed} of the last {len(found.health_log)} failed"
