"""Secrets taken out of HTML: texts, values of attributes and scripts change, tags and names do not."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from runbooklab.files import PAYLOAD_TRACE
from runbooklab.redaction.markup import find_in_markup
from runbooklab.redaction.text import find_secrets, learn_found
from runbooklab.redaction.urls import Found
from runbooklab.redaction.vault import Vault

#: Called with each secret that was found; gives its token.
Learn = Callable[[Found], str]

_START = re.compile(
    r"<!--|<(?P<name>script|style)\b[^<>]*+>|</?[A-Za-z](?>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*)>",
    re.IGNORECASE,
)
_VALUE = re.compile(r"=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'<>=]+))")
_BLOCKS = re.compile(r"(?:<tr\b|</?(?:p|div|li|h\d|pre|dd|br|section|table|ul|ol|dl)\b)", re.IGNORECASE)
_CELLS = re.compile(r"</(?:td|th)\b", re.IGNORECASE)
_TERM = re.compile(r"</dt\b", re.IGNORECASE)


class _Piece(Struct, frozen=True):
    """A tag, a comment, or a script or style element, which is ``head``, ``content`` and ``tail``."""

    start: int
    end: int
    kind: str
    head: str
    content: str = ""
    tail: str = ""


def redact_html(text: str, vault: Vault) -> str:
    """A piece of HTML without its secrets, tags and names of attributes as they were."""
    return redact_page(text, vault, lambda found: learn_found(found, vault))


def redact_page(text: str, vault: Vault, learn: Learn, embedded: str = "") -> str:
    """``text`` without its secrets. ``embedded`` stands for the element that holds a report's run."""
    text = _named(text, learn)
    for found in _in_texts(text):
        learn(found)
    pieces, at = [], 0
    for piece in _pieces(text):
        pieces += [_escaped(text[at : piece.start], vault), _changed(piece, vault, embedded)]
        at = piece.end
    return "".join([*pieces, _escaped(text[at:], vault)])


def find_in_page(text: str) -> Iterator[Found]:
    """What looks like a secret in a piece of HTML as a reader sees it; its place is not that in ``text``."""
    yield from find_in_markup(text)
    yield from _in_texts(text)


def _in_texts(text: str) -> Iterator[Found]:
    for part in _read(text):
        yield from find_secrets(part)


def _named(text: str, learn: Learn) -> str:
    """``text`` without what its elements, attributes and rows name as secrets."""
    shown, at = [], 0
    for found in sorted(find_in_markup(text), key=lambda found: found.start):
        if found.start >= at:
            shown += [text[at : found.start], learn(found)]
            at = found.end
    return "".join([*shown, text[at:]])


def _pieces(text: str) -> Iterator[_Piece]:
    """What is no text in a page. A comment or script that nothing closes is text, and is looked for once."""
    at, unclosed = 0, set[str]()
    while match := _START.search(text, at):
        at = match.end()
        kind = "comment" if match[0] == "<!--" else (match["name"] or "").lower()
        if not kind:
            yield _Piece(*match.span(), "tag", match[0])
        elif kind not in unclosed:
            close = _closing(text, kind, at)
            if close is None:
                unclosed.add(kind)
                continue
            content = text[at : close.start()]
            yield _Piece(match.start(), close.end(), kind, match[0], content, close[0])
            at = close.end()


_CLOSING = {
    "comment": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}


def _closing(text: str, kind: str, at: int) -> re.Match[str] | None:
    return _CLOSING[kind].search(text, at)


def _read(text: str) -> Iterator[str]:
    """What a reader sees, with tags left out, and what each attribute and script holds."""
    seen, at = [], 0
    for piece in _pieces(text):
        seen.append(text[at : piece.start])
        at = piece.end
        if piece.kind == "tag":
            seen.append(_between(piece.head))
            for value in _VALUE.finditer(piece.head):
                yield html.unescape(value["double"] or value["single"] or value["bare"] or "")
        elif PAYLOAD_TRACE not in piece.head.encode():  # what is packed is read where it is unpacked
            yield piece.content
    yield html.unescape("".join([*seen, text[at:]]))


def _between(tag: str) -> str:
    """What a reader sees between what a tag ends and what comes next."""
    if _CELLS.match(tag):
        return " | "
    if _TERM.match(tag):
        return ": "
    return "\n" if _BLOCKS.match(tag) else ""


def _changed(piece: _Piece, vault: Vault, embedded: str) -> str:
    if piece.kind == "tag":
        return _VALUE.sub(lambda value: _attribute(value, vault), piece.head)
    if embedded and PAYLOAD_TRACE in piece.head.encode():
        return embedded
    return f"{piece.head}{vault.redact(piece.content)}{piece.tail}"


def _attribute(match: re.Match[str], vault: Vault) -> str:
    group = next(name for name in ("double", "single", "bare") if match[name] is not None)
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return f"{match[0][:start]}{_escaped(match[group], vault)}{match[0][end:]}"


def _escaped(text: str, vault: Vault) -> str:
    """A piece of HTML text; it is written again only if it has a secret."""
    plain = html.unescape(text)
    changed = vault.redact(plain)
    return text if changed == plain else html.escape(changed)
