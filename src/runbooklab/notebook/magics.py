"""Cells that declare something: ``%%check root-disk`` with YAML below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: What a cell can declare.
WORDS = ("check", "cause", "remedy")


def register(cells: Mapping[str, Callable[[str, str], None]]) -> None:
    """Make a cell magic of each word, which is passed the id and the text below; nothing without IPython."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is None:
        return
    for word, show in cells.items():
        shell.register_magic_function(_magic(show), "cell", word)
    if _with_a_body not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_with_a_body)


def _magic(show: Callable[[str, str], None]) -> Callable[[str, str], None]:
    def magic(line: str, cell: str) -> None:
        show(line.strip(), cell.removesuffix("\n"))  # IPython ends every cell with a line break

    return magic


def _with_a_body(lines: list[str]) -> list[str]:
    """A cell of one line gets an empty one below: IPython would refuse it in words of its own."""
    declares = len(lines) == 1 and lines[0].split()[:1] in ([f"%%{word}"] for word in WORDS)
    return [f"{lines[0].rstrip()}\n", "\n"] if declares else lines
