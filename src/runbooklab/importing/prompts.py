"""Takes a shell block apart: what was typed, what was printed, and what a prompt says of where."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from runbooklab.importing.statements import MOST_LINES, Open

#: command: typed into a shell · output: printed · inner: typed into a shell inside of something else ·
#: repl: typed into another program
Sort = Literal["command", "output", "inner", "repl"]


class Piece(Struct, frozen=True):
    """Lines of one sort. ``first`` counts from 0 within the block."""

    sort: Sort
    first: int
    lines: tuple[str, ...]  # without their prompts
    note: str = ""  # what was decided, if it might have been decided otherwise


#: What a prompt looks like, and whose it is; the first that matches counts.
_PROMPTS: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("inner", re.compile(r"\s*(?:sh|bash)-[\d.]+[$#] ?")),
    ("inner", re.compile(r"\s*/[\w./-]{0,80} [#$] (?=\S)")),  # a container without bash
    ("repl", re.compile(r"\s*(?:>>>|\.\.\.)(?: |$)")),
    ("repl", re.compile(r"\s*PS(?: ?[A-Za-z]:[^>\n]{0,120})?> ?")),
    ("repl", re.compile(r"\s*(?:mysql|sqlite|mongo|mongosh|cqlsh|ceph|psql|influx|etcd|SQL|test|admin)> ?")),
    ("repl", re.compile(r"\s*MariaDB \[[^\]\n]{0,60}\]> ?")),
    ("repl", re.compile(r"\s*irb\([^)\n]{0,60}\)[\d:*]*> ?")),
    ("repl", re.compile(r"\s*(?:\(gdb\)|In \[\d+\]:) ?")),
    ("repl", re.compile(r"\s*[\w-]{1,60}(?:=|-)[#>] ")),
    ("repl", re.compile(r"\s*[\w.-]{1,80}:\d{2,5}(?:\[\d+\])?> ?")),
    ("command", re.compile(r"\s*\$(?: |$)")),
    ("command", re.compile(r"\s*\[?[\w.-]{1,60}@[\w.-]{1,80}(?:[: ][^$#%>\n]{0,80})?\]?[$#%] ?")),
    ("command", re.compile(r"\s*\([\w.-]{1,40}\) ?\$ ")),
    ("command", re.compile(r"\s*(?:[\w.-]{1,60}@)?[\w.-]{1,80}:[~/][^\s#$%>]{0,80} ?[#$%>] ")),  # SUSE
    ("command", re.compile(r"\s*[A-Za-z][\w.-]{0,60}[#$] (?=\S)")),
)
_CONTINUED = re.compile(r"\s*> ?")
_ROOT = re.compile(r"\s*# (?=\S)")
_PERCENT = re.compile(r"\s*% (?=\S)")

#: What no shell command looks like: log lines, tables, structured data.
_OUTPUT = re.compile(
    r"\s*(?:"
    r"[A-Z][A-Z0-9_()%/.-]+(?:\s{2,}[A-Z][A-Z0-9_()%/. -]*)+$"  # the head of a table
    r"|[IWEF]\d{4} \d\d:\d\d:\d\d"  # klog
    r"|(?:level|ts|time|caller)=\S+ \S+="  # logfmt
    r"|\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d"  # a date
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d"  # syslog
    r"|[{\[]\s*$|[{\[]\"|\}|\]\s*,?$"  # JSON
    r"|(?:Error|Warning|Name|Namespace|Status|Events):\s"
    r"|\.\.\.\s*$|[-=+|]{4,}|└|├|│"
    r")"
)
_PROSE_END = re.compile(r"[.:!?]\s*$")
_SHAPE = re.compile(r"[-/|=$.:<{]")


def prompt_of(line: str) -> tuple[Sort, str] | None:
    """Whose prompt a line begins with, and the line without it; None if it begins with none.

    >>> prompt_of("$ df -h"), prompt_of("mysql> SHOW PROCESSLIST;"), prompt_of("df -h")
    (('command', 'df -h'), ('repl', 'SHOW PROCESSLIST;'), None)
    """
    for sort, pattern in _PROMPTS:
        if found := pattern.match(line):
            return sort, line[found.end() :]
    return None


def looks_printed(line: str) -> bool:
    """Whether a line is what programs print rather than what people type.

    >>> looks_printed("NAME   READY   STATUS"), looks_printed("kubectl get pods")
    (True, False)
    """
    return bool(_OUTPUT.match(line))


def pieces(lines: Sequence[str], is_program: Callable[[str], bool]) -> list[Piece]:
    """The block's lines by sort. ``is_program`` says whether a word is a program that is known."""
    prompts: list[tuple[Sort, str] | None] = [prompt_of(line) for line in lines]
    note = ""
    if not any(prompts):
        if _root_prompts(lines, is_program):
            prompts = [
                ("command", line[found.end() :]) if (found := _ROOT.match(line)) else None for line in lines
            ]
            note = "`# ` was read as root's prompt"
        elif _PERCENT.match(next((line for line in lines if line.strip()), "")):
            prompts = [
                ("command", line[found.end() :]) if (found := _PERCENT.match(line)) else None
                for line in lines
            ]
    return _with_prompts(lines, prompts, note) if any(prompts) else _without(lines)


