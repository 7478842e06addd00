"""What a layer is: a stretch of the way to the target, on which causes lie and the ladder has its rungs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """One row. In the order of the table a client meets them, and the lower one is fixed first."""

    name: str
    word: str  # what the ladder calls it: "TCP connection"
    heading: str  # what stands above its causes in the catalogue's page
    plain: str  # what its failing means, for a reader who has never seen the target
    #: Ids of the checks behind its rung as seen from this host: the worst one speaks for the rung.
    checks: tuple[str, ...] = ()
    is_rung: bool = True  # whether the ladder has a rung for it
    #: Whether it is what we look through, not what we look at: its causes explain missing evidence only.
    explains_missing: bool = False
