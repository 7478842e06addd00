"""A text derived from another one, with the original place of each of its characters.

Secrets are searched in what a reader will see (no colours, no invisible characters, escapes and entities
undone) and replaced in what was written.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable

#: What no reader sees: controls, soft hyphens, joiners, fillers, directions, variation selectors, tags.
_UNSEEN_CHARACTERS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"  # a colour, a movement
    r"|\x1b\][^\x07\x1b\n]{0,2000}+(?:\x07|\x1b\\)?"  # a title, a link
    r"|\x1b[ -/]*+[0-~]"
    r"|(?:\\u001[bB]|\\x1[bB]|\\033|\\e|\^\[|\u241b)\[[0-9;:?]{0,40}[A-Za-z]"  # a colour, written out
    r"|[^\n]\x08"  # struck over
    r"|\\u(?:00[aA][dD]|034[fF]|200[b-fB-F]|202[a-eA-E]|206[0-9a-fA-F]|[fF][eE][fF][fF])"  # written out
    r"|\\x[cC]2\\x[aA][dD]|\\x[eE]2\\x80\\x8[b-fB-F]"
    rf"|[{_UNSEEN_CHARACTERS}]"
)
_MAY_BE_UNSEEN = re.compile(
    rf"[{_UNSEEN_CHARACTERS}]|\\(?:u001[bB]|x1[bB]|033|e)\[|\^\[\[|\u241b|\\u[02fF]|\\x[cCeE]2"
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});?|<wbr ?/?>")
_ESCAPE = re.compile(
    r"(?:\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2}|\\.)",
    re.DOTALL,
)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "a": "\a", "v": "\v", "e": "\x1b"}

#: Typographic characters that stand for plain ones: same length, so places stay.
_TYPOGRAPHIC = str.maketrans(
    {
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
            " ",
        ),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    }
)


class Derived:
    """``text``, with the original place of each of its characters.

    >>> seen = without_unseen("pass\\u200bword")
    >>> seen.text, seen.span(2, 6)
    ('password', (2, 7))
    """

    def __init__(self, text: str, starts: list[int], origins: list[tuple[int, int]]) -> None:
        """``starts``: where each piece begins in ``text``; ``origins``: where it stood."""
        self.text = text
        self._starts = starts
        self._origins = origins

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``."""
        return self._origin(start)[0], self._origin(max(end - 1, start))[1]

    def _origin(self, at: int) -> tuple[int, int]:
        if not self._starts:
            return at, at + 1
        number = max(bisect_right(self._starts, at) - 1, 0)
        first, last = self._origins[number]
        if number + 1 < len(self._starts):
            length = self._starts[number + 1] - self._starts[number]
        else:
            length = len(self.text) - self._starts[number]
        if length != last - first:
            return first, last
        within = first + at - self._starts[number]
        return within, within + 1


def derived(text: str, pieces: re.Pattern[str], becomes: Callable[[re.Match[str]], str]) -> Derived:
    """``text`` with each match of ``pieces`` replaced by what it ``becomes``."""
    made: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, int]] = []
    length = at = 0
    for match in pieces.finditer(text):
        new = becomes(match)
        for piece, first, last in ((text[at : match.start()], at, match.start()), (new, *match.span())):
            if piece:
                made.append(piece)
                starts.append(length)
                origins.append((first, last))
                length += len(piece)
        at = match.end()
    if at < len(text):
        made.append(text[at:])
        starts.append(length)
        origins.append((at, len(text)))
    return Derived("".join(made), starts, origins)


def without_unseen(text: str) -> Derived:
    """``text`` as a reader sees it: without colours, controls and invisible characters."""
    if not _MAY_BE_UNSEEN.search(text):
        return Derived(text, [], [])
    return derived(text, _UNSEEN, lambda match: "")


def without_escapes(text: str) -> Derived:
    r"""What a quoted text stands for in JSON and in most languages: ``\n``, ``\"``, ``\u0026``, ``\x26``."""
    if "\\" not in text:
        return Derived(text, [], [])
    return derived(text, _ESCAPE, _unescaped)


def without_doubled(text: str, quote: str) -> Derived:
    """What a quoted text stands for in which its own quote is written twice: YAML, SQL, CSV."""
    if quote * 2 not in text:
        return Derived(text, [], [])
    return derived(text, re.compile(re.escape(quote * 2)), lambda match: quote)


def without_entities(text: str) -> Derived:
    """What HTML or XML text stands for."""
    if "&" not in text and "<wbr" not in text:
        return Derived(text, [], [])
    return derived(text, _ENTITY, lambda match: html.unescape(match[0]) if match[0][0] == "&" else "")


def plain_typography(text: str) -> str:
    """Spaces, quotes and letters of full width in their plain form; every character keeps its place."""
    return text if text.isascii() else text.translate(_TYPOGRAPHIC)


def _unescaped(match: re.Match[str]) -> str:
    code = match[0]
    if len(code) == 2:
        return _SHORT.get(code[1], code[1])
    if len(code) == 12:
        try:
            return bytes.fromhex(code[2:6] + code[8:12]).decode("utf-16-be")
        except ValueError:
            return code
    number = int(code[2:], 16)
    return chr(number) if number < 0x110000 else code
