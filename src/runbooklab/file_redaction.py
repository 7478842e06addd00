"""Secrets taken out of a file that was made elsewhere: a text, JSON, a notebook, a page.

Each format is changed only where it holds text, so JSON stays JSON and a page looks as it did. A file is
read twice: first every secret is learned, then each is replaced wherever it stands.
"""

from __future__ import annotations

import codecs
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from runbooklab import bounded_json
from runbooklab.redaction import clean_setting, find_secrets, learn_found, without_secrets
from runbooklab.secrets import TOKEN, Vault

Change = Callable[[str], str]

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
SEEN_AGAIN = "the same secret elsewhere"


class NotRedactable(ValueError):
    """The file cannot be made safe; ``str()`` says why in a clause."""


@dataclass(frozen=True)
class Redacted:
    """``data`` is the file's new content; ``kinds`` says how many places of which kind were replaced."""

    data: bytes
    kinds: dict[str, int]


def redact_file(data: bytes, name: str, vault: Vault) -> Redacted:
    """``data`` without its secrets; ``name`` (the file's) tells the format where the content does not.

    Raises :class:`NotRedactable` where the format is not what it seems, or a secret would stay.
    """
    mark, encoding = next(
        ((mark, code) for mark, code in _MARKS.items() if data.startswith(mark)), (b"", "utf-8")
    )
    if b"\0" in data and "16" not in encoding:
        raise NotRedactable("is no text")
    text = data[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "surrogatepass")
    kinds: dict[str, str] = {}
    changed = _changed(text, name, vault, kinds)
    errors = "surrogateescape" if encoding == "utf-8" else "surrogatepass"
    result = mark + changed.encode(encoding, errors)
    if left := vault.leaks(result):
        raise NotRedactable(
            f"would still hold a secret ({', '.join(left)}) in a place that cannot be changed"
        )
    return Redacted(result, _counted(text, changed, kinds))


def _changed(text: str, name: str, vault: Vault, kinds: dict[str, str]) -> str:
    suffix = name.rpartition(".")[2].lower()
    if suffix in ("json", "ipynb") or text.lstrip()[:1] in ("{", "["):
        if _is_json(text):
            return _json(text, vault, kinds, suffix)
        if suffix in ("json", "ipynb"):
            raise NotRedactable("is no JSON")
    if suffix in ("html", "htm") or re.match(
        r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype )?html", text, re.I | re.S
    ):
        return _page(text, vault, kinds)
    _learn(text, vault, kinds)
    return without_secrets(text, vault)


def _learn(text: str, vault: Vault, kinds: dict[str, str]) -> None:
    for found in find_secrets(text):
        kinds.setdefault(learn_found(found, vault), found.kind)


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
_AFTER_STRING = re.compile(r"\s*:")


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
    for part in _texts(json.loads(text)):
        _learn(part, vault, kinds)
    for key, value in _pairs(json.loads(text)):
        token = clean_setting(key, value, vault)
        if TOKEN.fullmatch(token):
            kinds.setdefault(token, "value of a name that means a secret")
    changed = _STRING.sub(lambda match: _string(match[0], vault), text)
    if changed != text and suffix == "ipynb":
        _require_notebook(json.loads(changed))
    return changed


def _string(quoted: str, vault: Vault) -> str:
    value = json.loads(quoted, strict=False)
    changed = vault.redact(value)
    return quoted if changed == value else json.dumps(changed, ensure_ascii=quoted.isascii())


def _texts(item: Any) -> Iterator[str]:
    """Every text in a document; the lines of a notebook's cell are one text."""
    if isinstance(item, str):
        yield item
    elif isinstance(item, list):
        if item and all(isinstance(one, str) for one in item):
            yield "".join(item)
            yield "\n".join(item)
        for one in item:
            yield from _texts(one)
    elif isinstance(item, dict):
        for name, one in item.items():
            yield name
            yield from _texts(one)


