"""A cell's outputs as blocks to draw. Ours are read from their JSON; anyone else's are made harmless."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import nh3
from markupsafe import Markup
from msgspec import Struct

from runbooklab.model.conclusions import (
    AuditEntry,
    ChecklistItem,
    Finding,
    JudgedCause,
    RemedyPlan,
    Rung,
    Table,
)
from runbooklab.model.from_json import from_builtins
from runbooklab.model.mime import DIAGNOSIS_MIME, FINDING_MIME, VIEW_MIME
from runbooklab.model.watched import Watched
from runbooklab.report import markdown
from runbooklab.report import watched as watch
from runbooklab.report.plain import excerpt, plain
from runbooklab.report.watch_picture import picture
from runbooklab.words import count

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

#: At most so many outputs of one cell are drawn.
OUTPUT_LIMIT = 60
#: An author's HTML beyond this is shown as its plain text.
HTML_LIMIT = 300_000
IMAGE_LIMIT = 3_000_000

_TAGS = {
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "br", "b", "i", "em", "strong", "code",
    "pre", "p", "ul", "ol", "li", "div", "span", "sub", "sup", "h4", "h5", "h6",
}  # fmt: skip
_ATTRIBUTES = {"th": {"colspan", "rowspan", "scope"}, "td": {"colspan", "rowspan"}}


class Block(Struct, frozen=True):
    """Something to draw: ``kind`` names the template's macro, ``content`` is what it is given."""

    kind: str
    content: Any
    anchor: str = ""  # id of the element, if links lead there


def blocks(outputs: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """The outputs of one cell, in order; adjacent pieces of one stream are one block."""
    for output in _joined(outputs[:OUTPUT_LIMIT]):
        yield from _block(output)
    if len(outputs) > OUTPUT_LIMIT:
        yield Block("note", f"{count(len(outputs) - OUTPUT_LIMIT, 'more output')} left out.")


def text_of(value: Any) -> str:
    """A notebook's text, which a file may hold as a list of lines."""
    return (
        value
        if isinstance(value, str)
        else "".join(map(str, value))
        if isinstance(value, list)
        else str(value)
    )


def _joined(outputs: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    stream: str | None = None
    pieces: list[str] = []
    for output in outputs:
        name = output.get("name", "stdout") if output.get("output_type") == "stream" else None
        if pieces and name != stream:
            yield {"output_type": "stream", "name": stream, "text": "".join(pieces)}
            pieces = []
        stream = name
        if name is None:
            yield output
        else:
            pieces.append(text_of(output.get("text", "")))
    if pieces:
        yield {"output_type": "stream", "name": stream, "text": "".join(pieces)}


def _block(output: Mapping[str, Any]) -> Iterator[Block]:
    kind = output.get("output_type")
    if kind == "stream":
        yield Block(
            "error_stream" if output["name"] == "stderr" else "stream", excerpt(plain(output["text"]))
        )
    elif kind == "error":
        traceback = output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]
        yield Block("error", excerpt(plain("\n".join(map(text_of, traceback)))))
    elif kind in ("display_data", "execute_result"):
        yield from _display(output.get("data") or {})


def _display(data: Mapping[str, Any]) -> Iterator[Block]:
    readers = {mime: read for mime, read in _OURS.items() if mime in data} or _THEIRS
    for mime, read in readers.items():
        drawn = read(data[mime]) if mime in data else None
        if drawn is not None:
            yield drawn
            return
    if "text/plain" in data and WIDGET_MIME not in data:
        yield Block("stream", excerpt(plain(text_of(data["text/plain"]))))


def _finding(content: Any) -> Block | None:
    finding = _convert(content, Finding)
    return Block("finding", finding) if finding else None


def _view(content: Any) -> Block | None:
    kind = content.get("kind") if isinstance(content, Mapping) else None
    expected = _VIEWS.get(kind or "")
    if expected is None or not isinstance(content, Mapping):
        return None
    view = _convert(content.get(kind), expected)
    if isinstance(view, Watched):
        return Block("watch" if view.moments else "unwatched", drawn_watch(view))
    return Block(str(kind), view) if view is not None else None


class RemedyView(msgspec.Struct, frozen=True):
    """What a cell that shows a remedy says: the plan, and the supported causes it is recommended for."""

    plan: RemedyPlan
    causes: tuple[str, ...] = ()


class Brief(msgspec.Struct, frozen=True):
    """What the cell at the top of the notebook says."""

    verdict: str
    summary: str


_VIEWS: dict[str, Any] = {
    "diagnosis": Brief,
    "ladder": tuple[Rung, ...],
    "cause": JudgedCause,
    "remedy": RemedyView,
    "checklist": tuple[ChecklistItem, ...],
    "acts": tuple[AuditEntry, ...],
    "watch": Watched,
}


class DrawnWatch(msgspec.Struct, frozen=True):
    """What a page shows of a watch."""

    sentence: str
    looks: str
    note: str
    picture: Markup
    tables: tuple[Table, ...]


def drawn_watch(watched: Watched) -> DrawnWatch:
    """``watched`` with its picture and in words."""
    return DrawnWatch(
        watch.sentence(watched),
        watch.looks(watched),
        watched.note if watched.moments else "",
        Markup(picture(watched)),  # noqa: S704 # our own shapes, whose texts are escaped
        watch.tables(watched),
    )


def _concluded(content: Any) -> Block | None:
    brief = _convert(content, Brief)
    return Block("diagnosis", brief) if brief else None


def _html(content: Any) -> Block | None:
    text = text_of(content)
    if len(text) > HTML_LIMIT:
        return None
    cleaned = nh3.clean(text, tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags={"script", "style"})
    return Block("html", Markup(cleaned)) if cleaned.strip() else None  # noqa: S704 # nh3 has just cleaned it


def _image(mime: str, content: Any) -> Block | None:
    encoded = "".join(text_of(content).split())
    if len(encoded) > IMAGE_LIMIT:
        return Block("note", f"An image of {len(encoded) * 3 // 4:,} bytes is left out.")
    try:
        base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return Block("image", f"data:{mime};base64,{encoded}")


def _markdown(content: Any) -> Block:
    return Block("text", markdown.to_html(text_of(content)))


def _convert(content: Any, kind: Any) -> Any:
    """``content`` as ``kind``, or None if it isn't one: what we cannot read is drawn as its text."""
    try:
        return from_builtins(content, kind)
    except (msgspec.ValidationError, TypeError, ValueError):
        return None


#: An output with one of these is ours: it is drawn from this JSON, never from the HTML beside it.
_OURS: dict[str, Callable[[Any], Block | None]] = {
    FINDING_MIME: _finding,
    VIEW_MIME: _view,
    DIAGNOSIS_MIME: _concluded,
}
#: The first of these that an output has and that can be read is drawn, else its plain text.
_THEIRS: dict[str, Callable[[Any], Block | None]] = {
    "image/png": partial(_image, "image/png"),
    "image/jpeg": partial(_image, "image/jpeg"),
    "text/html": _html,
    "text/markdown": _markdown,
}
