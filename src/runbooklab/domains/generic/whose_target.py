"""What a declared runbook says of its target: whom it asks, and what an error text names of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from runbooklab.domains.generic.declared import DeclaredCause, DeclaredCheck
from runbooklab.domains.generic.kinds import CONTACTING
from runbooklab.domains.generic.language.expression import Compare, Exists, Expression, Holds, leaves
from runbooklab.domains.generic.world import key_of
from runbooklab.model.error_text import ErrorText
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import Target
from runbooklab.redaction import TOKEN

#: Fields that say only whether anything is there.
_PRESENCE = frozenset({"exists", "open", "refused", "unresolved"})
#: Kind -> how an error text names what such a check looks at; the group is the name.
_NAMED = {
    "http": re.compile(r"\b(https?://[^\s'\"<>`]{1,300}[\w/])"),
    "service": re.compile(r"(?<![\w/.])([\w@:\\-][\w@:.\\-]{0,200}\.(?:service|socket|timer|mount|path))\b"),
    "disk": re.compile(r"(?<![\w/:.])(/[\w.@+-][\w./@+-]{0,300})"),
}


def target_name(
    checks: Collection[DeclaredCheck],
    secrets: Collection[str],
    parameters: Mapping[str, Any],
    e: Evidence | None,
) -> str:
    """The first parameter that the checks send and that is a text: what they are about.

    Of a secret it is the host, port and database that a check found in it; "" if none was carried out.
    """
    names = (name for row in checks for text in row.texts for name in text.names)
    texts = (
        _behind(name, checks, e) if name in secrets else parameters.get(name) for name in dict.fromkeys(names)
    )
    return next((text for text in texts if isinstance(text, str) and text), "")


def _behind(name: str, checks: Iterable[DeclaredCheck], e: Evidence | None) -> str:
    """The server that a secret parameter names, as the first check that asked it tells."""
    asking = (row for row in checks if name in contacted((row,)))
    seen = (e[key_of(row.id)].value for row in asking) if e is not None else ()
    return next((server for each in seen if each is not None and (server := _server(each.values))), "")


def _server(values: Mapping[str, Any]) -> str:
    host, port, database = (str(values.get(name, "")) for name in ("host", "port", "database"))
    if not host:
        return ""
    place = f"[{host}]" if ":" in host else host
    return place + (f":{port}" if port else "") + (f"/{database}" if database else "")


def contacted(checks: Iterable[DeclaredCheck]) -> tuple[str, ...]:
    """The parameters that say which server the checks ask."""
    texts = (
        text
        for check in checks
        if check.kind.name in CONTACTING
        for name, text in ((check.kind.name, check.subject), *check.options.items())
        if name in ("server", "connect to") or (name == check.kind.name and "server" not in check.options)
    )
    return tuple(dict.fromkeys(name for text in texts for name in text.names))


def looked_at(checks: Iterable[DeclaredCheck]) -> tuple[str, ...]:
    """The parameters that say what the checks look at."""
    return tuple(dict.fromkeys(name for check in checks for name in check.subject.names))


def absent(causes: Iterable[DeclaredCause]) -> tuple[str, ...]:
    """The causes that say only that there is nothing."""
    return tuple(cause.id for cause in causes if _is_of_presence(cause.when))


def _is_of_presence(when: Expression) -> bool:
    fields = [leaf.field if isinstance(leaf, Compare | Holds | Exists) else "" for leaf in leaves(when)]
    return all(field.rpartition(".")[2] in _PRESENCE for field in fields)


def in_error(checks: Iterable[DeclaredCheck], line: str, text: ErrorText) -> Evidence:
    """The evidence that a line of an error text holds: parameters that are what a check looks at."""
    return Evidence(target=Target(dict(_named(checks, line))))


def _named(checks: Iterable[DeclaredCheck], line: str) -> Iterator[tuple[str, str]]:
    for check in checks:
        pattern, names = _NAMED.get(check.kind.name), check.subject.names
        is_whole = len(names) == 1 and not any(check.subject.parts[::2])
        found = pattern.search(line) if pattern is not None and is_whole else None
        if found is not None and not TOKEN.search(found[1]):
            yield names[0], _folder(found[1]) if check.kind.name == "disk" else found[1]


def _folder(path: str) -> str:
    """The folder of a path: the file that could not be written is often not there."""
    return str(PurePosixPath(path).parent)
