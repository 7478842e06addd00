"""What a cause is: a row of the catalogue, judged by a pure function over evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from runbooklab.model.evidence import Evidence

Layer = Literal[
    "configuration",
    "docker",
    "name",
    "tcp",
    "tls",
    "protocol",
    "authentication",
    "database",
    "ping",
    "role",
    "capacity",
    "registrations",
    "prevention",
    "access",  # what we look through, not what we look at: it explains missing evidence only
]


class Supported(Struct, frozen=True):
    """The evidence shows the cause."""

    proof: str  # the one observation that separates it from its nearest look-alike, as a sentence
    because: tuple[str, ...]  # ids of the checks (findings) it rests on
    confidence: float  # 0 to 1
    #: One sentence for the top of the report, to a tired person; "" means the proof serves.
    summary: str = ""
    #: Where this face of the cause weighs otherwise than its row says.
    severity: Literal["critical", "warning"] | None = None


class RuledOut(Struct, frozen=True):
    reason: str


class Untested(Struct, frozen=True):
    """The evidence that would tell is missing."""

    reason: str


Ruling = Supported | RuledOut | Untested


@dataclass(frozen=True)
class Cause:
    """One row. ``judge`` is pure; ``remedies`` are ids of the remedy table, the recommended one first."""

    id: str
    title: str
    layer: Layer
    judge: Callable[[Evidence], Ruling]
    remedies: tuple[str, ...]
    source: str  # the page of the Redis or Docker documentation, or the observation, the rule comes from
    severity: Literal["critical", "warning"] = "critical"
    #: Ids of causes that bring this one about where they are supported too.
    consequence_of: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
