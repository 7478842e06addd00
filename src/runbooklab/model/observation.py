"""What every probe gives: a value, or the reason why there is none."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from msgspec import Struct

T = TypeVar("T")

Vantage = Literal["host", "redis-container", "orchestrator-container"]


class Missing(Struct, frozen=True):
    """Why a probe has no value. This is never proof of a fault."""

    reason: Literal[
        "deadline",  # the probe's time was up
        "permission",  # we may not look
        "unreachable",  # what we look through (the Docker endpoint, say) does not answer
        "not-applicable",  # there is nothing to look at: no container, no TLS, no name
        "unsupported",  # the other side or this host cannot do it (no tool inside, not Linux)
        "error",  # the probe itself failed
    ]
    detail: str = ""


class Observation(Struct, Generic[T], frozen=True):
    """One probe's result: a value, or the reason why there is none."""

    probe: str
    vantage: Vantage = "host"
    value: T | None = None
    missing: Missing | None = None
    started_at: str = ""
    duration_ms: float = 0.0
