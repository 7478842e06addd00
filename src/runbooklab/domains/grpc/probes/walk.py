"""The way to one worker, step by step, from wherever this thread is: name, TCP, first bytes, TLS, calls."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runbooklab.domains.grpc.probes.guard import Http2, handshake, opened
from runbooklab.domains.grpc.probes.proxy import proxy_seen
from runbooklab.domains.grpc.probes.talk import (
    goaway,
    greeting,
    health_of,
    kind_of_server,
    one_call,
    reflected,
    talk,
)
from runbooklab.domains.grpc.probes.tls import Files, context_of, tls_seen
from runbooklab.domains.grpc.probes.wire import first_bytes
from runbooklab.domains.grpc.records import Endpoint, NameSeen, Settings, Talk, TlsSeen, Walk
from runbooklab.observe.net.connect import connect_all
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context

#: Addresses of one name that are tried.
MOST_ADDRESSES = 4
#: New connections that are asked who answers: with two servers on one port, one in 128 tries shows one only.
SAMPLES = 7
#: A server that takes longer than this for its calls is not asked again, in ms.
SAMPLED_BELOW_MS = 120.0
#: Pings in a row, and the time between two, in seconds: a server forgives two that come too soon.
PINGS, PING_GAP_S = 8, 0.1


def walk(
    ctx: Context,
    end: Endpoint,
    name: NameSeen,
    settings: Settings,
    token: str,
    until: float,
    environment: Mapping[str, str],
) -> Walk:
    """All that can be seen of one worker before ``until`` (of :func:`time.monotonic`)."""
    proxy = future(lambda: proxy_seen(ctx, end.host, end.port, environment, until - 0.1))
    seen = _direct(ctx, end, name, settings, token, until)
    try:
        return replace(seen, proxy=proxy(max(until - time.monotonic(), 0.01)))
    except TimeoutError:
        return seen


def _direct(
    ctx: Context, end: Endpoint, name: NameSeen, settings: Settings, token: str, until: float
) -> Walk:
    seen = Walk(end.address, name)
    if not name.addresses:
        return seen
    limit = max(min(1.2, (until - time.monotonic()) * 0.5), 0.05)
    tcp = connect_all(name.addresses[:MOST_ADDRESSES], end.port, limit)
    for attempt in tcp:
        ctx.note("tcp", f"connect {attempt.address} port {end.port}: {attempt.outcome}", attempt.ms)
    peer = next((attempt.address for attempt in tcp if attempt.outcome == "connected"), "")
    seen = replace(seen, tcp=tcp, peer=peer)
    if not peer:
        return seen
    files = Files(settings.ca, settings.client_cert, settings.client_key)
    half = time.monotonic() + max((until - time.monotonic()) * 0.55, 0.1)
    host = settings.server_name or end.host
    secure = future(lambda: tls_seen(peer, end.port, host, files, half))
    wire = first_bytes(peer, end.port, half - time.monotonic())
    ctx.note("tcp", f"first bytes at {peer} port {end.port}: {wire.outcome}", wire.ms)
    tls = None
    if settings.tls or wire.outcome != "http2":
        try:
            tls = secure(max(half + 0.1 - time.monotonic(), 0.01))
        except TimeoutError:
            tls = TlsSeen("timeout", "timeout")
        ctx.note("tcp", f"TLS handshake at {peer} port {end.port}: {tls.handshake}")
    return replace(
        seen, wire=wire, tls=tls, talk=_talked(ctx, end, seen.peer, settings, token, until, wire.outcome, tls)
    )


def _talked(
    ctx: Context,
    end: Endpoint,
    peer: str,
    settings: Settings,
    token: str,
    until: float,
    wire: str,
    tls: TlsSeen | None,
) -> Talk | None:
    """The conversation, if the way there is as the orchestrator expects it; else None."""
    if settings.tls:
        if tls is None or tls.verified != "ok" or tls.alpn != "h2" or tls.after in ("closed", "alert"):
            return None  # nothing is said, and no token given away, to a server that is not trusted
    elif wire not in ("http2", "silent"):
        return None
    files = Files(settings.ca, settings.client_cert, settings.client_key)
    caller = _Caller(end, peer, settings, files, until)
    found: Talk | None = None
    for credential in _credentials(token):
        found = caller.talk(credential)
        ctx.note("grpc", f"{end.address}: {', '.join(call.name for call in found.calls) or 'no settings'}")
        if not any(call.code in ("UNAUTHENTICATED", "PERMISSION_DENIED") for call in found.calls):
            break
    if found is None or not found.calls:
        return found
    found = replace(found, kinds=caller.sampled(found, credential))
    if 0 < settings.keepalive_s < 300:
        found = replace(found, pings=caller.pinged(credential))
    return found


def _credentials(token: str) -> list[tuple[str, str] | None]:
    """The forms in which servers want a token, the usual one first."""
    if not token:
        return [None]
    if " " in token:
        return [("authorization", token)]
    return [
        ("authorization", f"Bearer {token}"),
        ("authorization", token),
        ("x-api-key", token),
        ("x-auth-token", token),
        ("token", token),
    ]


class _Caller:
    """Opens conversations with one worker; each has a connection of its own."""

    def __init__(self, end: Endpoint, peer: str, settings: Settings, files: Files, until: float) -> None:
        self._end, self._peer, self._settings, self._files = end, peer, settings, files
        self._until = until
        self._authority = settings.server_name or end.address

    @property
    def _call_s(self) -> float:
        left = (self._until - time.monotonic()) * 0.45
        return max(min(self._settings.deadline_s, left, 1.5), 0.05)

    def talk(self, credential: tuple[str, str] | None) -> Talk:
        """The whole conversation."""
        started = time.monotonic()
        try:
            with (
                opened(self._peer, self._end.port, self._until - started) as sock,
                self._connection(sock, credential) as connection,
            ):
                return talk(connection, self._settings.service, self._call_s, started)
        except OSError as error:
            return Talk(goaway=str(error.strerror or error)[:200])

    def sampled(self, first: Talk, credential: tuple[str, str] | None) -> dict[str, int]:
        """Who answers on several new connections; nothing if the server has enough to do."""
        kind = kind_of_server(first.calls)
        if not kind or sum(call.ms for call in first.calls) > SAMPLED_BELOW_MS * len(first.calls):
            return {}
        kinds = Counter({kind: 1})
        for _ in range(SAMPLES):
            if self._until - time.monotonic() < 0.4:
                break
            kinds[self._kind(first, credential)] += 1
        kinds.pop("", None)
        return dict(kinds)

    def _kind(self, first: Talk, credential: tuple[str, str] | None) -> str:
        started = time.monotonic()
        try:
            with (
                opened(self._peer, self._end.port, 0.3) as sock,
                self._connection(sock, credential) as connection,
            ):
                if greeting(connection, 0.3, started)[0] is None:
                    return ""
                calls = tuple(
                    (
                        reflected(connection, 0.3)
                        if call.name == "reflection"
                        else health_of(connection, call.services[0], 0.3)
                        if call.name == "health-service"
                        else one_call(connection, call.name, "", 0.3)
                    )
                    for call in first.calls
                )
                return kind_of_server(calls)
        except OSError:
            return ""

    def pinged(self, credential: tuple[str, str] | None) -> str:
        """Whether the server puts up with a few pings in a row while a call is open and sends nothing."""
        started = time.monotonic()
        try:
            with (
                opened(self._peer, self._end.port, 0.5) as sock,
                self._connection(sock, credential) as connection,
            ):
                if greeting(connection, 0.5, started)[0] is None:
                    return "unknown"
                stream = connection.hold()
                for _ in range(PINGS):
                    if self._until - time.monotonic() < 0.2:
                        return "unknown"
                    connection.ping()
                    connection.pump(lambda: bool(goaway(connection)), PING_GAP_S)
                    if goaway(connection):
                        calm = "ENHANCE_YOUR_CALM" in goaway(connection) or "pings" in goaway(connection)
                        return "too-many" if calm else "unknown"
                connection.give_up(stream)
                return "unknown" if connection.closed else "accepted"
        except OSError:
            return "unknown"

    def _connection(self, sock: object, credential: tuple[str, str] | None) -> Http2:
        if not self._settings.tls:
            return Http2(sock, self._until, self._authority, "http", credential)
        context = context_of(self._files, checks=True)
        host = self._settings.server_name or self._end.host
        secure = handshake(sock, context, host, self._until)  # type: ignore[arg-type] # a socket of opened()
        return Http2(secure, self._until, self._authority, "https", credential)
