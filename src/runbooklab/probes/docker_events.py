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
_ATTRIBUTES = ("exitCode", "signal", "image")


def events(ctx: Context) -> tuple[ContainerEvent, ...]:
    """The container's events of the last day, oldest first; probes' own ``exec`` is left out."""
    name = ctx.target.redis_container
    if not name:
        raise NotObserved(Missing("not-applicable", "no Redis container is named"))
    client = reading_client(ctx)
    now = int(time.time()) + 1
    stream = client.events(
        since=now - PERIOD_S,
        until=now - 1,
        filters={"type": ["container"], "container": [name]},
        decode=True,
    )
    kept = [_event(ctx, said) for said in stream if not str(said.get("Action", "")).startswith("exec_")]
    return tuple(kept[-MOST_EVENTS:])


def _event(ctx: Context, said: dict[str, Any]) -> ContainerEvent:
    attributes = (said.get("Actor") or {}).get("Attributes") or {}
    at = datetime.fromtimestamp(int(said.get("timeNano") or 0) / 1e9, UTC)
    return ContainerEvent(
        at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        clean(str(said.get("Action", "")), ctx.vault),
        str(attributes.get("name", "")),
        {name: clean(str(attributes[name]), ctx.vault) for name in _ATTRIBUTES if name in attributes},
    )
