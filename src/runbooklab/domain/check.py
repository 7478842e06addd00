"""What a check is: a pure function from evidence to a judgement, and the table row that names it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from runbooklab.domain.tuples import check_tuples
from runbooklab.model.conclusions import Judgement
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import AnyKey, Vantage

E = TypeVar("E", bound=Evidence, contravariant=True)


class Check(Struct, Generic[E], frozen=True):
    """One row of a domain's checks. ``judge`` is pure."""

    id: str
    title: str
    judge: Callable[[E], Judgement]
    #: The probes it rests on: what a second run of its cell probes again, and what it waits for.
    needs: tuple[AnyKey, ...]
    vantage: Vantage = "host"
    #: The one-line command with which a person sees the same on this target: it reads and changes nothing.
    #: Pure, like ``judge``; "" if this target leaves nothing to type.
    command: Callable[[E], str] | None = None
    #: What the check is about on this target, if its id does not say it. Pure, like ``judge``.
    title_here: Callable[[E], str] | None = None

    def __post_init__(self) -> None:
        check_tuples(self)


AnyCheck = Check[Any]
