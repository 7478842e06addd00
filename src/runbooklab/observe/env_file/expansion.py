"""``$NAME`` and ``${NAME:-default}`` in a value, as Compose and a POSIX shell expand them."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct, field

#: A variable's value, or None if it is not set.
Lookup = Callable[[str], str | None]

MOST_NESTED = 10
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-=?+]")


class Expanded(Struct):
    """A value with its variables filled in."""

    text: str = ""
    unset: list[str] = field(default_factory=list)  # read as empty
    bad: bool = False  # a $ that is no reference, or a variable that must be set and is not
    unknown: bool = False  # only running something would tell


def braced(text: str, at: int) -> int:
    """The index of the ``}`` that closes the ``{`` at ``at``; -1 if none does."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return -1


def expand(text: str, lookup: Lookup, *, compose: bool, depth: int = 0) -> Expanded:
    """``text`` with the variables in it, by the rules of Compose or of a shell.

    Compose takes ``$$`` for ``$`` and refuses ``${`` that begins no reference. Both leave a lone ``$``,
    Compose since 2.11.2 (docker/compose issue 9746).
    """
    done, at = Expanded(), 0
    while at < len(text):
        dollar = text.find("$", at)
        if dollar < 0:
            break
        done.text += text[at:dollar]
        following = text[dollar + 1 : dollar + 2]
        name = _NAME.match(text, dollar + 1)
        if following == "{":
            end = braced(text, dollar + 1)
            if end < 0:
                done.bad = True
                return done
            _of_braces(done, text[dollar + 2 : end], lookup, compose, depth)
            at = end + 1
        elif name:
            _of_name(done, name[0], lookup)
            at = name.end()
        elif following == "$" and compose:
            done.text, at = done.text + "$", dollar + 2
        else:  # a dollar sign; $1, $? and $$ are a shell's own
            own = not compose and following != "" and following in "0123456789?#@*!$-"
            done.text, at = done.text + ("" if own else "$"), dollar + 1 + own
            done.unknown = done.unknown or own
    done.text += text[at:]
    return done


def _of_name(done: Expanded, name: str, lookup: Lookup) -> None:
    value = lookup(name)
    if value is None:
        done.unset.append(name)
    done.text += value or ""


def _of_braces(done: Expanded, inside: str, lookup: Lookup, compose: bool, depth: int) -> None:
    name = _NAME.match(inside)
    rest = inside[name.end() :] if name else inside
    if name is None or depth > MOST_NESTED:
        done.bad = done.bad or compose
        done.unknown = True
        return
    if not rest:
        _of_name(done, name[0], lookup)
        return
    operator = _OPERATOR.match(rest)
    if operator is None:  # ${X%pattern} and the like are the shell's
        done.bad = done.bad or compose
        done.unknown = True
        return
    word = expand(rest[operator.end() :], lookup, compose=compose, depth=depth + 1)
    value = lookup(name[0])
    there = value is not None and (value != "" or not operator[0].startswith(":"))
    kind = operator[0][-1]
    if kind == "?" and not there:
        done.bad = True
    elif (kind == "+") == there and kind != "?":
        done.text += word.text
        done.unset += word.unset
        done.bad, done.unknown = done.bad or word.bad, done.unknown or word.unknown
    elif kind != "+":
        done.text += value or ""
