"""The mistake that Python lets pass: ``("one")`` for ``("one",)``, which is then read letter by letter."""

from __future__ import annotations

from functools import cache

from runbooklab.domain.later import LaterTable


def check_tuples(row: object) -> None:
    """Raises :class:`TypeError` for a field of a row that is declared as a tuple and is none."""
    for name in _tuples_of(type(row)):  # type: ignore[arg-type] # mypy takes the __hash__ of instances
        value = getattr(row, name)
        if not isinstance(value, tuple | LaterTable):
            raise TypeError(
                f"{name} is {type(value).__name__}, not a tuple; write {name}=(ITEM,) with its comma"
            )


@cache
def _tuples_of(kind: type) -> tuple[str, ...]:
    return tuple(
        name
        for name, declared in kind.__annotations__.items()
        if str(declared).startswith(("tuple[", "Table["))
    )
