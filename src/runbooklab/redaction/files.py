"""Secrets taken out of a file that was made elsewhere: a text, JSON, a notebook, a page.

Only the texts in a format are changed, so JSON stays JSON and a page looks the same. A file is
read twice: first every secret is learned, then each is replaced wherever it stands.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from runbooklab.errors import RunbookError
from runbooklab.files import (
    PAYLOAD_ELEMENT,
    PAYLOAD_TRACE,
    NoPayload,
    bounded_json,
    pack_payload,
    unpack_payload,
)
from runbooklab.redaction.notation import find_in_notation
from runbooklab.redaction.pages import find_in_page, redact_page
from runbooklab.redaction.text import find_secrets, learn_found
from runbooklab.redaction.urls import Found
from runbooklab.redaction.vault import TOKEN, Vault

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
#: Which of four bytes are mostly NUL in a text of Latin letters.
_BY_NULS = {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}
_LOOKED_AT = 4096
#: How gzip, zip, zstd, bzip2, xz, PDF, PNG and JPEG begin: what they hold is not seen in their bytes.
_PACKED = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
)
_MOSTLY = 0.7
#: A token whose asterisks YAML would take for an alias.
_UNQUOTED_IN_YAML = re.compile(
    rf"(?m)(^[ \t]+|[:\[,{{-][ \t]+)({TOKEN.pattern})(?=[ \t]*(?:$|\r|[,\]}}]|[ \t]#))"
)
SEEN_AGAIN = "the same secret elsewhere"


class NotRedactable(RunbookError, ValueError):
    """The file cannot be made safe; ``str()`` says why in a clause."""


class Redacted(Struct, frozen=True):
    """``data`` is the file's new content; ``kinds`` says how many places of which kind were replaced."""

    data: bytes
    kinds: dict[str, int]


#: A page of ours has three thousand.
MOST_TAGS = 200_000


def redact_file(data: bytes, name: str, vault: Vault) -> Redacted:
    """``data`` without its secrets; ``name`` (the file's) tells the format if the content does not.

    Raises :class:`NotRedactable` if the format is not what it seems, or if a secret would stay.
    """
    if data.startswith(_PACKED):
        raise NotRedactable("is compressed or no text, so it cannot be searched: unpack it")
    mark, encoding = _encoding(data)
    errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"
    try:
        text = data[len(mark) :].decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise NotRedactable(f"is no {encoding}: {error.reason}") from None
    if text.count("<") > MOST_TAGS:
        raise NotRedactable(f"has more than {MOST_TAGS:,} tags")
    kinds: dict[str, str] = {}
    changed = _changed(text, name, vault, kinds)
    result = mark + changed.encode(encoding, errors)
    if left := vault.leaks(result):
        raise NotRedactable(
            f"would still hold a secret ({', '.join(left)}) in a place that cannot be changed"
        )
    return Redacted(result, _counted(text, changed, kinds))


