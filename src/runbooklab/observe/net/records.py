"""Connections: TCP and TLS."""

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


TlsOutcome = Literal[
    "ok", "untrusted", "hostname-mismatch", "expired", "not-yet-valid", "client-certificate-required",
    "version-mismatch", "no-common-protocol", "ca-file-missing", "not-tls", "timeout", "closed", "error",
]  # fmt: skip


class TlsAttempt(Struct, frozen=True):
    outcome: TlsOutcome
    message: str = ""
    version: str = ""
    subject: str = ""
    names: tuple[str, ...] = ()
    not_after: str = ""
