"""What answers on a port."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class FirstBytes(Struct, frozen=True):
    """What answers a plain ``PING`` on the wire (never sent to a ``rediss://`` target)."""

    outcome: Literal["resp", "not-resp", "tls", "closed", "silent", "not-connected"]
    text: str = ""  # at most 200 characters, control characters escaped
    code: str = ""  # first word of a RESP error (NOAUTH, DENIED, LOADING ...) or PONG
    closed_after_ms: float | None = None
