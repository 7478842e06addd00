"""Cells that declare something and were edited in the kernel's life."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.authoring.outline import Declared
from runbooklab.domain.later import at
from runbooklab.domain.rules import Rules
from runbooklab.domains import MISTAKES_OF_DECLARATIONS
from runbooklab.model.declared import Declarations, Mistake, in_cell
from runbooklab.notebook.person import Asked


class EditedCells:
    """What each cell of the page declared last, and what is wrong with what was edited."""

    def __init__(self) -> None:
        self._by_cell: dict[str, tuple[str, str]] = {}  # the cell's id -> what it declares, and its id
        self._is_edited = False
        self._judged: tuple[Declarations, list[tuple[int, Mistake]]] | None = None

    def with_cell(
        self, declared: tuple[Declared, ...], row: Declared, asked: Asked | None
    ) -> tuple[Declared, ...]:
        """The declarations with those of a cell as it is now; the same ones if they have it already.

        What the cell declared before, and no other cell does, is gone.
        """
        name = (row.what, row.id)
        gone = self._by_cell.get(asked.cell) if asked is not None else None
        if asked is not None:
            self._by_cell[asked.cell] = name
        kept = {
            (each.what, each.id): each
            for each in declared
            if (each.what, each.id) != gone or gone in self._by_cell.values()
        }
        if (known := kept.get(name)) is None or known.text.rstrip() != row.text.rstrip():
            kept[name] = row
        self._is_edited = self._is_edited or tuple(kept.values()) != declared
        return tuple(kept.values())

    def mistake(self, row: Declared, declared: Declarations, uses: Sequence[str]) -> str:
        """What is wrong with one declaration of an edited notebook; what was built is right."""
        if not self._is_edited:
            return ""
        if self._judged is None or self._judged[0] != declared:
            self._judged = (declared, at(MISTAKES_OF_DECLARATIONS)(declared, Rules.of(uses), {}, None))
        places = [at for at, each in enumerate(declared.rows) if (each.what, each.id) == (row.what, row.id)]
        found = [mistake for place, mistake in self._judged[1] if place in places]
        return in_cell(min(found)) if found else ""
