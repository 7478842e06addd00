"""What a cause is: a row of the catalogue, judged by a pure function over evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct, field

from runbooklab.domain.tuples import check_tuples
from runbooklab.model.evidence import Evidence

#: The view of the evidence that a judge takes.
E = TypeVar("E", bound=Evidence, contravariant=True)


class Supported(Struct, frozen=True):
    """The evidence shows the cause."""

    proof: str  # the one observation that separates it from its nearest look-alike, as a sentence
    because: tuple[str, ...]  # ids of the checks (findings) it rests on
    confidence: float  # 0 to 1
    #: One sentence for the top of the report, to a tired person; "" means the proof serves.
    summary: str = ""
    #: Set if this variant of the cause weighs otherwise than its row says.
    severity: Literal["critical", "warning"] | None = None
    #: What its runbook is to be given to see the same, if that is another one: parameter -> value.
    parameters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_tuples(self)
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence is {self.confidence:g}, not a number from 0 to 1")


class RuledOut(Struct, frozen=True):
    reason: str


class Untested(Struct, frozen=True):
    """The evidence that would tell is missing."""

    reason: str


Ruling = Supported | RuledOut | Untested


class Inspection(Struct, Generic[E], frozen=True):
    """The first command to make sure of a cause that is only suspected: it reads and changes nothing."""

    command: Callable[[E], str]  # with this target's names and ports
    shows: str  # what in its output speaks for the cause


class Cause(Struct, Generic[E], frozen=True, kw_only=True):
    """One row: all there is to say of a cause.

    Adding a cause is one row and its ``judge``. Ids are lower-case words joined by hyphens.
    """

    id: str
    title: str
    layer: str  # name of a row of the domain's table of layers
    judge: Callable[[E], Ruling]  # pure
    distinguishing: str  # what has to be seen, unlike with its look-alikes: one sentence, for people
    remedies: tuple[str, ...]  # ids of the table of remedies, the recommended one first
    source: str  # the page of the documentation, or the observation, that the rule comes from
    severity: Literal["critical", "warning"] = "critical"
    #: Its title for this target, if that says more than the title.
    title_here: Callable[[E], str] | None = None
    #: Id of the check whose finding shows the cause, if the check does not see it by itself: it then says
    #: what the cause's proof says, and no better.
    shown_by: str = ""
    inspect: Inspection[E] | None = None
    #: Ids of causes that bring this one about if they are supported too.
    consequence_of: tuple[str, ...] = ()
    #: Ids of causes that this one brings about, for causes of other domains.
    explains: tuple[str, ...] = ()
    #: Ids of causes that look the same to the client; the judges tell them apart by evidence.
    look_alikes: tuple[str, ...] = ()
    #: Slug of the runbook that goes deeper into it; "": its domain's.
    runbook: str = ""

    def __post_init__(self) -> None:
        check_tuples(self)


AnyCause = Cause[Any]
