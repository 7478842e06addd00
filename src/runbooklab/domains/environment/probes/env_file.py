"""The .env file: its bytes, and what each of its readers makes of them. Values stay here."""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.files import Content, content
from runbooklab.domains.environment.identity import READ, barrier, owner_of, service_user
from runbooklab.domains.environment.place import path_of, shown
from runbooklab.domains.environment.placeholders import equals_example, is_placeholder
from runbooklab.domains.environment.records.settings import EnvFileSeen, LineMistake, Variable
from runbooklab.domains.environment.target import ENV_EXAMPLE, ENV_FILE, items
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.env_file import EnvReading, Reader, values_as
from runbooklab.redaction import clean, means_a_secret
from runbooklab.words import listed

BOM = b"\xef\xbb\xbf"
#: Most rows of each kind that a record keeps.
MOST = 50
#: Other names of readers, as people type them.
_ALSO_CALLED = {
    "bash": "shell", "sh": "shell", "zsh": "shell", "dash": "shell", "source": "shell",
    "docker": "docker-run", "docker-compose": "compose", "python-dotenv": "dotenv",
}  # fmt: skip
_NAMED = re.compile(rb"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
_COMMENTED = re.compile(rb"^\s*#\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", re.MULTILINE)


def env_file(ctx: Context) -> EnvFileSeen:
    """The file that ``env_file`` names, compared with its example."""
    path = path_of(ctx, ENV_FILE)
    if path is None:
        raise NotObserved(Missing("not-applicable", "no .env file is named"))
    _readers(ctx)
    example_path = path_of(ctx, ENV_EXAMPLE)
    ctx.note("file", f"read {path}")
    found = content(path)
    example = content(example_path) if example_path is not None else Content("missing")
    base = EnvFileSeen(
        path=shown(ctx, path),
        state=found.state,
        given=ctx.target.is_given(ENV_FILE),
        link_to=shown(ctx, found.link_to),
        message=found.message,
        example=shown(ctx, example_path) if example_path and example.state == "file" else "",
    )
    if found.state == "missing" and not base.given and not base.example and not found.link_to:
        raise NotObserved(Missing("not-applicable", f"{base.path} does not exist, and nobody named it"))
    status = found.status
    why, at_path = _unreadable_for(ctx, path, found)
    base = _with(
        base,
        mode=stat.S_IMODE(status.st_mode) if status else 0,
        owner=owner_of(status) if status else "",
        size_bytes=status.st_size if status else 0,
        user=_user(ctx),
        unreadable_for=why,
        barrier=at_path,
    )
    return _read(ctx, base, found.data, example.data) if found.state == "file" else base


def _with(record: EnvFileSeen, **changes: object) -> EnvFileSeen:
    from msgspec.structs import replace

    return replace(record, **changes)


def _user(ctx: Context) -> str:
    try:
        return clean(service_user(ctx).name, ctx.vault)
    except NotObserved:
        return ""


def _unreadable_for(ctx: Context, path: Path, found: Content) -> tuple[str, str]:
    """Why the service's user may not read the file, and the path that keeps them out; "" if nothing does."""
    if found.state not in ("file", "unreadable"):
        return "", ""
    user = service_user(ctx)
    try:
        kept_out = barrier(path, user, READ)
    except OSError:  # a parent that we may not look into: then opening failed, which says enough
        return ("", "") if user.given else (found.message, shown(ctx, path))
    if kept_out is None or kept_out.has_acl:
        return "", ""
    return clean(kept_out.why, ctx.vault), shown(ctx, kept_out.path)


def _read(ctx: Context, base: EnvFileSeen, data: bytes, example: bytes) -> EnvFileSeen:
    readers = _readers(ctx)
    body = data.removeprefix(BOM)
    environment = dict(os.environ)
    readings = [values_as(reader, body, environment) for reader in readers]
    names = _names(body)
    values = _values(body, readings)
    for name, value in values.items():
        if means_a_secret(name, value):
            ctx.vault.learn(value)
    wanted = _values(example.removeprefix(BOM), ())
    return _with(
        base,
        readers=readers,
        variables=len(names),
        has_bom=data.startswith(BOM),
        bom_before=_bom_before(data),
        carriage_returns=_carriage_returns(readings),
        mistakes=_mistakes(ctx, readings, names, body.decode("utf-8", "replace").splitlines()),
        quoted=_quoted(readings),
        missing=_missing(ctx, wanted, names, values, body),
        duplicates=_duplicates((*readings, values_as("dotenv", body, environment)), body),
        placeholders=_placeholders(values, wanted, names),
        secrets=tuple(name for name, value in values.items() if _holds_a_secret(name, value))[:MOST],
    )


def _readers(ctx: Context) -> tuple[Reader, ...]:
    """Who reads the file, as the parameter says. Raises :class:`NotObserved` if nobody knows one of them."""
    asked = tuple(_ALSO_CALLED.get(name.lower(), name.lower()) for name in items(ctx.target.env_file_readers))
    unknown = [name for name in asked if name not in get_args(Reader)]
    if unknown:
        said = (
            f"env_file_readers names {clean(unknown[0], ctx.vault)!r}; known are {listed(get_args(Reader))}"
        )
        raise NotObserved(Missing("error", said))
    return tuple(dict.fromkeys(asked))  # type: ignore[arg-type] # readers, each of them


def _names(data: bytes) -> dict[str, int]:
    """The names before an equals sign, each with its last line; whatever a reader makes of the line."""
    found: dict[str, int] = {}
    for number, line in enumerate(data.splitlines(), 1):
        match = _NAMED.match(line)
        if match:
            found[match[1].decode()] = number
    return found


def _values(data: bytes, readings: Iterable[EnvReading]) -> dict[str, str]:
    """Each variable's value: python-dotenv reads nearly anything, without quotes and comments."""
    known: dict[str, str] = {}
    for reading in (values_as("dotenv", data, dict(os.environ)), *readings):
        for name, value in reading.values.items():
            known.setdefault(name, value.rstrip("\r"))
    return known


def _bom_before(data: bytes) -> str:
    match = _NAMED.match(data.removeprefix(BOM)) if data.startswith(BOM) else None
    return match[1].decode() if match else ""


def _carriage_returns(readings: Iterable[EnvReading]) -> tuple[int, ...]:
    lines = {
        each.line
        for reading in readings
        for each in reading.assignments
        if each.value is not None and each.value.endswith("\r")
    }
    lines |= {
        mistake.line
        for reading in readings
        for mistake in reading.mistakes
        if mistake.kind == "carriage-return"
    }
    return tuple(sorted(lines))[:MOST]


def _mistakes(
    ctx: Context, readings: Iterable[EnvReading], names: Mapping[str, int], lines: list[str]
) -> tuple[LineMistake, ...]:
    by_line = {line: name for name, line in names.items()}
    rows = [
        LineMistake(
            reading.reader,
            each.line,
            each.kind,
            each.effect,
            clean(each.message, ctx.vault),
            by_line.get(each.line, ""),
            _shape(lines[each.line - 1]) if each.line <= len(lines) else "",
        )
        for reading in readings
        for each in reading.mistakes
        if each.kind != "carriage-return"
    ]
    return tuple(sorted(rows, key=lambda row: (row.effect != "stops", row.line)))[:MOST]


def _shape(line: str) -> str:
    """What a correction of a line may rely on; see :class:`LineMistake`."""
    value = line.partition("=")[2].strip()
    if value[:1] in ("'", '"') and value.count(value[0]) == 1:
        return value[0]
    return "plain" if value and not re.search(r"['\"\\]", value) else ""


def _quoted(readings: Iterable[EnvReading]) -> tuple[Variable, ...]:
    """What docker run keeps of a value and others take off: its quotes, or a comment after it."""
    found = []
    for reading in readings:
        if reading.reader != "docker-run":
            continue
        for each in reading.assignments:
            value = (each.value or "").rstrip()
            comment = re.search(r"\s#", value)
            if each.quoted or (comment and value[:1] in ("'", '"')):
                inner = value[1:-1]
                simple = each.quoted and re.fullmatch(r"[\w.,:/@%+=-]*", inner) is not None
                found.append(Variable(each.name, each.line, "its quotes", is_simple=simple))
            elif comment:
                found.append(Variable(each.name, each.line, "the comment after it"))
    return tuple(found)[:MOST]


def _missing(
    ctx: Context,
    wanted: Mapping[str, str],
    names: Mapping[str, int],
    values: Mapping[str, str],
    data: bytes,
) -> tuple[Variable, ...]:
    """Variables of the example that neither the file nor this environment has.

    An empty one counts as missing if the example shows that a value must be put in; a default that
    somebody emptied, such as a password that is not used here, may be meant.
    """
    commented = {match[1].decode() for match in _COMMENTED.finditer(data)}
    found = []
    for name in wanted:
        if name in os.environ:
            continue
        if name in names:
            if values.get(name) == "" and is_placeholder(wanted[name], name):
                found.append(Variable(name, names[name], f"it is empty in line {names[name]}"))
            continue
        near = difflib.get_close_matches(name, [each for each in names if each not in wanted], 1, 0.85)
        note = "it is commented out" if name in commented else ""
        note = note or (f"there is {near[0]} in line {names[near[0]]}" if near else "")
        found.append(Variable(name, note=clean(note, ctx.vault)))
    return tuple(found)[:MOST]


def _duplicates(readings: Iterable[EnvReading], data: bytes) -> tuple[Variable, ...]:
    """Variables that are set twice to different values; a line that adds to the value is none."""
    text = data.splitlines()
    for reading in readings:
        seen: dict[str, set[str | None]] = {}
        lines: dict[str, list[int]] = {}
        for each in reading.assignments:
            if _builds_on(each.name, text[each.line - 1] if each.line <= len(text) else b""):
                continue
            seen.setdefault(each.name, set()).add(each.value)
            lines.setdefault(each.name, []).append(each.line)
        found = [
            Variable(name, lines[name][-1], f"lines {', '.join(map(str, lines[name]))}", tuple(lines[name]))
            for name, values in seen.items()
            if len(values) > 1
        ]
        if found:
            return tuple(found)[:MOST]
    return ()


def _builds_on(name: str, line: bytes) -> bool:
    """Whether a line sets a variable from itself: ``OPTS="$OPTS -v"``, ``OPTS+=x``."""
    itself = re.escape(name.encode())
    return re.search(rb"\$\{?" + itself + rb"\b|^\s*(?:export\s+)?" + itself + rb"\+=", line) is not None


def _placeholders(
    values: Mapping[str, str], wanted: Mapping[str, str], names: Mapping[str, int]
) -> tuple[Variable, ...]:
    found = []
    for name, value in values.items():
        if is_placeholder(value, name):
            found.append(Variable(name, names.get(name, 0), "it is a placeholder"))
        elif equals_example(name, value, wanted.get(name, "")):
            found.append(Variable(name, names.get(name, 0), "it is the example's value"))
    return tuple(found)[:MOST]


def _holds_a_secret(name: str, value: str) -> bool:
    if not value or is_placeholder(value, name):
        return False
    return means_a_secret(name, value) or re.match(r"[a-z][\w+.-]*://[^/@\s]*:[^/@\s]+@", value) is not None
