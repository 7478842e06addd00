"""Ids of checks and remedies: of the heading and the command, each only once."""

from __future__ import annotations

import re

from runbooklab.authoring.cells import LONGEST_SLUG, slug_of

#: Longest part of an id that comes from the heading; the command's words follow it.
_MOST_HEADING = 30
#: Room for the number that tells equal ids apart.
_MOST_NUMBER = 5
#: Words of a command that an id takes.
_MOST_WORDS = 3
#: Words that say nothing of what a command does, and options whose value does not.
_LEADING = frozenset(("sudo", "|", "&&", "||", ";", "$"))
_WITH_VALUE = frozenset(("-n", "--namespace", "-c", "--container", "--context", "-l", "--selector"))
_WORD = re.compile(r"[a-z][a-z0-9_.-]*", re.I)


class Identifiers:
    """Gives each id once; checks and remedies share one name space."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._taken: set[str] = set()

    def give(self, heading: str, command: str) -> str:
        """The id for a command under a heading.

        >>> ids = Identifiers()
        >>> ids.give("Diagnosis", "oc get pods -A"), ids.give("Diagnosis", "oc get pods")
        ('diagnosis-oc-get-pods', 'diagnosis-oc-get-pods-2')
        """
        head = _cut(slug_of(heading), _MOST_HEADING) if heading else ""
        base = _cut("-".join(filter(None, (head, _words(command)))), LONGEST_SLUG - _MOST_NUMBER) or "check"
        while True:
            self._counts[base] = count = self._counts.get(base, 0) + 1
            name = base if count == 1 else f"{base}-{count}"
            if name not in self._taken:
                self._taken.add(name)
                return name


def _words(command: str) -> str:
    """Program and sub-command: the first three plain words of the command, without options and values."""
    words: list[str] = []
    skip = False
    for word in command.split():
        if skip or word in _LEADING:
            skip = False
            continue
        if word in _WITH_VALUE:
            skip = True
        elif _WORD.fullmatch(word) and "=" not in word:
            words.append(word)
        elif words and not word.startswith("-"):
            break
        if len(words) == _MOST_WORDS:
            break
    return slug_of(" ".join(words)) if words else ""


def _cut(slug: str, most: int) -> str:
    """A slug's first words, at most ``most`` characters."""
    if len(slug) <= most:
        return slug
    return slug[: most + 1].rpartition("-")[0] or slug[:most].strip("-")
