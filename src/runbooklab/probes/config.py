"""The orchestrator's configuration file: read within bounds, mistakes named by line and column.

A mistake in that file is a cause like any other, so everything here ends in a
:class:`~runbooklab.evidence.ConfigFile` and nothing raises.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from runbooklab.evidence import ConfigFile, Missing
from runbooklab.probes.context import Context, NotObserved
from runbooklab.redaction import clean

#: A node of PyYAML's, whose stubs know neither ``id`` nor what ``value`` holds.
Node = Any

#: A configuration larger than this is none; reading stops here.
MOST_BYTES = 1 << 20
MOST_EXCERPT_LINES = 20
MOST_NESTING = 200
#: Keys that are compared with the one that is missing.
MOST_NEAR_KEYS = 1000

Problem = Literal[
    "missing", "not-a-file", "unreadable", "too-large", "not-text", "invalid-yaml",
    "redis-section-missing", "redis-url-missing", "invalid-value",
]  # fmt: skip


@dataclass(eq=False)
class Mistake(Exception):
    """What is wrong with the file; ``line`` and ``column`` are 1-based, None where there is no place."""

    problem: Problem
    message: str
    line: int | None = None
    column: int | None = None
    size_bytes: int | None = None


def config(ctx: Context) -> ConfigFile:
    """The file that ``orchestrator_config`` names; a relative path means the project's folder."""
    if not ctx.target.orchestrator_config:
        raise NotObserved(Missing("not-applicable", "no configuration file is named"))
    path = ctx.project / Path(ctx.vault.reveal(ctx.target.orchestrator_config)).expanduser()
    ctx.note("file", f"read {path}")
    text = ""
    try:
        data = read_bounded(path)
        text = decode(data)
        found = parse(text)
    except Mistake as mistake:
        return ConfigFile(
            path=clean(str(path), ctx.vault),
            problem=mistake.problem,
            message=clean(mistake.message, ctx.vault),
            line=mistake.line,
            column=mistake.column,
            excerpt=clean(around(text, mistake.line), ctx.vault),
            size_bytes=mistake.size_bytes if mistake.size_bytes is not None else len(text.encode()) or None,
        )
    return ConfigFile(
        path=clean(str(path), ctx.vault),
        url=clean(found.url, ctx.vault),
        db=found.db,
        connection_pool_size=found.connection_pool_size,
        excerpt=clean(section(text, found.first_line, found.last_line), ctx.vault),
        size_bytes=len(data),
    )


# --- reading ---------------------------------------------------------------------------------


def read_bounded(path: Path) -> bytes:
    """The file's bytes, at most :data:`MOST_BYTES`; a FIFO or a device is refused, not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise _unopened(path, error) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Mistake("not-a-file", f"{path} is {_kind(status.st_mode)}, not a file")
        if status.st_size > MOST_BYTES:
            size = f"{status.st_size / MOST_BYTES:.1f} MiB"
            message = f"{path} is {size} large; a configuration of more than 1 MiB is not read"
            raise Mistake("too-large", message, size_bytes=status.st_size)
        return os.read(handle, MOST_BYTES)
    except OSError as error:
        raise Mistake("unreadable", f"{path} cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)


def _unopened(path: Path, error: OSError | ValueError) -> Mistake:
    if isinstance(error, ValueError):  # a NUL character in the path
        return Mistake("missing", f"{str(path)!r} is no usable path")
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
        folder = next((parent for parent in path.parents if parent.exists()), path)
        where = "" if folder == path.parent else f"; the nearest folder that exists is {folder}"
        return Mistake("missing", f"{path} does not exist{where}")
    if error.errno == errno.ENXIO:
        return Mistake("not-a-file", f"{path} is a socket or a pipe, not a file")
    return Mistake("unreadable", f"{path} cannot be read: {error.strerror}")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def decode(data: bytes) -> str:
    """The text of a YAML file: UTF-8, or UTF-16 with a byte order mark."""
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8", "replace"))
        raise Mistake("not-text", "the file is not UTF-8 text", line, column) from None
    if "\0" in text:
        line, column = _place(text[: text.index("\0")])
        raise Mistake("not-text", "the file holds NUL bytes: it is not text", line, column)
    return text


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


# --- meaning ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """The ``redis`` section; lines are 1-based."""

    url: str
    db: int | None
    connection_pool_size: int | None
    first_line: int
    last_line: int


def parse(text: str) -> Found:
    """The ``redis`` section of a configuration; raises :class:`Mistake` where it is not usable."""
    root = _compose(text)
    if root is None:
        raise Mistake("redis-section-missing", "the file is empty: there is no redis section")
    if root.id != "mapping":
        message = f"the file holds {_word(root)}, not sections: there is no redis section"
        raise Mistake("redis-section-missing", message, *_mark(root))
    key, node = _entry(root, "redis")
    if node is None or key is None:
        raise Mistake("redis-section-missing", f"there is no redis section{_hint(root, 'redis')}")
    if _is_null(node):
        raise Mistake("redis-url-missing", "the redis section is empty", *_mark(key))
    if node.id != "mapping":
        raise Mistake("invalid-value", f"redis is {_word(node)}, not a section with a url", *_mark(node))
    return Found(
        url=_url(node, key),
        db=_number(node, "db", least=0),
        connection_pool_size=_number(node, "connection_pool_size", least=1),
        first_line=key.start_mark.line + 1,
        last_line=max(node.end_mark.line + (1 if node.end_mark.column else 0), key.start_mark.line + 1),
    )


def _compose(text: str) -> Node:
    import yaml

    # libyaml's parser, where PyYAML was built with it: 1 MiB takes 0.2 s and not 8 s.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_deep_nesting(yaml.parse(text, Loader=loader))
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "the YAML cannot be parsed"
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise Mistake("invalid-yaml", _explained(what, text, line), line, column) from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", None)
        line, column = _place(text[:position]) if isinstance(position, int) else (None, None)
        raise Mistake(
            "invalid-yaml", f"the YAML cannot be parsed: {_one_line(error)}", line, column
        ) from None
    return node


def _refuse_deep_nesting(events: Iterable[Any]) -> None:
    """libyaml's composer recurses on the C stack: some ten thousand brackets would kill the process."""
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > MOST_NESTING:
            mark = event.start_mark
            message = f"the YAML is nested more than {MOST_NESTING} deep"
            raise Mistake("invalid-yaml", message, mark.line + 1, mark.column + 1)