def _encoding(data: bytes) -> tuple[bytes, str]:
    """The byte order mark and the encoding; without a mark, found by the places of NULs."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return mark, encoding
    if b"\0" not in data:
        return b"", "utf-8"
    start = data[: _LOOKED_AT - _LOOKED_AT % 4]
    length = len(start) // 4 or 1
    nuls = "".join("0" if start[at::4].count(0) > length * _MOSTLY else "x" for at in range(4))
    if nuls not in _BY_NULS:
        raise NotRedactable("is a binary file, which cannot be searched")
    return b"", _BY_NULS[nuls]


def _changed(text: str, name: str, vault: Vault, kinds: dict[str, str]) -> str:
    suffix = name.rpartition(".")[2].lower()
    if suffix in ("json", "ipynb") or text.lstrip()[:1] in ("{", "["):
        if _is_json(text):
            return _json(text, vault, kinds, suffix)
        if suffix == "ipynb":
            raise NotRedactable("is no notebook: it is no JSON")
        lines = text.split("\n")
        if all(not line.strip() or _is_json(line) for line in lines):
            return "\n".join(_json(line, vault, kinds) if line.strip() else line for line in lines)
    if suffix in ("html", "htm") or re.match(
        r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype )?html", text, re.I | re.S
    ):
        embedded = _embedded(text, vault, kinds)
        return redact_page(text, vault, lambda found: _learned(found, vault, kinds), embedded)
    if suffix.startswith("json"):  # with comments, a comma too many, or cut off
        text = _named(text, vault, kinds)
    changed = vault.redact(_with_tokens(text, find_secrets(text), vault, kinds))
    return _UNQUOTED_IN_YAML.sub(r'\1"\2"', changed) if suffix in ("yaml", "yml") else changed


def _learned(found: Found, vault: Vault, kinds: dict[str, str]) -> str:
    token = learn_found(found, vault, in_a_run=False)
    kinds.setdefault(token, found.kind)
    return token


def _with_tokens(text: str, found: Iterable[Found], vault: Vault, kinds: dict[str, str]) -> str:
    shown, at = [], 0
    for item in found:
        shown += [text[at : item.start], _learned(item, vault, kinds)]
        at = item.end
    return "".join([*shown, text[at:]])


def _counted(before: str, after: str, kinds: dict[str, str]) -> dict[str, int]:
    tokens = Counter(TOKEN.findall(after))
    tokens.subtract(TOKEN.findall(before))
    counted: Counter[str] = Counter()
    for token, number in tokens.items():
        if number > 0:
            counted[kinds.get(token, SEEN_AGAIN)] += number
    return dict(counted.most_common())


# --- JSON -------------------------------------------------------------------------------------

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
#: The output of a notebook that is shown as a page.
_HTML = "text/html"
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")


def _is_json(text: str) -> bool:
    """Raises :class:`NotRedactable` for JSON that takes too much memory to be read."""
    try:
        bounded_json.loads(text, any_number=True)
    except bounded_json.NotBounded as error:
        raise NotRedactable(f"cannot be read: {error}") from None
    except ValueError:
        return False
    return True


def _json(text: str, vault: Vault, kinds: dict[str, str], suffix: str = "json") -> str:
    """Each string is changed in its place, so that spaces, order and numbers stay as they are."""
    for part, find in _texts(bounded_json.loads(text, any_number=True)):
        for found in find(part):
            _learned(found, vault, kinds)
    changed = _STRING.sub(lambda match: _string(match[0], vault), _named(text, vault, kinds))
    if changed != text and suffix == "ipynb":
        _require_notebook(json.loads(changed))
    return changed


def _named(text: str, vault: Vault, kinds: dict[str, str]) -> str:
    """``text`` without what names and lists of words tell to be secret; a number becomes a string."""
    shown, at = [], 0
    for found in sorted(find_in_notation(text, lambda _: ()), key=lambda found: found.start):
        if found.start < at:
            continue
        token = _learned(found, vault, kinds)
        is_bare = _NUMBER.fullmatch(text, found.start, found.end) and text[found.end : found.end + 1] != '"'
        shown += [text[at : found.start], f'"{token}"' if is_bare else token]
        at = found.end
    return "".join([*shown, text[at:]])


def _string(quoted: str, vault: Vault) -> str:
    value = json.loads(quoted, strict=False)
    changed = vault.redact(value)
    return quoted if changed == value else json.dumps(changed, ensure_ascii=quoted.isascii())


def _texts(document: Any) -> Iterator[tuple[str, Callable[[str], Iterable[Found]]]]:
    """Every text in a document, and what searches it; the lines of a notebook's cell are one text."""
    left = [document]
    while left:
        item = left.pop()
        if isinstance(item, str):
            yield item, find_secrets
        elif isinstance(item, list):
            if _is_lines(item):
                yield "".join(item), find_secrets
                yield "\n".join(item), find_secrets
            left += item
        elif isinstance(item, dict):
            page = item.get(_HTML, ())
            if is_page := isinstance(page, str) or _is_lines(page):
                yield "".join(page), find_in_page
            left += [*item, *(value for key, value in item.items() if key != _HTML or not is_page)]


def _is_lines(item: Any) -> bool:
    return isinstance(item, list) and item != [] and all(isinstance(line, str) for line in item)


def _require_notebook(document: Any) -> None:
    import nbformat

    try:
        nbformat.validate(document)
    except nbformat.ValidationError as error:
        raise NotRedactable(f"would be no notebook any more: {error.message[:200]}") from None


# --- a report of ours --------------------------------------------------------------------------


def _embedded(text: str, vault: Vault, kinds: dict[str, str]) -> str:
    """The element of a report that holds its run, redacted; "" if there is none."""
    data = text.encode("utf-8", "surrogateescape")
    if PAYLOAD_TRACE not in data:
        return ""
    try:
        document = unpack_payload(data).decode()
    except (NoPayload, UnicodeDecodeError) as error:
        raise NotRedactable(f"{error}, so it cannot be searched") from None
    changed = _json(document, vault, kinds)
    match = PAYLOAD_ELEMENT.search(data)
    if match is None or changed == document:
        return match[0].decode() if match else ""
    return pack_payload(changed.encode()).element
