"""Puts the runbook's body together: lines where they were, live cells in place of blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from runbooklab.importing.fence_text import plain
from runbooklab.importing.found import Block, Found, Item
from runbooklab.importing.margins import Margins

_FENCE = re.compile(r"`{3,}|~{3,}")


class Edit(Struct, frozen=True):
    """Cells that stand at the margin in the place of ``lines[start:end]``, which were in these list items.

    ``start`` and ``end`` are the same if nothing is replaced.
    """

    start: int
    end: int
    lines: tuple[str, ...]
    items: tuple[Item, ...] = ()


def composed(
    found: Found, edits: Sequence[Edit], notes: Mapping[int, str], inserted: Mapping[int, Sequence[str]]
) -> list[str]:
    """The lines of the body.

    ``notes`` are lines to stand below the blocks that start on these lines, ``inserted`` what comes before a
    line, ``len(found.lines)`` for the end.
    """
    return _Composing(found, edits, notes, inserted).run()


class _Composing:
    def __init__(
        self,
        found: Found,
        edits: Sequence[Edit],
        notes: Mapping[int, str],
        inserted: Mapping[int, Sequence[str]],
    ) -> None:
        self.found = found
        self.margins = Margins(found.lines, found.items, [(edit.end, edit.items) for edit in edits])
        self.edits: dict[int, list[Edit]] = {}
        for edit in edits:
            self.edits.setdefault(edit.start, []).append(edit)
        self.notes = notes
        self.inserted = inserted
        self.blocks = {block.start: block for block in found.blocks}
        self.breaks = frozenset(found.breaks)
        self.out: list[str] = []
        self.just_apart = False  # the last line is an empty one that was put there

    def run(self) -> list[str]:
        at, end = 0, len(self.found.lines)
        while at < end:
            self._apart(self.inserted.get(at, ()))
            edits = self.edits.get(at, ())
            for edit in edits:
                self._edit(edit)
            if edits and edits[-1].end > at:
                at = edits[-1].end
                continue
            if self.found.open_html == at:
                self._apart(plain(self.found.lines[at:], "html"))
                break
            at = self._line(at)
        self._apart(self.inserted.get(end, ()))
        for edit in self.edits.get(end, ()):
            self._edit(edit)
        return self.out

    def _edit(self, edit: Edit) -> None:
        block = self.blocks.get(edit.start)
        if block is not None and block.fenced and edit.end > edit.start:
            line = self.margins.line(edit.start)
            marker = line[: _fence(line)].rstrip()
            if marker:
                self.out.append(marker)
        self._apart(edit.lines)

    def _line(self, at: int) -> int:
        """Writes the line ``at``, or the block that starts on it; the next line to write."""
        block = self.blocks.get(at)
        if block is None:
            line = self.margins.line(at)
            if at in self.breaks:
                self._apart([line.replace("+++", "\\+++", 1)])
                return at + 1
            if line.strip() or not self.just_apart:
                self.out.append(line)
            self.just_apart = False
            return at + 1
        lines = [self.margins.line(number) for number in range(block.start, block.end)]
        before = prefix_of(lines[0], block)
        if block.fenced:
            lines[0] = _as_text(lines[0], block)
            if not block.closed:
                lines.append(f"{before}{_mark(lines[0])}")
        self.out += lines
        self.just_apart = False
        if note := self.notes.get(at):
            self.out += [before.rstrip(), f"{before}{note}", before.rstrip()]
            self.just_apart = not before.strip()
        return max(block.end, at + 1)

    def _apart(self, lines: Sequence[str]) -> None:
        """Lines with an empty one around them."""
        if not lines:
            return
        if self.out and self.out[-1].strip():
            self.out.append("")
        self.out += [*lines, ""]
        self.just_apart = True


def prefix_of(line: str, block: Block) -> str:
    """What stands before a block: the room of its list's marker, the mark of a quote."""
    before = line[: _fence(line)] if block.fenced else line[: max(len(line) - len(line.lstrip()) - 4, 0)]
    return re.sub(r"[^\s>]", " ", before)


def _fence(line: str) -> int:
    found = _FENCE.search(line)
    return found.start() if found else 0


def _mark(line: str) -> str:
    found = _FENCE.search(line)
    return found[0] if found else "```"


def _as_text(line: str, block: Block) -> str:
    """The opening of a fence that does nothing: its language is text if it names a directive of ours."""
    found = _FENCE.search(line)
    if found is None or not block.info.startswith("{"):
        return line
    return f"{line[: found.end()]}text {line[found.end() :].lstrip()}"