def _pairs(item: Any) -> Iterator[tuple[str, str]]:
    if isinstance(item, dict):
        for name, one in item.items():
            if isinstance(one, str):
                yield name, one
            yield from _pairs(one)
    elif isinstance(item, list):
        for one in item:
            yield from _pairs(one)


def _require_notebook(document: Any) -> None:
    import nbformat

    try:
        nbformat.validate(document)
    except nbformat.ValidationError as error:
        raise NotRedactable(f"would be no notebook any more: {error.message[:200]}") from None


# --- HTML -------------------------------------------------------------------------------------

_PIECES = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?P<raw><(?P<name>script|style)\b(?P<attributes>[^<>]*+)>)(?P<content>.*?)(?P<close></(?P=name)\s*>)"
    r"|(?P<tag></?[A-Za-z](?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>)",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = re.compile(r"=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_BLOCKS = re.compile(r"</?(?:p|div|li|tr|td|th|h\d|pre|dd|dt|br|section|table|ul|ol|dl)\b", re.IGNORECASE)


def redact_html(text: str, vault: Vault) -> str:
    """A piece of HTML without its secrets, tags and names of attributes as they were."""
    return _page(text, vault, {})


def _page(text: str, vault: Vault, kinds: dict[str, str]) -> str:
    """Texts and the values of attributes are changed, no tag and no name; scripts where they must be."""
    carried = _carried(text, vault, kinds)
    for part in _read(text):
        _learn(part, vault, kinds)
    pieces, at = [], 0
    for match in _PIECES.finditer(text):
        pieces += [_escaped(text[at : match.start()], vault), _piece(match, vault, carried)]
        at = match.end()
    return "".join([*pieces, _escaped(text[at:], vault)])


def _read(text: str) -> Iterator[str]:
    """What a reader sees, with tags left out, and what each attribute and script holds."""
    seen, at = [], 0
    for match in _PIECES.finditer(text):
        seen.append(text[at : match.start()])
        at = match.end()
        if match["tag"]:
            seen.append("\n" if _BLOCKS.match(match["tag"]) else "")
            for value in _VALUE.finditer(match["tag"]):
                yield html.unescape(value["double"] or value["single"] or "")
        else:
            yield match["comment"] or match["content"]
    yield html.unescape("".join([*seen, text[at:]]))


def _piece(match: re.Match[str], vault: Vault, carried: str) -> str:
    if match["raw"] is None:
        return (
            vault.redact(match[0])
            if match["comment"]
            else _VALUE.sub(lambda one: _attribute(one, vault), match[0])
        )
    if carried and 'id="carried"' in match["raw"]:
        return carried
    return f"{match['raw']}{vault.redact(match['content'])}{match['close']}"


def _attribute(match: re.Match[str], vault: Vault) -> str:
    group = "double" if match["double"] is not None else "single"
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return f"{match[0][:start]}{_escaped(match[group], vault)}{match[0][end:]}"


def _escaped(text: str, vault: Vault) -> str:
    """A piece of HTML text; it is spelled anew only where it has a secret."""
    plain = html.unescape(text)
    changed = vault.redact(plain)
    return text if changed == plain else html.escape(changed)


def _carried(text: str, vault: Vault, kinds: dict[str, str]) -> str:
    """The element in which a report carries its run, redacted; "" where there is none."""
    from runbooklab.report.carried import BLOCK, TRACE, NotCarried, document_in, pack

    data = text.encode("utf-8", "surrogateescape")
    if TRACE not in data:
        return ""
    try:
        document = document_in(data).decode()
    except (NotCarried, UnicodeDecodeError) as error:
        raise NotRedactable(f"{error}, so it cannot be searched") from None
    changed = _json(document, vault, kinds)
    match = BLOCK.search(data)
    if match is None or changed == document:
        return match[0].decode() if match else ""
    block = pack(changed.encode())
    return f'<script data-sha256="{block.sha256}" id="carried" type="{block.type}">{block.text}</script>'
