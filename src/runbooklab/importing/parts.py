"""A code block taken apart: which of its lines become a check, a remedy, an output or stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from runbooklab.importing.deciding import Deciding, Decision
from runbooklab.importing.found import Block
from runbooklab.importing.judging import SORTS
from runbooklab.importing.language import Said
from runbooklab.importing.prompts import Piece, pieces
from runbooklab.importing.reading_sql import split_sql
from runbooklab.importing.report import Row
from runbooklab.importing.statements import statements

#: Most lines of a block that are read as commands; the longest of 12,458 in public runbooks has 700.
MOST_LINES = 2_000

#: Headings under which a command that changes something is a remedy.
_MITIGATES = re.compile(
    r"\b(?:mitigat|resolv|resolution|fix(?:es|ing)?\b|remed|recover|repair|workaround|solution|solv|restor"
    r"|roll ?back|correct(?:ive|ing)|rectif|action items|how to (?:fix|recover|restart))",
    re.I,
)
#: Reasons for which a statement's neighbours may depend on it in a way that nobody can tell.
_UNSURE = frozenset(
    SORTS[kind] for kind in ("unknown", "unparsable", "interactive", "remote", "unbounded", "reveals")
)


class Step(Struct):
    """A statement with what was decided about it."""

    line: int  # of the source
    text: str
    decision: Decision
    comments: tuple[str, ...] = ()


class Part(Struct):
    """Lines ``first`` to ``end`` of a block's content, and what they become."""

    sort: Literal["check", "remedy", "text", "output"]
    first: int
    end: int
    steps: list[Step]


def mitigates(under: Sequence[str]) -> bool:
    """Whether the headings above a block promise a way to fix something.

    >>> mitigates(("Disk is full", "Mitigation", "Old journals")), mitigates(("Meaning",))
    (True, False)
    """
    return any(_MITIGATES.search(heading) for heading in under)


def parts_of(block: Block, said: Said, deciding: Deciding, first_line: int) -> tuple[list[Part], str]:
    """The parts of a block, and what was decided about it as a whole.

    ``first_line`` is the line of the source on which the block's content starts.
    """
    if said.language == "data":
        return [], ""
    if len(block.content) > MOST_LINES:
        return [], f"it has more than {MOST_LINES:,} lines"
    if block.quoted:
        return [], "it stands in a quote"
    deciding.new_block()
    note = ""
    if said.language == "shell":
        taken = pieces(block.content, deciding.judge.knows)
        note = next((piece.note for piece in taken if piece.note), "")
        parts = [part for piece in taken for part in _shell(piece, deciding, first_line)]
    else:
        parts = list(_queries(block, said, deciding, first_line))
    _settle_remedies(parts, mitigates(block.under), deciding)
    return _joined(parts), note


def _shell(piece: Piece, deciding: Deciding, first_line: int) -> Iterator[Part]:
    begin, end = piece.first, piece.first + len(piece.lines)
    if piece.sort == "output":
        if any(line.strip() for line in piece.lines):
            text = next(line.strip() for line in piece.lines if line.strip())
            decision = Decision("text", "it is output", "output")
            yield Part("output", begin, end, [Step(first_line + begin, text, decision)])
        return
    if piece.sort != "command":
        where = "a shell inside of something else" if piece.sort == "inner" else "another program"
        decision = Decision("text", f"it is typed into {where}", SORTS["remote"])
        yield Part("text", begin, end, [Step(first_line + begin, "\n".join(piece.lines).strip(), decision)])
        return
    for row in statements(piece.lines, begin):
        line = first_line + row.first + len(row.comments)
        decision = deciding.shell(row.text, line, row.complete)
        text = row.text or "\n".join(row.comments)
        yield Part(decision.became, row.first, row.end, [Step(line, text, decision, row.comments)])


def _queries(block: Block, said: Said, deciding: Deciding, first_line: int) -> Iterator[Part]:
    content = [line.removeprefix("$ ") for line in block.content]
    text = "\n".join(content)
    decide = deciding.sql if said.language == "sql" else deciding.promql
    mark = "--" if said.language == "sql" else "#"
    rows = split_sql(text) if said.language == "sql" else _paragraphs(content)
    for number, (at, query) in enumerate(rows):
        end = rows[number + 1][0] if number + 1 < len(rows) else len(block.content)
        comments, bare = _without_comments(query, mark)
        line = first_line + at
        if not bare:
            decision = Decision("text", "it is only a comment", SORTS["empty"])
        else:
            decision = decide(bare, line)
        yield Part(decision.became, at, end, [Step(line, bare or query, decision, comments)])


def _without_comments(query: str, mark: str) -> tuple[tuple[str, ...], str]:
    """Its lines that are comments, and the query without them: no server is sent a comment."""
    lines = query.split("\n")
    comments = tuple(line.strip() for line in lines if line.lstrip().startswith(mark))
    return comments, "\n".join(line for line in lines if not line.lstrip().startswith(mark)).strip("\n")


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Queries between empty lines, as long as no bracket is open."""
    found: list[tuple[int, str]] = []
    begin, depth = 0, 0
    for number, line in enumerate((*lines, "")):
        depth += sum(map(line.count, "({[")) - sum(map(line.count, ")}]"))
        if not line.strip() and depth <= 0:
            text = "\n".join(lines[begin:number]).strip("\n")
            if text.strip():
                found.append((begin + _blank_lines(lines[begin:number]), text))
            begin, depth = number + 1, 0
    if begin < len(lines):
        found.append((begin, "\n".join(lines[begin:]).strip("\n")))
    return found


def _blank_lines(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if line.strip()), 0)


def _settle_remedies(parts: Sequence[Part], is_mitigating: bool, deciding: Deciding) -> None:
    """What changes something is a remedy only under such a heading, and if the whole block is understood."""
    unsure = any(step.decision.sort in _UNSURE for part in parts for step in part.steps)
    for part in parts:
        if part.sort != "remedy":
            continue
        step = part.steps[0]
        if is_mitigating and not unsure:
            deciding.accept(step.decision, step.line)
            continue
        why = step.decision.why
        if is_mitigating:
            why = f"{why}; not all steps of this block are understood"
        part.sort = "text"
        step.decision = Decision("text", why, SORTS["mutating"])


def _joined(parts: Sequence[Part]) -> list[Part]:
    """Neighbours of one sort together: texts, outputs, and the steps of one remedy."""
    found: list[Part] = []
    for part in parts:
        if found and found[-1].sort == part.sort != "check":
            found[-1].steps += part.steps
            found[-1].end = part.end
        else:
            found.append(part)
    return found


def rows_of(parts: Sequence[Part], names: Sequence[str], heading: str) -> Iterator[Row]:
    """The report's rows of a block; ``names`` are the ids of its checks and remedies in their order."""
    left = iter(names)
    for part in parts:
        name = next(left) if part.sort in ("check", "remedy") else ""
        if part.sort == "remedy":
            shown = "; ".join(step.text for step in part.steps)
            first = part.steps[0]
            yield Row(first.line, "remedy", shown, first.decision.why, "", name, heading)
            continue
        for step in part.steps:
            decision = step.decision
            yield Row(step.line, decision.became, step.text, decision.why, decision.sort, name, heading)
