"""Secrets in XML and HTML: what a tag, an attribute or the cell before it names.

``<password>x</password>``, ``<property name="password" value="x"/>``, ``<input name=password value=x>``,
``<td>password</td><td>x</td>``, ``<name>password</name><value>x</value>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from runbooklab.redaction.derived_text import without_entities
from runbooklab.redaction.names import labels_a_secret, means_a_secret
from runbooklab.redaction.tree import Scalar, as_secret, is_name_field, is_value_field
from runbooklab.redaction.urls import Found

_TAG = re.compile(
    r"<!--|<!\[CDATA\[|\]\]>"
    r"|<(?P<close>/?)(?:[\w-]{1,60}:)?(?P<name>[A-Za-z][\w.-]{0,80})(?P<attributes>[^<>]*+)>"
)
_ATTRIBUTE = re.compile(
    r"(?:[\w-]{1,40}:)?(?P<name>[\w.-]{1,80})\s{0,9}=\s{0,9}"
    r"(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'<>]++))"
)
#: What the text after the name of a setting stands in.
_HOLDERS = frozenset(
    ["td", "th", "dd", "value", "string", "val", "code", "kbd", "samp", "tt", "pre", "span", "data"]
)
#: What stands in these is a label itself, and never the value of the one before.
_LABELS = frozenset(["dt", "label", "legend", "caption", "summary"])
_CELLS = frozenset(["td", "th"])
_EMPTY = frozenset({"input", "meta", "link", "br", "hr", "img"})
_UNSEEN = frozenset({"script", "style"})


class _State(Struct):
    """``name``: of the secret that the next text is, if it stands ``anywhere`` or in a holder.

    ``cell``: the kind of the last cell of a table.
    """

    name: str = ""
    anywhere: bool = False
    opened: str = ""
    cell: str = ""
    hidden: str = ""


def find_in_markup(text: str) -> Iterator[Found]:
    """Every secret in an element, an attribute or a row of names and values."""
    if "<" not in text or ">" not in text:
        return
    state, at = _State(), 0
    for tag in _TAG.finditer(text):
        if not state.hidden:
            ends = tag["close"] != "" or tag["name"] is None  # by its own end, a comment or CDATA
            yield from _text(text, at, tag.start(), state, ends=ends)
        at = tag.end()
        if tag["name"]:
            yield from _tag(tag, state)


def _tag(tag: re.Match[str], state: _State) -> Iterator[Found]:
    name = tag["name"]
    if name.lower() in _UNSEEN:
        state.hidden = "" if tag["close"] else name.lower()
        return
    state.opened = "" if tag["close"] else name.lower()
    if tag["close"]:
        if state.anywhere and means_a_secret(name, ""):
            state.name, state.anywhere = "", False
        return
    _forget_at_label(name.lower(), state)
    named = ""
    if "=" in tag["attributes"]:
        named, values = _attributes(tag)
        for own, value in values:
            if own or named:
                yield from as_secret(own or named, value)
    is_empty = tag["attributes"].endswith("/") or name.lower() in _EMPTY
    if not is_empty and (named or means_a_secret(name, "")):
        state.name, state.anywhere = named or name, True


def _forget_at_label(name: str, state: _State) -> None:
    """A label, or a heading of a column beside another, is no value."""
    if not state.anywhere and (name in _LABELS or name == state.cell == "th"):
        state.name = ""
    if name in _CELLS:
        state.cell = name


def _attributes(tag: re.Match[str]) -> tuple[str, list[tuple[str, Scalar]]]:
    """The name of a secret that an attribute gives; the values of others that may be it, with their own."""
    named = ""
    values: list[tuple[str, Scalar]] = []
    for match in _ATTRIBUTE.finditer(tag.string, *tag.span("attributes")):
        group = next(name for name in ("double", "single", "bare") if match[name] is not None)
        attribute, value = match["name"].lower(), match[group]
        if attribute in ("type", "id", "for", "data-name") or is_name_field(attribute):
            named = value if labels_a_secret(value) else named
        elif is_value_field(attribute) or attribute == "data-value":
            values.append(("", _scalar(tag.string, *match.span(group))))
        elif means_a_secret(attribute, ""):
            values.append((attribute, _scalar(tag.string, *match.span(group))))
    if not named and means_a_secret(tag["name"], ""):
        named = tag["name"]
    return named, values


def _text(text: str, start: int, end: int, state: _State, *, ends: bool) -> Iterator[Found]:
    """``ends``: the element ends behind this text; else ``<password>`` may be a placeholder in prose."""
    raw = text[start:end]
    if not raw.strip():
        return
    first = start + len(raw) - len(raw.lstrip())
    value = _scalar(text, first, first + len(raw.strip()))
    is_one_word = not re.search(r"\s", value.text)
    is_value = ends or (is_one_word and any(map(str.isalnum, value.text)))
    if (
        state.name
        and is_value
        and (state.anywhere or state.opened in _HOLDERS or (state.opened and is_one_word))
    ):
        yield from as_secret(state.name, value)
    name = value.text.strip(" :=\u00a0")
    state.name, state.anywhere = (name if labels_a_secret(name) else ""), False


def _scalar(text: str, start: int, end: int) -> Scalar:
    raw = text[start:end]
    spelled = without_entities(raw) if "&" in raw else None
    return Scalar(spelled.text if spelled else raw, start, end, quoted=False, spelled=spelled)
