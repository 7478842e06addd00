"""What every probe gives: a value, or the reason why there is none; and the typed key of each."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

#: A name from our own tables, never from outside: of a probe, a domain, a vantage.
Id = Annotated[str, Meta(title="id")]
#: Where a probe observes from: ``host``, or a place that a domain names (``redis-container``).
Vantage = Id


class Missing(Struct, frozen=True):
    """Why a probe has no value. This is never proof of a fault."""

    reason: Literal[
        "deadline",  # the probe timed out
        "permission",  # access was denied
        "unreachable",  # what we observe through (the Docker endpoint, say) does not answer
        "not-applicable",  # there is nothing to observe: no container, no TLS, no name
        "unsupported",  # the other side or this host cannot do it (no tool inside, not Linux)
        "error",  # the probe itself failed
    ]
    detail: str = ""


class Observation(Struct, Generic[T], frozen=True):
    """One probe's result: a value, or the reason why there is none."""

    probe: Id
    vantage: Vantage = "host"
    value: T | None = None
    missing: Missing | None = None
    started_at: str = ""
    duration_ms: float = 0.0


class LogLine(Struct, frozen=True):
    """One line of a log. The lines of a tuple are read together: a secret may span several."""

    at: str
    text: str  # redacted, control characters escaped, at most 1000 characters
    severity: Literal["debug", "info", "notice", "warning", "error"] = "info"
    known: str = ""  # id of the known line it matched ("ready", "bind-failed", "oom" ...)


class Key(Struct, Generic[T], frozen=True):
    """Names an observation, and the type of its value: ``evidence[REDIS].value.info``."""

    name: str
    record: type[T]
    vantage: Vantage = "host"

    def not_looked_at(self) -> Observation[T]:
        """The observation of a probe that was not run."""
        return Observation(self.name, self.vantage, missing=Missing("not-applicable", "not looked at"))


AnyKey = Key[Any]
