"""How a container ended, and whether it restarts again and again."""

from __future__ import annotations

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import container, docker_answers
from runbooklab.domains.container.thresholds import LOOP_ENDS, LOOP_S
from runbooklab.observe.docker.records import ContainerEvent, ContainerLook
from runbooklab.words import seconds_between


def events_of(e: Evidence, *actions: str) -> tuple[ContainerEvent, ...]:
    """The container's events of these kinds, oldest first, none of an earlier one of its name."""
    found, name = container(e), container_name(e)
    since = found.created_at[:19] if found else ""
    return tuple(
        event
        for event in e.events.value or ()
        if event.container == name and event.action.split(":", 1)[0] in actions and event.at >= since
    )


def recent_ends(e: Evidence) -> int:
    """How often the container ended in the minute before it was inspected, by the engine's events."""
    passed = [seconds_between(event.at, e.gathered_at) for event in events_of(e, "die")]
    return sum(seconds is not None and seconds < LOOP_S for seconds in passed)


def restarts_now(look: ContainerLook | None) -> bool:
    """Whether a container restarted between two samples, or was about to."""
    if look is None or look.found is None:
        return False
    rises = look.restart_count_later is not None and look.restart_count_later > look.found.restart_count
    return rises or "restarting" in (look.found.state, look.state_later)


def is_looping(e: Evidence) -> bool:
    """Whether the container is seen to end and restart again and again."""
    look = e.container.value
    if look is None:
        return recent_ends(e) >= LOOP_ENDS
    if look.found is None or look.found.state == look.state_later == "exited":
        return False  # stopped for good: an engine that means to restart it says "restarting"
    return restarts_now(look) or (look.found.restart_count > 1 and recent_ends(e) >= LOOP_ENDS - 1)


def is_settled(e: Evidence) -> bool:
    """Whether what was seen at different moments belongs together.

    While a container restarts its addresses, ports and listeners come and go; one that exists and
    could not be inspected may be doing so.
    """
    unseen = bool(container_name(e)) and docker_answers(e) and e.container.value is None
    return not unseen and not is_looping(e)
