"""Runbooks whose symptoms a text holds: for a text that no rule knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from runbooklab.authoring.frontmatter import read
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError
from runbooklab.words import listed

_QUOTED = re.compile(r"`([^`]+)`")
#: A shorter quotation, such as `ls`, stands in too many texts by chance.
_LEAST_CHARACTERS = 8


class Listed(NamedTuple):
    """A runbook of the suite, and what its symptoms quote, in lower case."""

    slug: str
    title: str
    quoted: tuple[str, ...]

    def is_symptom(self, text: str) -> bool:
        """Whether ``text`` holds what one of its symptoms quotes."""
        lower = " ".join(text.lower().split())
        return any(quotation in lower for quotation in self.quoted)


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
        quoted = (" ".join(each.lower().split()) for row in front.symptoms for each in _QUOTED.findall(row))
        kept = tuple(each for each in quoted if len(each) >= _LEAST_CHARACTERS)
        yield Listed(path.stem, front.title or path.stem, kept)
