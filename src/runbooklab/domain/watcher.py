"""What a domain adds so that its target can be watched: one look at a time, on one connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct, field

from runbooklab.model.watched import Unit


class Look(Struct, frozen=True):
    """One look. What could not be seen is left out; ``trouble`` says why if there was no answer at all."""

    measures: Mapping[str, float] = field(default_factory=dict)
    #: The names of the things that were there; None if that could not be seen.
    present: frozenset[str] | None = None
    trouble: str = ""
    #: A sentence on what could not be seen of a target that answers.
    note: str = ""


class Watcher(Protocol):
    """Looks at one target again and again; it is used by one thread at a time.

    ``units`` names what it measures, in the order in which it is drawn, with the unit of each;
    ``thing`` is what comes and goes, for one of it ("registration"), or "".
    """

    units: Mapping[str, Unit]
    thing: str

    def look(self, timeout_s: float) -> Look:
        """Look once, for ``timeout_s`` seconds at most. It may not raise: no answer is a look, too."""

    def close(self) -> None:
        """Close what it holds open, and put into the ledger what it sent."""
