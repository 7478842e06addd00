"""The TLS handshake with a ``rediss://`` target, as the client makes it, and why it fails."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from runbooklab.domain.probe import import_once
from runbooklab.domains.address.probes.name import usable_address
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.endpoint.probes.table import TCP
from runbooklab.domains.endpoint.probes.wire import MOST_FIRST_BYTES, PING, ask_plainly, current_tls_error
from runbooklab.domains.redis.context import Context
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.net.records import TcpAttempt, TlsAttempt
from runbooklab.observe.net.tls_errors import tls_outcome
from runbooklab.redaction import clean

#: Outcomes that a server may also bring about whose versions of TLS are outdated.
_SAYS_LITTLE = ("error", "client-certificate-required")


def tls(ctx: Context) -> TlsAttempt:
    """Shake hands and ask for a sign of life: under TLS 1.3 a server refuses a client only after that."""
    address = usable_address(ctx)
    if address.scheme != "rediss":
        raise NotObserved(Missing("not-applicable", f"a {address.scheme}:// URL has no TLS"))
    attempts: tuple[TcpAttempt, ...] = ctx.need(TCP)
    peer = next((each for each in attempts if each.outcome == "connected"), None)
    if peer is None:
        raise NotObserved(Missing("unreachable", f"no connection to port {address.port}"))
    started = time.monotonic()
    try:
        return _shake_hands(ctx, address, peer)
    except (OSError, ValueError, RuntimeError) as error:
        seen = TlsAttempt(tls_outcome(error), clean(str(error), ctx.vault)[:300])
        if seen.outcome == "timeout":
            return _in_plain(ctx, peer) or seen
        if seen.outcome in _SAYS_LITTLE and isinstance(error, OSError):
            return _with_current_versions(ctx, peer) or seen
        return seen
    finally:
        ms = (time.monotonic() - started) * 1000
        ctx.note("tcp", f"TLS handshake with {peer.address} port {peer.port}", ms)


def _in_plain(ctx: Context, peer: TcpAttempt) -> TlsAttempt | None:
    """Whether what left a handshake unanswered answers in plain: Redis without TLS waits for a line's end.

    Only asked then, since a server with TLS writes every plain byte into its log.
    """
    said = ask_plainly(peer.address, peer.port, ctx.remaining_s(0.3) * 0.8)
    ctx.note("tcp", f"connect {peer.address} port {peer.port}, in plain")
    ctx.note("redis", "PING")
    if said.outcome != "resp":
        return None
    return TlsAttempt("not-tls", f"a plain PING is answered with {clean(said.text, ctx.vault)[:60]}")


def _with_current_versions(ctx: Context, peer: TcpAttempt) -> TlsAttempt | None:
    """Whether a server that fails offers outdated versions only.

    Some builds of Python (Debian's) offer TLS 1.0 and 1.1, too: such a server takes one of them, finds no
    cipher or signature that is still allowed, and says "handshake failure" or "internal error".
    """
    error = current_tls_error(peer.address, peer.port, ctx.timeout_s() / 2)
    ctx.note("tcp", f"TLS handshake with {peer.address} port {peer.port}, at least TLS 1.2")
    if error is None or tls_outcome(error) != "version-mismatch":
        return None
    return TlsAttempt("version-mismatch", clean(str(error), ctx.vault)[:300])


def _shake_hands(ctx: Context, address: RedisAddress, peer: TcpAttempt) -> TlsAttempt:
    import_once("redis.connection")
    from runbooklab.domains.redis.probes.redis_session import Session  # loads redis-py

    connection = Session(ctx, address, peer, with_credentials=False).connection
    connection.socket_timeout = ctx.timeout_s(0.7)  # leaves time to ask in plain
    with connection._connect() as sock:
        sock.settimeout(ctx.timeout_s())
        certificate = sock.getpeercert() or {}
        seen = TlsAttempt(
            "ok",
            version=sock.version() or "",
            subject=_common_name(certificate),
            names=tuple(str(value) for _, value in certificate.get("subjectAltName", ())),
            not_after=str(certificate.get("notAfter", "")),
        )
        with suppress(OSError):  # if the server has closed already, its last words are still to be read
            sock.sendall(PING)
            ctx.note("redis", "PING")
        with suppress(TimeoutError):  # a server that hangs has shaken hands all the same
            sock.recv(MOST_FIRST_BYTES)
        return seen


def _common_name(certificate: dict[str, Any]) -> str:
    parts = [f"{name}={value}" for group in certificate.get("subject", ()) for name, value in group]
    return ", ".join(parts)
