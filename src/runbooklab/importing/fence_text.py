"""Writes fences: declared checks and remedies as YAML, and plain ones that hold any text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

#: A value that YAML reads as the text that it is, in every version.
_PLAIN = re.compile(r"[A-Za-z/$][A-Za-z0-9 _./${}:=,@%+<>()-]*")
_MISREAD = re.compile(r": |:$| #|\s$|[<>(),]\s*$")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))

#: What YAML does not take, or takes for the end of a line (YAML 1.1, section 4.1).
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def declared(directive: str, name: str, fields: Mapping[str, str], notes: Sequence[str] = ()) -> list[str]:
    """The lines of a ``{check}`` or ``{remedy}`` fence; ``notes`` become comments in it."""
    body = [line for key, value in fields.items() for line in entry(key, value)]
    body += [f"# {note}".rstrip() for note in notes]
    mark = _mark(body)
    return [f"{mark}{{{directive}}} {name}", *body, mark]


def entry(key: str, value: str) -> list[str]:
    """A key with its value; a literal block if YAML would read it as anything else.

    >>> entry("disk", "/var"), entry("title", "yes")
    (['disk: /var'], ['title: |-', '  yes'])
    """
    if _PLAIN.fullmatch(value) and not _MISREAD.search(value) and value.lower() not in _WORDS:
        return [f"{key}: {value}"]
    indented = "2" if value.lstrip("\n").startswith(" ") else ""  # else YAML takes its margin for its own
    style = f"|{indented}" if "\n" in value else f"|{indented}-"
    return [f"{key}: {style}", *(f"  {line}".rstrip() for line in value.split("\n"))]


def mapping(key: str, values: Mapping[str, str]) -> list[str]:
    """A key with a mapping of texts below it."""
    return [f"{key}:", *(f"  {line}" for name, value in values.items() for line in entry(name, value))]


def plain(lines: Iterable[str], language: str = "text") -> list[str]:
    """A fence that shows ``lines``, whatever is in them."""
    body = list(lines)
    mark = _mark(body)
    return [f"{mark}{language}", *body, mark]


def quoted(text: str) -> str:
    """A text as a double-quoted scalar, which holds any character."""
    return json.dumps(text, ensure_ascii=bool(UNPRINTABLE.search(text)))


def _mark(lines: Iterable[str]) -> str:
    """Backticks enough that no line closes the fence."""
    longest = max((len(run) for line in lines for run in re.findall("`{3,}", line)), default=2)
    return "`" * (longest + 1)
