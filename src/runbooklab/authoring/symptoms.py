"""Runbooks whose symptoms a text holds: for a text that no rule knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from runbooklab.authoring.frontmatter import read
from runbooklab.authoring.project import Suite
from runbooklab.diagnosis.symptoms import symptom_in
from runbooklab.errors import UserError
from runbooklab.words import listed


class Listed(NamedTuple):
    """A runbook of the suite, and its symptoms."""

    slug: str
    title: str
    symptoms: tuple[str, ...]

    def is_symptom(self, text: str) -> bool:
        """Whether ``text`` holds what one of its symptoms quotes."""
        return bool(symptom_in(text, self.symptoms))


def listed_runbooks(suite: Suite) -> tuple[Listed, ...]:
    """All runbooks of the suite that can be read."""
    return tuple(_readable(suite))


def in_words(fitting: Sequence[Listed]) -> str:
    """Whose symptom a text is, and the commands to go on with.

    >>> in_words([Listed("pages", "Pages", ()), Listed("disk", "Disk", ())])
    'a symptom of Pages (runbook run pages) and Disk (runbook run disk)'
    """
    return f"a symptom of {listed([f'{each.title} (runbook run {each.slug})' for each in fitting])}"


def _readable(suite: Suite) -> Iterator[Listed]:
    for path in suite.runbooks():
        try:
            front = read(path)
        except UserError:  # `runbook lint` says what is wrong with it
            continue
        yield Listed(path.stem, front.title or path.stem, front.symptoms)
