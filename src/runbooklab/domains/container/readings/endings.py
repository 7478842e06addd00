"""How the container's last run ended, in the words of a cause's proof and summary."""

from __future__ import annotations

from runbooklab.domain.own_acts import own_acts
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.exit_codes import HOST_WENT_DOWN, SIGNAL
from runbooklab.domains.container.readings.restarts import events_of, is_looping
from runbooklab.observe.docker.records import Container
from runbooklab.words import ago

#: What the engine says if it cannot start a command at all.
NO_COMMAND = ("executable file not found", "no such file or directory", "not found in $path")
#: What it says if a bind mount joins a file and a directory.
WRONG_MOUNT = ("not a directory", "is a directory", "mount a directory onto a file")


def error_says(found: Container, phrases: tuple[str, ...]) -> bool:
    """Whether the engine's error holds one of these."""
    error = found.error.lower()
    return any(phrase in error for phrase in phrases)


def has_ended(found: Container) -> bool:
    return found.state in ("exited", "dead")


def since(found: Container) -> str:
    """When it ended, for a proof: " at 2026-01-01T00:00:00Z"."""
    return f" at {found.finished_at}" if found.finished_at else ""


def how_long_ago(e: Evidence, found: Container) -> str:
    """When it ended, for a person: " 4 minutes ago"."""
    return f" {ago(found.finished_at, e.gathered_at)}" if found.finished_at else ""


def exited_at(found: Container) -> str:
    """That it ended, to the second, as a proof has it; to go on in a sentence."""
    return f"container {found.name} exited{since(found)} with code {found.exit_code}"


def exited_ago(e: Evidence, found: Container) -> str:
    """The same for a person, to go on in a sentence."""
    who = ", stopped by this run" if stopped_by_us(e, found) else ""
    return f"container {found.name} exited{how_long_ago(e, found)} with code {found.exit_code}{who}"


def stopped_by_us(e: Evidence, found: Container) -> bool:
    """Whether an act of this run stopped it, by the time of its end."""
    return bool(found.finished_at) and any(
        own_acts(e, "docker", verb, found.name, near=found.finished_at) for verb in ("stop", "restart", "rm")
    )


def why_unasked(found: Container, nobody_says: str) -> str:
    """What its exit code says of an end that nobody asked for, to go on after the code.

    ``nobody_says`` that there is no reason, if the code gives none.
    """
    again = "" if found.restart_policy not in ("", "no") else "; nothing starts it again (restart policy: no)"
    if found.exit_code == HOST_WENT_DOWN:
        return f"as Docker leaves it when the host or Docker went down without stopping it{again}"
    if found.exit_code > SIGNAL:
        return f"ended by signal {found.exit_code - SIGNAL}{again}"
    return f"and {nobody_says}{again}"


def events_of_run(e: Evidence, found: Container, *actions: str) -> bool:
    """Whether there are such events since the container's last start."""
    return any(event.at >= found.started_at[:19] for event in events_of(e, *actions))


def ran_out_of_memory(e: Evidence, found: Container) -> bool:
    """Whether the engine says that the kernel killed it, or a process of it, at its memory limit."""
    return found.oom_killed or bool(events_of(e, "oom") and (is_looping(e) or events_of_run(e, found, "oom")))


def memory_limit(found: Container) -> str:
    return f" of {found.memory_limit_bytes // 1024**2} MiB" if found.memory_limit_bytes else ""
