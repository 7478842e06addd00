"""Searches stored artefacts for secrets by their shapes: their values are no longer known.

A run's own last gate knows the values. Here only what looks like a secret can be found, so our own texts in
runbooks and remedies (``//:PASSWORD@localhost``) must be distinguished from what was observed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from runbooklab.files import NoPayload, bounded_json, unpack_payload
from runbooklab.redaction import TOKEN, find_secrets, is_weak, visible
from runbooklab.report.markdown_text import unescaped

#: How many characters before a value are shown.
CONTEXT = 30

#: So far back they are looked for: an indentation counts as one character.
_LOOKED_AT = 300

_UNSEEN = re.compile(r"<(script|style)\b", re.IGNORECASE)
_UNSEEN_END = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
_TAG = re.compile(r"<[^<>]{0,4000}>")

#: Cells that hold the values given, as papermill tags them: their content was not written by an author.
_GIVEN = {"parameters", "injected-parameters"}


def suspects(files: Mapping[str, bytes], documented: Iterable[str] = ()) -> dict[str, str]:
    """File name to the text before its first value that looks like a secret.

    Files without any are left out. ``documented``: texts that people wrote; what looks like a secret there
    is an example. A token doesn't count, nor does a word that is too ordinary (``none``, ``password``).
    """
    search = cache(_found)  # a page, its notebook and its diagnosis say the same many times
    found = {name: _found_in(name, data, search) for name, data in files.items()}
    if not any(found.values()):
        return {}
    examples = _own_examples().union(*map(_found, documented))
    return {
        name: next(before for value, before in there.items() if value not in examples)
        for name, there in found.items()
        if there.keys() - examples
    }


def in_words(doubtful: Mapping[str, str]) -> str:
    """:func:`suspects` in a clause: ``report.html (after "requirepass ")``."""
    return ", ".join(
        f'{name} (after "{visible(before)}")' if before.strip() else f"{name} (at the start of a text)"
        for name, before in doubtful.items()
    )


def authors_text(notebook: bytes) -> Iterator[str]:
    """What the authors of an executed notebook wrote in it: its cells, except those that hold values."""
    for cell in _cells(notebook):
        if not _GIVEN & set(cell.get("metadata", {}).get("tags", ())):
            source = cell.get("source", "")
            yield source if isinstance(source, str) else "".join(source)


def _found_in(name: str, data: bytes, search: Callable[[str], dict[str, str]]) -> dict[str, str]:
    texts = _READERS.get(name.rpartition(".")[2], _plain)(data)
    return {value: before for text in texts for value, before in search(text).items()}


def _found(text: str) -> dict[str, str]:
    """What looks like a secret, and the end of what stands before it, on one line, with no other in it."""
    values: dict[str, str] = {}
    last = 0
    for found in find_secrets(text):
        if not is_weak(found.value) and not TOKEN.search(found.value):
            before = text[max(last, found.start - _LOOKED_AT) : found.start]
            values.setdefault(found.value, re.sub(r"\s+", " ", before)[-CONTEXT:].lstrip())
        last = found.end
    return values


def _plain(data: bytes) -> Iterator[str]:
    yield data.decode(errors="replace")


def _page(data: bytes) -> Iterator[str]:
    yield _seen(data.decode(errors="replace"))
    try:
        document = bounded_json.loads(unpack_payload(data))
    except (NoPayload, ValueError, RecursionError):  # a page of another kind, or of an older version
        return
    notebook, evidence = document.pop("notebook", None) or {}, document.pop("evidence", None)
    for part in (document, evidence):
        yield json.dumps(part, indent=2, ensure_ascii=False) + "\n"  # as evidence.json has it
    yield from _notebook(json.dumps(notebook).encode())


def _markdown(data: bytes) -> Iterator[str]:
    yield unescaped(data).decode(errors="replace")


def _notebook(data: bytes) -> Iterator[str]:
    cells = _cells(data)
    for cell in cells:
        yield from authors_text(json.dumps({"cells": [{**cell, "metadata": {}}]}).encode())
        yield from _strings(cell.get("outputs", ()))
    if not cells:
        yield from _plain(data)


def _strings(content: Any, mime: str = "") -> Iterator[str]:
    """Every text in an output; HTML as it is seen."""
    if isinstance(content, str):
        yield _seen(content) if mime == "text/html" else content
    elif isinstance(content, dict):
        for name, value in content.items():
            yield from _strings(value, name)
    elif isinstance(content, list):
        for value in content:
            yield from _strings(value, mime)


def _cells(notebook: bytes) -> list[dict[str, Any]]:
    try:
        cells = bounded_json.loads(notebook)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _seen(markup: str) -> str:
    return html.unescape(_TAG.sub("\n", "\n".join(_outside_scripts(markup))))


def _outside_scripts(markup: str) -> Iterator[str]:
    """What stands outside of scripts and styles; one that doesn't end is text. In linear time."""
    at, endless = 0, set()
    for begin in _UNSEEN.finditer(markup):
        name = begin[1].lower()
        if begin.start() < at or name in endless:
            continue
        end = _UNSEEN_END[name].search(markup, begin.end())
        if end is None:
            endless.add(name)
            continue
        yield markup[at : begin.start()]
        at = end.end()
    yield markup[at:]


_READERS = {"html": _page, "md": _markdown, "ipynb": _notebook}


@cache
def _own_examples() -> frozenset[str]:
    """What looks like a secret in our own texts, which say where a password goes."""
    from runbooklab.report.contributed import examples

    return frozenset().union(*map(_found, examples()))
