"""Lists that a live cell interrupts: a cell stands at the margin, and so does what follows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from runbooklab.importing.found import Item

_NUMBER = re.compile(r"(\s*)(\d{1,9})([.)])")


class Margins:
    """How far each line moves to the left, and the numbers of items whose list was interrupted.

    ``breaks`` are the first lines after a cell, each with the items that the cell stands in. What is left
    of an item moves by the column at which its text starts, so that it reads as text under the cell.
    """

    def __init__(
        self, lines: Sequence[str], items: Sequence[Item], breaks: Iterable[tuple[int, Sequence[Item]]]
    ) -> None:
        self._lines = lines
        self._left = [0] * (len(lines) + 1)
        self._numbers: dict[int, int] = {}
        interrupted: dict[int, int] = {}  # list -> first line after its first break
        moved: set[Item] = set()
        for line, around in sorted(breaks, key=lambda each: each[0]):
            for item in around:
                if item in moved:
                    continue
                moved.add(item)
                for number in range(line, min(item.end, len(lines))):
                    self._left[number] = max(self._left[number], item.offset)
                interrupted[item.list] = min(line, interrupted.get(item.list, line))
        for item in items:
            if item.number is not None and item.start >= interrupted.get(item.list, len(lines)):
                self._renumber(item)

    def _renumber(self, item: Item) -> None:
        """After an interruption a list begins again: its items get the numbers that they had on the page."""
        found = _NUMBER.search(self._lines[item.start])
        if found is None or item.number is None or int(found[2]) == item.number:
            return
        self._numbers[item.start] = item.number
        wider = len(str(item.number)) - len(found[2])
        for line in range(item.start + 1, min(item.end, len(self._lines))):
            if not self._left[line]:
                self._left[line] = -wider

    def line(self, number: int) -> str:
        """A line of the source where it belongs now."""
        line = self._lines[number]
        if number in self._numbers:
            line = _NUMBER.sub(rf"\g<1>{self._numbers[number]}\g<3>", line, count=1)
        left = self._left[number]
        if not left or not line.strip():
            return line
        if left < 0:
            return " " * -left + line
        line = line.expandtabs(4)
        return line[min(left, len(line) - len(line.lstrip(" "))) :]
