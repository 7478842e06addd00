"""Cells that declare something: ``%%check root-disk`` with YAML below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def register(cells: Mapping[str, Callable[[str, str], None]]) -> None:
    """Make a cell magic of each word, which is passed the id and the text below; nothing without IPython."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is None:
        return
    for word, show in cells.items():
        shell.register_magic_function(_magic(show), "cell", word)


def _magic(show: Callable[[str, str], None]) -> Callable[[str, str], None]:
    def magic(line: str, cell: str) -> None:
        show(line.strip(), cell.removesuffix("\n"))  # IPython ends every cell with a line break

    return magic
