"""What was seen of a target that was watched for a while: curves, and what came and went."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: What a number counts: milliseconds, bytes, or things.
Unit = Literal["ms", "bytes", "count"]
#: How far a watch has got. ``not-run``: nobody was there to watch.
WatchState = Literal["running", "done", "stopped", "not-run"]


class Curve(Struct, frozen=True):
    """One number over time: a value for each moment of :class:`Watched`, None if it was not seen."""

    name: str
    unit: Unit
    values: tuple[float | None, ...]


class Presence(Struct, frozen=True):
    """When one thing was there: from and until, in seconds since the watch began."""

    name: str  # redacted
    spans: tuple[tuple[float, float], ...]


class Coming(Struct, frozen=True):
    """Something came or went."""

    at: str  # ISO 8601, UTC
    after_s: float  # since the watch began
    what: Literal["came", "went"]
    name: str  # redacted


class Silence(Struct, frozen=True):
    """A time without an answer."""

    from_s: float
    until_s: float
    why: str  # redacted


class Watched(Struct, frozen=True):
    """A watch, as far as it has got. All times are seconds since ``started_at``."""

    target: str  # its name, redacted
    state: WatchState
    started_at: str = ""  # ISO 8601, UTC
    asked_s: float = 0.0  # how long it is meant to last
    lasted_s: float = 0.0
    moments: tuple[float, ...] = ()
    curves: tuple[Curve, ...] = ()
    #: What comes and goes, for one of it: "registration"; "" if nothing does.
    thing: str = ""
    presences: tuple[Presence, ...] = ()
    #: Things that were there too, and are too many to be listed.
    more_present: int = 0
    comings: tuple[Coming, ...] = ()
    #: Comings and goings that are too many to be listed.
    more_comings: int = 0
    silences: tuple[Silence, ...] = ()
    #: A sentence on what could not be watched.
    note: str = ""
