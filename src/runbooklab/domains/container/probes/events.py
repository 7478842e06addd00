"""What happened to the container lately, as the engine remembers it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.model.from_json import from_json
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.records import ContainerEvent
from runbooklab.observe.docker.stream import read_stream
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.container.context import Context

#: How far back is asked, in seconds, and how many events are kept. The engine itself remembers 256
#: at most (Docker documentation, "docker system events").
PERIOD_S = 24 * 3600
MOST_EVENTS = 200
#: What is read of them.
MOST_BYTES = 2 << 20
MOST_LINES = 2000
_ATTRIBUTES = ("exitCode", "signal", "image", "network")


def events(ctx: Context) -> tuple[ContainerEvent, ...]:
    """What happened to the container and to the named network in the last day, oldest first.

    The probes' own ``exec`` and file reads are left out.
    """
    name = _container_name(ctx)
    if not name:
        raise NotObserved(Missing("not-applicable", "no container is named"))
    now = time.time()
    asked = {
        "since": f"{now - PERIOD_S:.3f}",
        "until": f"{now:.3f}",
        "filters": json.dumps({"type": ["container", "network"]}),
    }
    with reading_client(ctx) as client:
        data, _ = read_stream(
            client, "GET", "/events", params=asked, most_bytes=MOST_BYTES, seconds=ctx.timeout_s()
        )
    said = [
        event
        for event in _decoded(data)
        if not str(event.get("Action", "")).startswith(("exec_", "archive-path"))
    ]
    ids = {_actor(event)[0] for event in said if _actor(event)[1].get("name") == name}
    kept = [event for event in said if _concerns(event, name, ids, ctx.target.docker_network)]
    return tuple(_event(ctx, event, name) for event in kept[-MOST_EVENTS:])


def _container_name(ctx: Context) -> str:
    look = ctx.wait(CONTAINER).value
    return look.found.name if look and look.found else ctx.target.redis_container


def _decoded(data: bytes) -> Iterator[dict[str, Any]]:
    """The events, one JSON object a line; a line that is none, or was cut, is passed over."""
    for line in data.split(b"\n", MOST_LINES)[:MOST_LINES]:
        with suppress(msgspec.MsgspecError):
            yield from_json(line, dict[str, Any])


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
    """One event; a network's is reported as ``network connect`` with the network among its attributes."""
    _, attributes = _actor(said)
    action = clean(str(said.get("Action", "")), ctx.vault)
    at = datetime.fromtimestamp(int(said.get("timeNano") or 0) / 1e9, UTC)
    of_network = said.get("Type") == "network"
    reported = {"network": attributes.get("name", "")} if of_network else attributes
    return ContainerEvent(
        at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        f"network {action}" if of_network else action,
        ("" if "container" not in attributes else name) if of_network else str(attributes.get("name", "")),
        {key: clean(str(reported[key]), ctx.vault) for key in _ATTRIBUTES if key in reported},
    )
