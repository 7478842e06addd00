"""Regular expressions that wait until they are needed."""

from __future__ import annotations

import re
from functools import cached_property


class Shape:
    """A regular expression that is compiled when it is first needed: to compile them all takes a while."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source = source
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, ready to search with."""
        return re.compile(self.source, self._flags)

    def search(self, text: str) -> re.Match[str] | None:
        """The first place where it stands in ``text``."""
        return self.compiled.search(text)
