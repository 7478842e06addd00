"""What happened to the Redis container lately, as the engine remembers it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from runbooklab.evidence import ContainerEvent, Missing
from runbooklab.probes.context import NotObserved
from runbooklab.probes.docker_client import reading_client
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.probes.context import Context

#: How far back is asked, in seconds, and how many events are kept. The engine itself remembers 256
#: at most (Docker documentation, "docker system events").
PERIOD_S = 24 * 3600
MOST_EVENTS = 200
_ATTRIBUTES = ("exitCode", "signal", "image", "network")


def events(ctx: Context) -> tuple[ContainerEvent, ...]:
    """What happened to the container and to the named network in the last day, oldest first.

    The probes' own ``exec`` is left out.
    """
    name = _redis_name(ctx)
    if not name:
        raise NotObserved(Missing("not-applicable", "no Redis container is named"))
    now = time.time()
    with reading_client(ctx) as client:
        stream = client.events(  # type: ignore[call-overload] # fractions of a second pass through
            since=f"{now - PERIOD_S:.3f}",
            until=f"{now:.3f}",
            filters={"type": ["container", "network"]},
            decode=True,
        )
        said = [one for one in stream if not str(one.get("Action", "")).startswith("exec_")]
    ids = {_actor(one)[0] for one in said if _actor(one)[1].get("name") == name}
    kept = [one for one in said if _concerns(one, name, ids, ctx.target.docker_network)]
    return tuple(_event(ctx, one, name) for one in kept[-MOST_EVENTS:])


def _redis_name(ctx: Context) -> str:
    look = ctx.wait("container").value
    return look.found.name if look and look.found else ctx.target.redis_container


def _actor(said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    actor = said.get("Actor") or {}
    return str(actor.get("ID", "")), actor.get("Attributes") or {}


def _concerns(said: dict[str, Any], name: str, ids: set[str], network: str) -> bool:
    actor_id, attributes = _actor(said)
    if said.get("Type") == "network":
        return attributes.get("container") in ids or (
            "container" not in attributes and attributes.get("name") == network
        )
    return actor_id in ids or attributes.get("name") == name


def _event(ctx: Context, said: dict[str, Any], name: str) -> ContainerEvent:
    """One event; a network's is told as ``network connect`` with the network among its attributes."""
    _, attributes = _actor(said)
    action = clean(str(said.get("Action", "")), ctx.vault)
    at = datetime.fromtimestamp(int(said.get("timeNano") or 0) / 1e9, UTC)
    of_network = said.get("Type") == "network"
    told = {"network": attributes.get("name", "")} if of_network else attributes
    return ContainerEvent(
        at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        f"network {action}" if of_network else action,
        ("" if "container" not in attributes else name) if of_network else str(attributes.get("name", "")),
        {key: clean(str(told[key]), ctx.vault) for key in _ATTRIBUTES if key in told},
    )
