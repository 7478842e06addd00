"""Commands in the running text of lists, which become checks below their item if that is asked for."""

from __future__ import annotations

from runbooklab.importing.composing import Edit
from runbooklab.importing.deciding import Deciding
from runbooklab.importing.found import Block, Found, Inline
from runbooklab.importing.parts import Part, Step, rows_of
from runbooklab.importing.report import Row
from runbooklab.importing.writing import Writing


def inline_edits(
    found: Found, deciding: Deciding, writing: Writing, body_line: int
) -> tuple[list[Edit], list[Row]]:
    """A check below the paragraph for each command in it that only reads, and the report's rows."""
    edits: dict[int, Edit] = {}
    rows: list[Row] = []
    for row in found.inlines:
        if len(row.text.split()) < 2 or not deciding.judge.knows(row.text.split()[0]):
            continue
        deciding.new_section()
        deciding.new_block()
        line = body_line + row.line
        decision = deciding.shell(row.text, line)
        heading = row.under[-1] if row.under else ""
        if decision.became != "check":
            rows.append(Row(line, "text", row.text, decision.why, decision.sort, heading=heading))
            continue
        part = Part("check", 0, 1, [Step(line, row.text, decision)])
        lines, names = writing.parts([part], _block(row), "")
        before = edits.get(row.end)
        kept = (*before.lines, "") if before else ()
        edits[row.end] = Edit(row.end, row.end, (*kept, *lines), row.items)
        rows += rows_of([part], names, heading)
    return list(edits.values()), rows


def _block(row: Inline) -> Block:
    return Block(row.line, row.end, "", (row.text,), row.line, row.under, row.items)
