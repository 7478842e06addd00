"""Our exceptions are of one kind, and one map lists them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest

from package_modules import modules
from runbooklab.errors import RunbookError

#: A row of the map: ``module.Class``, what it says, what becomes of it.
ROW = re.compile(r"- ``([\w.]+)``: \S.* -> \S.*")


def exceptions() -> Iterator[tuple[str, type[BaseException]]]:
    """Every exception class of the package, by its module and name."""
    for module in modules():
        for name, kind in vars(module).items():
            if (
                inspect.isclass(kind)
                and issubclass(kind, BaseException)
                and kind.__module__ == module.__name__
            ):
                yield f"{module.__name__.removeprefix('runbooklab.')}.{name}", kind


EXCEPTIONS = dict(exceptions())


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_every_exception_is_one_of_ours(name: str) -> None:
    """A handler of the base class misses none, and none is the base class of another by chance."""
    assert issubclass(EXCEPTIONS[name], RunbookError)


def test_the_map_lists_every_exception_that_leaves_its_module() -> None:
    """Each has one row, with what becomes of it; a row without its class is no map."""
    doc = inspect.getdoc(RunbookError) or ""
    rows = [line for line in doc.splitlines() if line.startswith("- ")]
    listed = [match[1] for row in rows if (match := ROW.fullmatch(row))]
    leaving = [name for name in EXCEPTIONS if not name.rpartition(".")[2].startswith("_")]
    assert len(listed) == len(rows)
    assert sorted(listed) == sorted(set(leaving) - {"errors.RunbookError"})