def _explained(what: str, text: str, line: int | None) -> str:
    """The parser's words, and what a person would say of the line."""
    lines = text.splitlines()
    written = lines[line - 1] if line and line <= len(lines) else ""
    if re.match(r" *\t", written):
        return f"line {line} is indented with a tab, which YAML does not allow ({what})"
    return f"the YAML cannot be parsed: {what}"


def _entry(mapping: Node, name: str, seen: set[int] | None = None) -> tuple[Node, Node]:
    """A key's node and its value's; the last one counts, and ``<<`` brings in what an anchor holds.

    Each mapping is looked through once, and not at all if it is among the ids ``seen`` (which grow): an alias
    may stand a million times in what others merge.
    """
    waiting, seen = [mapping], set() if seen is None else seen
    while waiting:
        node = waiting.pop()
        if node.id == "mapping" and id(node) not in seen:
            seen.add(id(node))
            found, merged = _own_entry(node, name)
            if found[1] is not None:
                return found
            waiting += reversed(merged)
    return None, None


def _own_entry(mapping: Node, name: str) -> tuple[tuple[Node, Node], list[Node]]:
    """The same without what is merged in, and what is."""
    found: tuple[Node, Node] = (None, None)
    merged: list[Node] = []
    for key, value in mapping.value:
        if key.id == "scalar" and key.value == name:
            found = key, value
        elif key.id == "scalar" and key.value == "<<":
            merged += [value] if value.id == "mapping" else value.value if value.id == "sequence" else []
    return found, merged


def _url(section_node: Node, key: Node) -> str:
    name, node = _entry(section_node, "url")
    if node is None:
        message = f"the redis section has no url{_hint(section_node, 'url')}"
        raise Mistake("redis-url-missing", message, *_mark(key))
    if _is_null(node) or (node.id == "scalar" and not node.value.strip()):
        raise Mistake("redis-url-missing", "redis.url is empty", *_mark(name))
    if node.id != "scalar" or not node.tag.endswith(":str"):
        raise Mistake("invalid-value", f"redis.url is {_word(node)}, not text", *_mark(node))
    return str(node.value)


def _number(section_node: Node, name: str, *, least: int) -> int | None:
    _, node = _entry(section_node, name)
    if node is None or _is_null(node):
        return None
    if node.id == "scalar" and re.fullmatch(r"[0-9]{1,9}", node.value) and int(node.value) >= least:
        return int(node.value)
    shown = f"{node.value[:40]!r}" if node.id == "scalar" else _word(node)
    message = f"redis.{name} is {shown}, not a whole number of {least} or more"
    raise Mistake("invalid-value", message, *_mark(node))


def _hint(mapping: Node, name: str) -> str:
    """Where a key by nearly that name is."""
    keys = {key.value: key for key, _ in mapping.value if key.id == "scalar"}
    seen: set[int] = set()
    for key, value in mapping.value:
        found, _ = _entry(value, name, seen) if value.id == "mapping" else (None, None)
        if found is not None:
            return f"; there is one under {key.value}, line {found.start_mark.line + 1}"
    near = [key for key in keys if key.lower() == name] or difflib.get_close_matches(
        name, list(keys)[:MOST_NEAR_KEYS], n=1, cutoff=0.7
    )
    return f"; line {keys[near[0]].start_mark.line + 1} says {near[0]!r}" if near else ""


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _is_null(node: Node) -> bool:
    return bool(node.id == "scalar" and node.tag.endswith(":null"))


def _word(node: Node) -> str:
    if node.id != "scalar":
        return "a list" if node.id == "sequence" else "a section"
    names = {"int": "a number", "float": "a number", "bool": "true or false", "null": "empty"}
    return names.get(node.tag.rpartition(":")[2], "text")


# --- quoting ---------------------------------------------------------------------------------


def section(text: str, first: int, last: int) -> str:
    """Lines ``first`` to ``last`` (1-based), at most :data:`MOST_EXCERPT_LINES`, without blank ends."""
    lines = text.splitlines()[first - 1 : last]
    return "\n".join(_short(line) for line in lines[:MOST_EXCERPT_LINES]).rstrip()


def around(text: str, line: int | None) -> str:
    """The line of a mistake and two more on either side."""
    return section(text, max(line - 2, 1), line + 2) if line else ""


def _short(line: str) -> str:
    return line if len(line) <= 300 else line[:300] + " ..."


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]