def _root_prompts(lines: Sequence[str], is_program: Callable[[str], bool]) -> bool:
    """Whether lines such as ``# df -h`` are typed by root: these look like commands, all others printed."""
    typed = [line[found.end() :] for line in lines if (found := _ROOT.match(line))]
    others = [line for line in lines if line.strip() and not _ROOT.match(line)]
    if not typed or any(is_program(_first_word(line)) for line in others):
        return False
    return all(_looks_typed(line, is_program) for line in typed)


def _looks_typed(line: str, is_program: Callable[[str], bool]) -> bool:
    words = line.split()
    if not is_program(words[0]) or _PROSE_END.search(line):
        return False
    return len(words) <= 2 or any(_SHAPE.search(word) for word in words[1:])


def _first_word(line: str) -> str:
    return (line.split() or [""])[0]


def _with_prompts(lines: Sequence[str], prompts: Sequence[tuple[Sort, str] | None], note: str) -> list[Piece]:
    rows: list[tuple[Sort, str]] = []
    state, left = Open(), 0
    for number, (line, prompt) in enumerate(zip(lines, prompts, strict=True)):
        if prompt is not None:
            rows.append(prompt)
            state, left = Open(), MOST_LINES
            state.feed(prompt[1])
        elif state.open and left and not looks_printed(line):
            text = line if not (found := _CONTINUED.match(line)) else line[found.end() :]
            rows.append((rows[-1][0], text))
            state.feed(text)
            left -= 1
        elif _is_comment(line) and _leads_to_prompt(lines, prompts, number):
            rows.append(("command", line))
        else:
            state = Open()
            rows.append(("output", line))
    return _grouped(rows, note)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _leads_to_prompt(lines: Sequence[str], prompts: Sequence[tuple[Sort, str] | None], number: int) -> bool:
    """Whether a comment stands above a prompt, with other comments and one empty line at most between."""
    for after in range(number + 1, min(len(lines), number + 20)):
        if prompts[after] is not None:
            return True
        if lines[after].strip() and not _is_comment(lines[after]):
            return False
    return False


def _without(lines: Sequence[str]) -> list[Piece]:
    """Without prompts all is typed, up to the first line that looks printed."""
    rows: list[tuple[Sort, str]] = []
    state, printed = Open(), False
    for line in lines:
        if not state.open and line.strip() and looks_printed(line):
            printed = True
        if printed:
            rows.append(("output", line))
            continue
        state.feed(line)
        rows.append(("command", line))
    return _grouped(rows, "")


def _grouped(rows: Sequence[tuple[Sort, str]], note: str) -> list[Piece]:
    """Rows of the same sort together; empty lines go with what is before them."""
    found: list[Piece] = []
    begin = 0
    for number in range(1, len(rows) + 1):
        if number == len(rows) or rows[number][0] != rows[begin][0]:
            sort = rows[begin][0]
            found.append(Piece(sort, begin, tuple(text for _, text in rows[begin:number]), note))
            begin = number
    return found
