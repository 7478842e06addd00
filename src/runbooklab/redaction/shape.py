"""Regular expressions that wait until they are needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property


class Shape:
    """A regular expression that is compiled when it is first needed: to compile them all takes a while."""

    def __init__(self, source: str, flags: int = 0, before: int | None = None) -> None:
        """``before``: each match has the name of a secret in it, after at most so many characters."""
        self.source = source
        self.before = before
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, ready to search with."""
        return re.compile(self.source, self._flags)

    @cached_property
    def _soon(self) -> re.Pattern[str]:
        return re.compile(rf"(?s:.{{0,{self.before}}}?)(?:{self.source})", self._flags)

    def search(self, text: str) -> re.Match[str] | None:
        """The first place where it stands in ``text``."""
        return self.compiled.search(text)

    def matches(self, text: str, names: Sequence[int]) -> Iterator[re.Match[str]]:
        """Where it stands in ``text``, a match after the other, as ``finditer`` gives them.

        ``names``: where the name of a secret may begin. A shape that says how far ``before`` one it begins is
        tried from there only: no other place of a long text costs time, and no place costs it twice. Of such
        a match only named groups count: as a whole it may begin before the shape.
        """
        if self.before is None:
            yield from self.compiled.finditer(text)
            return
        at = 0
        for name in names:
            at = max(at, name - self.before)
            while at <= name:
                match = self._soon.match(text, at)
                if match:
                    yield match
                at = match.end() if match else at + self.before + 1
