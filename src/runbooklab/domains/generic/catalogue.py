"""The table of kinds for people and for editors: as text, as the documentation's page, as a JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from runbooklab.domains.generic.entries import nearest
from runbooklab.domains.generic.kinds import KINDS, Field, Kind, Option
from runbooklab.errors import UserError

_STARTERS = Path(__file__).parent / "starters"

_UNITS = {"%": "percent", "bytes": "bytes: 2GiB", "ms": "time: 800ms", "s": "time: 5min", "days": "time: 14d"}
#: Keys that every check may have, with what is written there and what for.
COMMON: tuple[tuple[str, str, str], ...] = (
    ("title", "Room on ${mount}", "What the finding says it is about; without it, the id's words"),
    ("pass", "used_percent <= 80%", "What is true if all is well; without it the check is never ok"),
    ("warn", "used_percent > 80%", "What is true if somebody should look soon"),
    ("fail", "used_percent > 95%", "What is true if it is broken: the first true one of the three counts"),
    ("only if", "api-port.open", "A condition on other checks or parameters; if it is false, it is skipped"),
    ("from", "container api", "Where it looks from, if not from this host"),
    ("timeout", "10s", "How long it may take, at most a minute; without it probe_timeout_s, or 3 s"),
    ("source", "https://example.org/runbook#3", "Where the rule comes from"),
)  # fmt: skip


def kind_named(name: str) -> Kind:
    """A kind by its name. Raises :class:`UserError` with the nearest one."""
    if name not in KINDS:
        raise UserError(f"there is no kind {name!r}", hint=nearest(name, KINDS).removeprefix("; "))
    return KINDS[name]


def overview() -> str:
    """All kinds, a line each."""
    width = max(map(len, KINDS))
    rows = [f"{kind.name:<{width}}  {kind.says}" for kind in KINDS.values()]
    return "\n".join([*rows, "", *_BELOW])


_BELOW = (
    "runbook kinds KIND shows its fields, and an example of each. For a system without a kind of its own,",
    "command runs its client: runbook allow -- COMMAND says whether that only reads.",
)


def details(name: str) -> str:
    """One kind with its fields and options. Raises :class:`UserError`."""
    kind = kind_named(name)
    lines = [
        f"{kind.name}: {kind.says}",
        after_key(kind),
        "",
        example(kind),
        "",
        "fields",
        *_table(_field_rows(kind)),
    ]
    if kind.options:
        lines += ["", "options", *_table(_option_rows(kind))]
    where = (
        "from: container NAME looks inside a container."
        if kind.from_container
        else "It looks from this host."
    )
    return "\n".join([*lines, "", where])


_INSIDE = "It can look inside a container: `from: container NAME`."


def example(kind: Kind) -> str:
    """A whole check of this kind."""
    required = "".join(f"{option.name}: {option.example}\n" for option in kind.options if option.required)
    return f"```{{check}} my-{kind.name}\n{kind.name}: {kind.example}\n{required}pass: {kind.expects}\n```"


def after_key(kind: Kind) -> str:
    """What is written after the kind's key."""
    return f"After `{kind.name}:` stands {kind.subject[:1].lower()}{kind.subject[1:]}."


def _field_rows(kind: Kind) -> Iterator[Sequence[str]]:
    for row in kind.fields:
        name = f"{row.name}.NAME" if row.has_names else row.name
        says = f"{row.says}: {', '.join(row.words)}" if row.words else row.says
        yield name, unit_of(row), says, row.example


def _option_rows(kind: Kind) -> Iterator[Sequence[str]]:
    for row in kind.options:
        needed = "required" if row.required else "optional"
        yield row.name, needed, row.says, f"{row.name}: {row.example}"


def unit_of(row: Field) -> str:
    """The type of a field, or its unit."""
    if row.words:
        return "text"
    return _UNITS.get(row.unit, row.type) if row.type == "number" else row.type


def _table(rows: Iterator[Sequence[str]]) -> list[str]:
    cells = list(rows)
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in cells
    ]


# --- the documentation's page


def page() -> str:
    """The reference of all kinds in Markdown."""
    parts = [_KEYS, _markdown(("key", "example", "what it says"), COMMON)]
    for kind in KINDS.values():
        parts += [f"## {kind.name}", f"{kind.says} {after_key(kind)}", _yaml(kind)]
        parts.append(_markdown(("field", "type", "what it is", "example"), _field_rows(kind)))
        if kind.options:
            parts.append(_markdown(("option", "", "what it says", "example"), _option_rows(kind)))
        if kind.from_container:
            parts.append(_INSIDE)
    return "\n\n".join(parts) + "\n"


_KEYS = "## Keys of every check"


def _yaml(kind: Kind) -> str:
    return f"````markdown\n{example(kind)}\n````"


def _markdown(head: Sequence[str], rows: Any) -> str:
    cells = [[_cell(cell, word) for cell, word in zip(row, head, strict=True)] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *cells))


def _cell(text: str, column: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`" if column in ("key", "field", "option", "example") else escaped


# --- editors


def schema() -> dict[str, Any]:
    """A JSON Schema of the YAML in a ``{check}`` fence, for editors."""
    text = {"type": "string"}
    keys: dict[str, dict[str, Any]] = {
        name: {**text, "description": says, "examples": [shown]} for name, shown, says in COMMON
    }
    expectation = {"anyOf": [text, _WHEN, {"type": "array", "items": {"anyOf": [text, _WHEN]}}]}
    for word in ("pass", "warn", "fail"):
        keys[word] = {**expectation, "description": keys[word]["description"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A check that a runbook declares",
        "type": "object",
        "properties": keys,
        "oneOf": [_schema_of(kind) for kind in KINDS.values()],
        "unevaluatedProperties": False,
    }


def _schema_of(kind: Kind) -> dict[str, Any]:
    subject = {"type": "string", "description": f"{kind.says} {kind.subject}.", "examples": [kind.example]}
    return {
        "title": kind.name,
        "properties": {
            kind.name: subject,
            **{option.name: _option_schema(option) for option in kind.options},
        },
        "required": [kind.name, *(option.name for option in kind.options if option.required)],
    }


_WHEN: dict[str, Any] = {
    "type": "object",
    "properties": {"when": {"type": "string"}, "says": {"type": "string"}},
    "required": ["when"],
    "additionalProperties": False,
}


def _option_schema(option: Option) -> dict[str, Any]:
    described = {"description": option.says, "examples": [option.example]}
    if option.has_names:
        return {"type": "object", "additionalProperties": {"type": "string"}, "description": option.says}
    words = {"enum": list(option.words)} if option.words else {}
    return {"type": "string", **words, **described}


# --- runbooks to start from


def starters() -> tuple[str, ...]:
    """What `runbook new --from` can start from."""
    return tuple(sorted(path.stem for path in _STARTERS.glob("*.md")))


def starter(name: str, title: str) -> str:
    """The Markdown of a new runbook about ``name``. Raises :class:`UserError`."""
    if name not in starters():
        raise UserError(f"there is nothing to start from called {name!r}", hint=nearest(name, starters())[2:])
    text = (_STARTERS / f"{name}.md").read_text()
    quoted = json.dumps(title, ensure_ascii=False)
    return text.replace("title: TITLE", f"title: {quoted}", 1).replace("# TITLE", f"# {title}", 1)
