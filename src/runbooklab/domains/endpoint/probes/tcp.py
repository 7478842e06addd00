"""Connections: to every address of the target at once, what answers there first, and past the ports."""

from __future__ import annotations

import time
from collections.abc import Sequence

from runbooklab.domains.address.probes.name import usable_address
from runbooklab.domains.address.probes.table import ADDRESS, NAME
from runbooklab.domains.address.records import DEFAULT_PORT, NameResolution, RedisAddress
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.endpoint.context import Context
from runbooklab.domains.endpoint.probes.table import TCP
from runbooklab.domains.endpoint.probes.wire import MOST_SHOWN, answers_tls, ask_plainly
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.observe.net.addresses import leads_to_host
from runbooklab.observe.net.connect import connect_all, connect_unix
from runbooklab.observe.net.into_container import connect_into
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.redaction import clean


def tcp(ctx: Context) -> tuple[TcpAttempt, ...]:
    """One attempt for each address that the URL's host stands for, all at the same time."""
    address = usable_address(ctx)
    if address.scheme == "unix":
        path = ctx.vault.reveal(address.socket_path)
        ctx.note("tcp", f"connect {path}")
        return (connect_unix(path, ctx.timeout_s(0.8)),)
    name: NameResolution = ctx.need(NAME)
    if not name.addresses:
        raise NotObserved(Missing("not-applicable", f"{name.host} has no address: {name.message}"))
    return attempt(ctx, name.addresses, address.port)


def bridge_tcp(ctx: Context) -> tuple[TcpAttempt, ...]:
    """An attempt at each of the container's own addresses, past every published port."""
    look: ContainerLook = ctx.need(CONTAINER)
    container = look.found
    if container is None or container.state not in {"running", "paused"}:
        raise NotObserved(Missing("not-applicable", "there is no running container"))
    addresses = [item.ip for item in container.networks if item.ip]
    if not addresses:
        raise NotObserved(Missing("not-applicable", "the container has no address of its own"))
    port = _inner_port(ctx.wait(ADDRESS).value, container)
    return _noted(ctx, connect_into(container, addresses, port, ctx.timeout_s(0.8)))


def _inner_port(address: RedisAddress | None, container: Container) -> int:
    """The container's own port: what the URL's port leads to, or that port if the URL is one for Docker."""
    if address is None:
        return DEFAULT_PORT
    led_to = [
        binding.container_port
        for binding in container.ports
        if binding.host_port == address.port and binding.protocol == "tcp"
    ]
    return led_to[0] if led_to else DEFAULT_PORT if leads_to_host(address.host) else address.port


def attempt(ctx: Context, addresses: Sequence[str], port: int) -> tuple[TcpAttempt, ...]:
    """Connect to ``port`` at each address at once, and close."""
    return _noted(ctx, connect_all(addresses, port, ctx.timeout_s(0.8)))


def _noted(ctx: Context, attempts: tuple[TcpAttempt, ...]) -> tuple[TcpAttempt, ...]:
    for each in attempts:
        ctx.note("tcp", f"connect {each.address} port {each.port}: {each.outcome}", each.ms)
    return attempts


def first_bytes(ctx: Context) -> FirstBytes:
    """What answers a plain ``PING``. Never sent to a ``rediss://`` target: its server would log an error."""
    address = usable_address(ctx)
    if address.scheme == "rediss":
        raise NotObserved(Missing("not-applicable", "a TLS port is not talked to in plain"))
    attempts: tuple[TcpAttempt, ...] = ctx.need(TCP)
    answering = next((each for each in attempts if each.outcome == "connected"), None)
    if answering is None:
        return FirstBytes("not-connected")
    started = time.monotonic()
    seen = ask_plainly(answering.address, answering.port, ctx.timeout_s(0.9))
    ctx.note("tcp", f"connect {answering.address} port {answering.port}, for its first bytes")
    ctx.note("tcp", "send PING, as a plain line", (time.monotonic() - started) * 1000)
    if seen.outcome == "closed":
        ctx.note("tcp", f"begin a TLS handshake with {answering.address} port {answering.port}")
        if answers_tls(answering.address, answering.port, ctx.timeout_s(0.9)):
            return FirstBytes("tls", closed_after_ms=seen.closed_after_ms)
    return FirstBytes(seen.outcome, clean(seen.text, ctx.vault)[:MOST_SHOWN], seen.code, seen.closed_after_ms)
