"""Finding the suite: the folder that holds runbooks, notebooks and configuration."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runbooklab.errors import UserError

#: A runbook's name, a section's, a check's: lower-case words joined by hyphens.
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Suite:
    """A folder with ``runbooks/``, ``notebooks/`` and ``configs/``.

    >>> Suite(Path("/srv/ops")).notebook("redis-connection").as_posix()
    '/srv/ops/notebooks/redis-connection.ipynb'
    """

    root: Path

    def runbooks(self) -> tuple[Path, ...]:
        """The Markdown files of all runbooks, sorted; files whose name is not a slug are ignored."""
        files = sorted((self.root / "runbooks").glob("*.md"))
        return tuple(path for path in files if SLUG.fullmatch(path.stem))

    def slugs(self) -> tuple[str, ...]:
        """The names of all runbooks, sorted."""
        return tuple(path.stem for path in self.runbooks())

    def runbook(self, slug: str) -> Path:
        """Where the runbook's Markdown is, whether it exists or not; see :meth:`require`."""
        return self.root / "runbooks" / f"{slug}.md"

    def notebook(self, slug: str) -> Path:
        """Where the compiled notebook is, whether it exists or not."""
        return self.root / "notebooks" / f"{slug}.ipynb"

    def require(self, slug: str) -> Path:
        """The Markdown of a runbook that exists; raises :class:`UserError` naming the nearest one."""
        if slug in self.slugs():
            return self.runbook(slug)
        raise UserError(
            f"there is no runbook {slug!r} in {self.root / 'runbooks'}",
            hint=nearest(slug, self.slugs())
            or _no_suite_here(slug)
            or _is_installed(slug)
            or "see `runbook list`",
        )

    def path(self, text: str) -> Path:
        """A path from a parameter: a relative one means the suite's root, ``~`` the home folder."""
        return self.root / Path(text).expanduser()

    @property
    def reports(self) -> Path:
        """The default folder for runs."""
        return self.root / "reports"


#: Names the suite's folder for processes that start elsewhere: a kernel of a working copy that is kept
#: outside of its project.
SUITE_VARIABLE = "RUNBOOKLAB_SUITE"


def find_suite(start: Path) -> Suite:
    """The nearest suite upward from ``start``, else that of :data:`SUITE_VARIABLE`, else the package's own.

    Raises :class:`UserError` if there is neither (a package installed without its suite).
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if _is_suite(folder):
            return Suite(folder)
    named = os.environ.get(SUITE_VARIABLE, "")
    if named and _is_suite(Path(named)):
        return Suite(Path(named))
    return installed_suite()


def installed_suite() -> Suite:
    """The suite inside an installed wheel or, for an editable install, the checkout."""
    for folder in (_PACKAGE / "suite", _PACKAGE.parent.parent):
        if _is_suite(folder):
            return Suite(folder)
    raise UserError(
        "no suite found: no folder upward from here has runbooks/ and configs/, and none is installed",
        hint="change to your project's folder, or install the runbooklab wheel",
    )


def _no_suite_here(slug: str) -> str:
    """What the current folder lacks, if it has the runbook and is no suite."""
    here = Path.cwd()
    if _is_suite(here) or not (here / "runbooks" / f"{slug}.md").is_file():
        return ""
    return f"{here} has it, and is no suite: make a folder configs/ there"


def _is_installed(slug: str) -> str:
    """Where the runbook is, if it comes with runbooklab: a project has only its own."""
    try:
        path = installed_suite().runbook(slug)
    except UserError:
        return ""
    if not path.is_file():
        return ""
    return f"it comes with runbooklab: run it from a folder outside of a project, or copy {path}"


def _is_suite(folder: Path) -> bool:
    return (folder / "runbooks").is_dir() and (folder / "configs").is_dir()


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean ...?`` if a known word is close to ``word``, else an empty text."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""
