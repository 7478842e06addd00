"""How a container came to its end, by its state and the engine's events. Pure."""

from __future__ import annotations

from runbooklab.domains.container.exit_codes import KILLED
from runbooklab.domains.container.readings.endings import has_ended
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.observe.docker.records import Container


def asked_to_stop(view: ContainerView, known: Container) -> bool | None:
    """Whether somebody asked for its last end; None if no event of that time is known."""
    events = [each for each in view.events or () if each.at >= known.started_at[:19]]
    if not any(each.action == "die" for each in events):
        return None
    return any(each.action in ("stop", "kill") for each in events)


def is_done(view: ContainerView, known: Container) -> bool:
    """Whether it did its work and ended: code 0, and nobody stopped it or wants it to go on."""
    if known.state != "exited" or known.exit_code or known.error or known.oom_killed:
        return False
    if view.extras.one_shot:
        return True
    if known.restart_policy in ("always", "unless-stopped"):
        return False
    return asked_to_stop(view, known) is False


def was_stopped(view: ContainerView, known: Container) -> bool:
    """Whether somebody stopped it, and it had to be killed in the end (docker stop, after its grace)."""
    events = [each for each in view.events or () if each.at >= known.started_at[:19]]
    ended = has_ended(known) and known.exit_code == KILLED and not known.oom_killed
    return ended and any(each.action == "stop" for each in events)
