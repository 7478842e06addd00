"""The page of the demo: each incident with its run before and after the fix, side by side."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from runbooklab.files.temporary import write_atomic
from runbooklab.report.drawing import draw

if TYPE_CHECKING:
    from runbooklab.model.conclusions import Diagnosis


@dataclass(frozen=True)
class Look:
    """One run of the demo: what it concluded, how long it took in seconds, and its folder."""

    diagnosis: Diagnosis
    took_s: float
    folder: Path


@dataclass(frozen=True)
class Chapter:
    """One incident as the page tells it; ``difference`` is the page that compares its two runs."""

    title: str
    broken: str
    fixed: str
    before: Look
    after: Look
    difference: Path


def write_demo(path: Path, chapters: tuple[Chapter, ...], runs: Path, server: str, took_s: float) -> None:
    """Write the page to ``path``; its links are relative, so the folder can be moved.

    ``runs`` is the page that lists the runs, ``server`` what answered (``Redis 7.0.15``), ``took_s`` the
    demo's length in seconds.
    Raises :class:`OSError` if it cannot be written.
    """

    def link(to: Path) -> str:
        return quote(os.path.relpath(to, path.parent))

    write_atomic(path, draw("demo", chapters=chapters, runs=runs, server=server, took_s=took_s, link=link))
