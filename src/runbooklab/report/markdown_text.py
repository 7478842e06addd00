"""Text as Markdown for chats, tickets and postmortems: what comes from machines never becomes markup.

A secret's token stays as it is: the last gate and a person looking for it find it by its spelling.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from runbooklab.redaction import TOKEN, visible

_SPECIAL = re.compile(
    r"[\\`*\[\]|~]"
    r"|(?<!\w)_|_(?!\w)"  # inside a word an underscore is only an underscore
    r"|(?<=http):(?=//)|(?<=https):(?=//)|(?<=www)\.",  # what GitHub would make a link of
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?=[#+=\-])|^(\d{1,9})(?=[.)](?:\s|$))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def words(text: str) -> str:
    r"""``text`` in one line, to stand in a sentence.

    >>> words("a *b* <c> snake_case")
    'a \\*b\\* &lt;c&gt; snake_case'
    """
    line = " ".join(visible(text).split())
    pieces, at = [], 0
    for token in TOKEN.finditer(line):
        pieces += [_escaped(line[at : token.start()]), token[0]]
        at = token.end()
    return _LEADING.sub(lambda found: f"{found[1] or ''}\\", "".join([*pieces, _escaped(line[at:])]))


def code(text: str) -> str:
    """``text`` in one line, as a machine wrote it."""
    line = " ".join(visible(text).split())
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""


def block(lines: Iterable[str]) -> str:
    """Commands or machine text, line by line."""
    text = visible("\n".join(lines))
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}\n{text}\n{fence}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already. A ``|`` in a cell's code is written so that it stays there."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(_PIPE.sub(_ESCAPED_PIPE, cell) for cell in line)} |" for line in lines)


_PIPE, _ESCAPED_PIPE = re.compile(r"(?<!\\)\|"), r"\\|"


def unescaped(markdown: bytes) -> bytes:
    """What a reader of ``markdown`` sees of its words, for the last gate."""
    text = markdown.decode("utf-8", "surrogateescape")
    return html.unescape(_ESCAPED.sub(r"\1", text)).encode("utf-8", "surrogateescape")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", html.escape(text, quote=False))


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
