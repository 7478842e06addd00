"""Stored artefacts looked over again for secrets, by their shapes: their values nobody knows any more.

A run's own last gate knows the values. Here only what looks like a secret can be found, so what the runbook
and our remedies say themselves (``redis://:PASSWORD@localhost``) has to be told apart from what was seen.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from runbooklab.redaction import find_secrets
from runbooklab.report.markdown_text import unescaped
from runbooklab.secrets import TOKEN, is_weak

_UNSEEN = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,4000}>")

#: Cells that hold the values given, as papermill tags them: what stands there was not written by an author.
_GIVEN = {"parameters", "injected-parameters"}


def suspects(files: Mapping[str, bytes], documented: Iterable[str] = ()) -> dict[str, int]:
    """File name to how many values in it look like secrets; files without any are left out.

    ``documented``: texts that people wrote; what looks like a secret there is an example. A token and a
    word too weak to be told from an ordinary one (``none``, ``password``) don't count.
    """
    examples = _own_examples().union(*map(_found, documented))
    counted = {name: len(_found_in(name, data) - examples) for name, data in files.items()}
    return {name: number for name, number in counted.items() if number}


def authors_text(notebook: bytes) -> Iterator[str]:
    """What the authors of an executed notebook wrote in it: its cells but for those that hold values."""
    for cell in _cells(notebook):
        if not _GIVEN & set(cell.get("metadata", {}).get("tags", ())):
            source = cell.get("source", "")
            yield source if isinstance(source, str) else "".join(source)


def _found_in(name: str, data: bytes) -> set[str]:
    texts = _READERS.get(name.rpartition(".")[2], _plain)(data)
    return set().union(*map(_found, texts))


def _found(text: str) -> set[str]:
    values = {found.value for found in find_secrets(text)}
    return {value for value in values if not is_weak(value) and not TOKEN.search(value)}


def _plain(data: bytes) -> Iterator[str]:
    yield data.decode(errors="replace")


def _page(data: bytes) -> Iterator[str]:
    yield _seen(data.decode(errors="replace"))


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
        cells = json.loads(notebook)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _seen(markup: str) -> str:
    return html.unescape(_TAG.sub("\n", _UNSEEN.sub("\n", markup)))


_READERS = {"html": _page, "md": _markdown, "ipynb": _notebook}


@cache
def _own_examples() -> frozenset[str]:
    """What looks like a secret in our own remedies, which speak of where a password goes."""
    from runbooklab.evidence import Evidence
    from runbooklab.remedies.table import REMEDIES

    plans = [remedy.plan(Evidence()) for remedy in REMEDIES.values()]
    texts = [text for plan in plans for text in (*plan.commands, *plan.confirm, *plan.undo, plan.changes)]
    return frozenset().union(*map(_found, texts))
