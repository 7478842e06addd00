"""What a fault is, and a healthy target that looks odd: rows of a lab's tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from runbooklab.lab.testbed import Situation, Testbed

#: The kind of testbed that a lab's recipes work on.
T = TypeVar("T", bound=Testbed)
Recipe = Callable[[T], Situation]


class Case(Struct, Generic[T], frozen=True):
    """A target in a known state. ``recipe`` creates it on a testbed, which removes it all when it closes."""

    id: str
    made: str  # one sentence: how it is created
    recipe: Recipe[T]
    tools: tuple[str, ...] = ()  # programs of this host that the recipe needs
    also: tuple[str, ...] = ()  # causes that it also brings about, and that must be named after the first

    @property
    def cause(self) -> str:
        """The cause that a run must name first; "" if it must name none."""
        return ""

    @property
    def missing_tools(self) -> tuple[str, ...]:
        """The needed programs that this host doesn't have."""
        return tuple(tool for tool in self.tools if shutil.which(tool) is None)


class Fault(Case[T], frozen=True):
    """One way to bring a cause about; ``id`` is the cause's id, or ``cause/variant`` if there are several."""

    @property
    def cause(self) -> str:
        return self.id.partition("/")[0]


class Healthy(Case[T], frozen=True):
    """A target that is unusual and works: a run must raise no alarm."""
