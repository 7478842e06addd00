"""Secrets of which a text shows the beginning or the end: ``4f9c1e7ab2d8...``, as tables cut long values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.redaction.needles import Needles
from runbooklab.redaction.strength import is_weak

#: Fewest characters of a secret that are a part of it; fewer occur by chance.
LEAST = 8

#: Most secrets that begin, or end, with the same characters: a stranger's log may hold any number of them.
_MOST_ALIKE = 64

_CUT = re.compile(r"\.{3}|\u2026|&hellip;")
_LONGEST_CUT = len("&hellip;")


class CutSecrets:
    """Secrets to search for where an ellipsis stands for the rest of them."""

    def __init__(self) -> None:
        self._heads, self._tails = _Ends(), _Ends()

    def add(self, value: str, token: str) -> None:
        """Search for parts of ``value`` from now on, under the name ``token``."""
        self._heads.add(value[:LEAST], value, token)
        self._tails.add(value[-LEAST:], value, token)

    def places(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and token of each part; in no order."""
        if not _CUT.search(text):
            return
        for start, _, value, token in self._heads.places(text):
            end = start + _in_common(value, text[start : start + len(value)])
            if end < start + len(value) and _CUT.match(text, end):
                yield start, end, token
        for _, end, value, token in self._tails.places(text):
            start = end - _in_common(value[::-1], text[max(end - len(value), 0) : end][::-1])
            if end - start < len(value) and _ends_in_cut(text, start):
                yield start, end, token


class _Ends:
    """The first or the last characters of secrets; two secrets may have the same."""

    def __init__(self) -> None:
        self._needles = Needles()
        self._secrets: dict[str, list[tuple[str, str]]] = {}

    def add(self, part: str, value: str, token: str) -> None:
        if len(value) <= LEAST or is_weak(part):
            return
        alike = self._secrets.setdefault(part, [])
        if len(alike) < _MOST_ALIKE and (value, token) not in alike:
            alike.append((value, token))
            self._needles.add(part, part)

    def places(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        for start, end, part in self._needles.places(text):
            for value, token in self._secrets[part]:
                yield start, end, value, token


def _in_common(value: str, text: str) -> int:
    """With how many characters both begin."""
    return next(
        (at for at, (one, other) in enumerate(zip(value, text, strict=False)) if one != other),
        min(len(value), len(text)),
    )


def _ends_in_cut(text: str, end: int) -> bool:
    before = text[max(end - _LONGEST_CUT, 0) : end]
    return any(found.end() == len(before) for found in _CUT.finditer(before))
