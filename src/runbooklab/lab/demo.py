"""A demo: a system that is broken on purpose, reported, fixed and reported again, and its page."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from urllib.parse import quote

from msgspec import Struct

from runbooklab.files import write_atomic
from runbooklab.report.drawing import draw

if TYPE_CHECKING:
    from runbooklab.model.conclusions import Diagnosis


class DemoSystem(Protocol):
    """The system that a demo breaks; as a context manager it runs until the block ends."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The runbook's parameters for this system."""

    def refresh(self) -> None:
        """Do what its parts do every few seconds, so that nothing is wrong except what the demo breaks."""

    def run_commands(self, commands: Sequence[str]) -> None:
        """Run commands that a report printed; raises :class:`subprocess.CalledProcessError` if one fails."""


S = TypeVar("S", bound=DemoSystem)


class Incident(Struct, Generic[S], frozen=True):
    """One way to break the system and to fix it: by ``fix``, or by the commands that the report prints."""

    id: str
    title: str
    broken: str  # one sentence: what was done
    cause: str  # the cause that a run must name
    break_it: Callable[[S], None]
    fixed: str  # one sentence: how it was fixed
    fix: Callable[[S], None] | None = None


class Demo(Struct, Generic[S], frozen=True):
    """A subject's demo. ``system`` and ``server`` raise
    :class:`~runbooklab.lab.testbed.Unavailable` if this machine lacks what they need."""

    title: str
    system: Callable[[], AbstractContextManager[S]]
    incidents: tuple[Incident[S], ...]
    server: Callable[[], str]  # the system that is broken, like "Redis 7.0.15"
    install: str  # how to get what it needs, as an imperative
    own_system: tuple[str, ...]  # the commands with which readers inspect their own system


class Run(Struct, frozen=True):
    """One run of the demo: what it concluded, how long it took in seconds, and its folder."""

    diagnosis: Diagnosis
    took_s: float
    folder: Path


class Chapter(Struct, frozen=True):
    """One incident as the page tells it; ``difference`` is the page that compares its two runs."""

    incident: Incident[Any]
    before: Run
    after: Run
    difference: Path

    @property
    def went_well(self) -> bool:
        """The injected cause was named as the primary one, and the target was healthy after the fix."""
        primary = self.before.diagnosis.primary
        named = primary is not None and primary.id == self.incident.cause
        return named and self.after.diagnosis.verdict == "ok"


def write_page(path: Path, demo: Demo[Any], chapters: Sequence[Chapter], runs: Path, took_s: float) -> None:
    """Write the page to ``path``; its links are relative, so the folder can be moved.

    ``runs`` is the page that lists the runs, ``took_s`` the demo's length in seconds.
    Raises :class:`OSError` if it cannot be written.
    """

    def link(to: Path) -> str:
        return quote(os.path.relpath(to, path.parent))

    write_atomic(
        path,
        draw("demo", demo=demo, server=demo.server(), chapters=chapters, runs=runs, took_s=took_s, link=link),
    )
