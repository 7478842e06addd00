"""What is wrong with a domain: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from runbooklab.errors import RunbookError
from runbooklab.words import plural, short


class Mistake(NamedTuple):
    where: str  # the row: "cause disk-full"
    what: str
    to_do: str  # an imperative

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.to_do}"


Found = Iterator[Mistake]


class Mistakes(RunbookError, AssertionError):
    """All that is wrong with a domain, a line each."""

    def __init__(self, domain: str, found: Sequence[Mistake]) -> None:
        lines = "\n".join(map(str, found))
        super().__init__(f"{plural(len(found), 'mistake')} in the domain {domain!r}:\n{lines}")
        self.found = tuple(found)


def tried(function: Callable[..., Any], *arguments: Any) -> tuple[Any, str]:
    """What a domain's function gives, and how it failed ("" if it did not)."""
    try:
        return function(*arguments), ""
    except Exception as error:  # noqa: BLE001 # an author's function may raise whatever it likes: that is a mistake
        return None, short(f"{type(error).__name__}: {error}")
