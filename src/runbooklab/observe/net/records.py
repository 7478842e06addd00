"""Connections without a Redis client: TCP, the first bytes on the wire, TLS."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class TcpAttempt(Struct, frozen=True):
    """One connection attempt to one address."""

    address: str  # IP address, or the path of a unix socket
    port: int
    outcome: Literal[
        "connected", "refused", "timeout", "no-route", "reset", "socket-missing", "socket-permission", "error"
    ]
    errno: int | None = None
    message: str = ""
    ms: float = 0.0


class FirstBytes(Struct, frozen=True):
    """What answers a plain ``PING`` on the wire (never sent to a ``rediss://`` target)."""

    outcome: Literal["resp", "not-resp", "tls", "closed", "silent", "not-connected"]
    text: str = ""  # at most 200 characters, control characters escaped
    code: str = ""  # first word of a RESP error (NOAUTH, DENIED, LOADING ...) or PONG
    closed_after_ms: float | None = None


TlsOutcome = Literal[
    "ok", "untrusted", "hostname-mismatch", "expired", "not-yet-valid", "client-certificate-required",
    "version-mismatch", "ca-file-missing", "not-tls", "timeout", "closed", "error",
]  # fmt: skip


class TlsAttempt(Struct, frozen=True):
    outcome: TlsOutcome
    message: str = ""
    version: str = ""
    subject: str = ""
    names: tuple[str, ...] = ()
    not_after: str = ""
