"""How a container is, in a few words that go on in a sentence."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.exit_codes import KILLED
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.words import age, ago, plural, short, size

Kind = Literal[
    "running", "looping", "out-of-memory", "not-started", "killed", "exited", "created", "paused", "dead",
    "removing", "other",
]  # fmt: skip


class State(Struct, frozen=True):
    """``clause`` has no end: ``container redis-tts exited 4 minutes ago with code 0``."""

    kind: Kind
    clause: str


_CLAUSES: dict[str, tuple[Kind, str]] = {
    "created": ("created", "was created and does not run"),
    "paused": ("paused", "exists, and its processes are frozen"),
    "dead": ("dead", "is dead and cannot be started"),
    "removing": ("removing", "is going away"),
}


def state_of(e: Evidence, look: ContainerLook, found: Container) -> State:
    """How ``found`` is, as one or two samples show it."""
    later = look.restart_count_later
    if later is not None and later > found.restart_count:
        return _looping(found, later)
    if found.state == "running":
        lasts = age(found.started_at, e.gathered_at)
        return State("running", f"container {found.name} has been running for {lasts}")
    if found.state == "restarting":
        return _looping(found, found.restart_count)
    if found.state == "exited":
        return _exited(e, found)
    reason = f": {short(found.error).rstrip('.')}" if found.error else ""
    kind, clause = _CLAUSES.get(found.state, ("other", f"is in the state {found.state}"))
    return State(kind, f"container {found.name} {clause}{reason}")


def _looping(found: Container, count: int) -> State:
    return State(
        "looping",
        f"container {found.name} has been restarted {plural(count, 'time')} and last ended with code "
        f"{found.exit_code}",
    )


def _exited(e: Evidence, found: Container) -> State:
    name, when = found.name, ago(found.finished_at, e.gathered_at)
    if found.oom_killed:
        limit = f" of {size(found.memory_limit_bytes)}" if found.memory_limit_bytes else ""
        return State("out-of-memory", f"container {name} went over its limit{limit} {when}")
    if found.error:
        return State("not-started", f"container {name} could not start: {short(found.error).rstrip('.')}")
    if found.exit_code == KILLED:
        return State("killed", f"container {name} ended {when} by SIGKILL (code {KILLED})")
    return State("exited", f"container {name} exited {when} with code {found.exit_code}")


def sentence(clause: str) -> str:
    """A clause as a sentence of its own."""
    return f"{clause[:1].upper()}{clause[1:]}."


def unhealthy(found: Container) -> str:
    """That its health check fails, and what that printed last, as a sentence."""
    last = found.health_log[-1] if found.health_log else None
    said = f": {short(last.output)}" if last else ""
    return f"Docker calls container {found.name} unhealthy{said}."
