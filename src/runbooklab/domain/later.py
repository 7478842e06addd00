"""What is imported when it is first used: what not every run needs costs the others no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, TypeVar, overload

T = TypeVar("T", covariant=True)


def at(place: str) -> Any:
    """What stands at ``package.module:name``, imported now. Raises whatever that import raises."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def later(place: str) -> Callable[..., Any]:
    """The function at ``package.module:function``, imported at its first call."""

    def call(*arguments: Any) -> Any:
        return at(place)(*arguments)

    return call


class LaterTable(Sequence[T]):
    """The table at ``package.module:TABLE``, imported when its rows are first read."""

    def __init__(self, place: str) -> None:
        self._place = place

    @cached_property
    def _rows(self) -> tuple[T, ...]:
        rows: tuple[T, ...] = at(self._place)
        return rows

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...

    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return self._rows[place]

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


#: The rows of a domain, or where they are.
Table = tuple[T, ...] | LaterTable[T]
