"""Whether a sed script only prints: an exact, small part of its language; all else is refused.

Refused are ``w``, ``W``, ``r``, ``R``, ``e`` and the flags ``w`` and ``e`` of ``s``. Source: the manual of
GNU sed 4.9, sections 3 and 4.
"""

from __future__ import annotations

import re

_GAP = re.compile(r"[\s;{}]*")
_ADDRESS = re.compile(r"(?:\d+(?:~\d+)?|\$|/(?:[^/\\\n\[]|\\.|\[\^?\]?[^\]/\n]*\])+/I?|[+~]\d+)")
_PLAIN = re.compile(r"(?:[dDpPnNgGhHxz=]|[qQl]\s*\d*)(?=[\s;}]|$)")
_FLAGS = re.compile(r"[gpiIm0-9]*(?=[\s;}]|$)")


def sed_writes(script: str) -> str:
    """ "" if ``script`` only prints, else what of it does more or is not known."""
    at = 0
    while (at := _after(_GAP, script, at)) < len(script):
        at = _after_addresses(script, at)
        command = script[at : at + 1]
        if command == "{":
            continue
        end = _after_substitution(script, at) if command in ("s", "y") else _after(_PLAIN, script, at)
        if end <= at:
            return f"{script[at : at + 20]!r} of sed is not known to print alone"
        at = end
    return ""


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _after_addresses(script: str, at: int) -> int:
    first = _after(_ADDRESS, script, at)
    if first > at and script[first : first + 1] == ",":
        first = _after(_ADDRESS, script, first + 1)
    while script[first : first + 1] in ("!", " "):
        first += 1
    return first


def _after_substitution(script: str, at: int) -> int:
    """Where a plain ``s`` or ``y`` ends; ``at`` if it is not plain."""
    mark = script[at + 1 : at + 2]
    if not mark or mark.isalnum() or mark in "\\\n;{}[] ":
        return at
    other = f"[^{re.escape(mark)}\\\\\n]"
    # A mark within [ ] ends the pattern for GNU sed and not for others: refused.
    brackets = f"\\[\\^?\\]?[^\\]{re.escape(mark)}\\\\\n]*\\]"
    plain = f"(?:{brackets}|(?!\\[){other}|\\\\.)*"
    found = re.compile(f"{re.escape(mark)}{plain}{re.escape(mark)}(?:{other}|\\\\.)*{re.escape(mark)}").match(
        script, at + 1
    )
    if not found:
        return at
    flags = _FLAGS.match(script, found.end())
    return flags.end() if flags else at
