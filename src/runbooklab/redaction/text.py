"""Finding secrets in free text, and making text safe to show.

What counts as a secret is the table in ``patterns.py``; passwords in URLs are in ``urls.py``.
Every search is linear in the length of the text: a line of a megabyte costs a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runbooklab.redaction.argv import secrets_in_words
from runbooklab.redaction.derived_text import plain_typography, without_entities, without_unseen
from runbooklab.redaction.expectations import without_expectations
from runbooklab.redaction.invisible import INVISIBLE, SURROGATES
from runbooklab.redaction.names import may_hold_secrets, means_a_secret
from runbooklab.redaction.patterns import find_patterns
from runbooklab.redaction.private_keys import KIND, pieces
from runbooklab.redaction.urls import Found, find_in_urls

if TYPE_CHECKING:
    from runbooklab.redaction.vault import Vault


def find_secrets(text: str) -> tuple[Found, ...]:
    """Where secrets stand in ``text``, in order and without overlap.

    >>> [found.value for found in find_secrets("redis://:hunter2@db, --requirepass hunter3")]
    ['hunter2', 'hunter3']
    """
    return tuple(found for found in _found(text) if not _NAMED.fullmatch(found.value))


#: ``${password}``: where a secret will be filled in, wherever it stands.
_NAMED = re.compile(r"(?:\$\{[\w.-]{1,100}\})+")


def _found(text: str) -> tuple[Found, ...]:
    seen = without_unseen(text)
    if seen.text == text:
        return tuple(_apart(text, [*_find(text), *_in_binary(text)]))
    visible_ones = (
        replace(found, start=start, end=end)
        for found in _apart(seen.text, _find(seen.text))
        for start, end in (seen.span(found.start, found.end),)
    )
    return tuple(_apart(text, [*visible_ones, *_in_binary(text)]))


def _in_binary(text: str) -> Iterator[Found]:
    """Values of a binary format that was read as text, each where it stands first."""
    if not _NO_TEXT.search(text) or len(text) > _MOST_BINARY or not may_hold_secrets(text):
        return
    from runbooklab.redaction.binary import values_in_binary

    for value in values_in_binary(text.encode("utf-8", "surrogateescape")):
        at = text.find(value)
        if at >= 0:
            yield Found(at, at + len(value), value, kind="value of a name that means a secret")


def _find(text: str, depth: int = 0) -> Iterator[Found]:
    """What may be secret in a text as it is seen, in no order; ``depth``: so often escapes were undone."""

    text = without_expectations(text)

    def inside(unescaped: str) -> Iterator[Found]:
        return _find(unescaped, depth + 1) if depth < _DEEPEST else iter(())

    yield from find_in_urls(text)
    yield from find_patterns(text)
    if may_hold_secrets(text):
        from runbooklab.redaction.structures import find_in_structures

        yield from find_in_structures(text, inside)
    if depth < _DEEPEST and _QUOTE_ENTITY.search(text):
        entities = without_entities(text)
        seen = without_unseen(entities.text)
        for found in _find(seen.text, _DEEPEST):
            start, end = entities.span(*seen.span(found.start, found.end))
            yield replace(found, start=start, end=end)
    plain = plain_typography(text)
    if plain != text:
        for found in _find(plain, _DEEPEST):
            value = text[found.start : found.end]
            yield Found(found.start, found.end, value, found.in_url, found.kind)


def clean(text: str, vault: Vault) -> str:
    """``text`` as it may be shown and stored: its secrets learned by ``vault`` and replaced by
    their tokens, its control characters visible.
    """
    return visible(without_secrets(text, vault))


def without_secrets(text: str, vault: Vault) -> str:
    """``text`` with its secrets learned by ``vault`` and replaced; control characters stay as they are."""
    # What is known already comes first: by its place alone a secret over two lines would be found by half.
    known = vault.redact(text)
    return vault.redact(_with_tokens(known, find_secrets(known), vault))


def learn_secrets(text: str, vault: Vault) -> None:
    """Learn the secrets of a text before it is cleaned by line: some stand on a line after their name."""
    for found in find_secrets(text):
        learn_found(found, vault)


def clean_setting(name: str, value: str, vault: Vault) -> str:
    """``value`` as it may be shown; its ``name`` (of a variable, a label, a field) tells what it is.

    >>> from runbooklab.redaction.vault import Vault
    >>> clean_setting("REDIS_PASSWORD", "two words", Vault(b"example key"))[:10]
    '***secret-'
    """
    if not value:
        return ""
    if means_a_secret(name, value):
        return vault.learn(value)
    before = clean(f"{name}=", vault)
    return clean(f"{name}={value}", vault).removeprefix(before)


def clean_argv(argv: Sequence[str], vault: Vault) -> tuple[str, ...]:
    """A command line, item by item, as it may be shown: an option's value may be the item after it.

    >>> from runbooklab.redaction.vault import Vault
    >>> clean_argv(["redis-server", "--requirepass", "my pass"], Vault(b"example key"))[2][:10]
    '***secret-'
    """
    items = list(argv)
    places = {at: (start, end) for at, start, end in secrets_in_words(items)}
    for at, (start, end) in places.items():
        item = items[at]
        items[at] = f"{item[:start]}{vault.learn(item[start:end])}{item[end:]}"
    for found in find_secrets(" ".join(items)):
        vault.learn(found.value, in_url=found.in_url)
    return tuple(clean(item, vault) for item in items)


def visible(text: str) -> str:
    r"""``text`` with control, bidirectional and zero-width characters and lone surrogates written out.

    Line breaks and tabs stay; ``\r\n`` counts as a line break.

    >>> visible("red \x1b[31m")
    'red \\x1b[31m'
    """
    return _INVISIBLE.sub(_written_out, text.replace("\r\n", "\n"))


#: Control characters that no text has, and bytes that are no UTF-8; or the end of an old pickle.
_NO_TEXT = re.compile("[\x00-\x06\x0e-\x1a\udc80-\udcff]|\\np\\d+\\n[^\\n]*\\.$")
_MOST_BINARY = 1 << 20

#: What stands for a quote, a sign, a blank, or for nothing that is seen.
_QUOTE_ENTITY = re.compile(
    r"&(?:quot|apos|nbsp|equals|colon|#61|#0?3[49]|#x2[27]|shy|zwn?j|[lr]rm|ZeroWidthSpace|NoBreak"
    r"|#0?173|#[xX]0?0?[aA][dD]|#820[3-7]|#82(?:3[4-8]|8[89])|#[xX]20(?:0[b-fB-F]|2[a-eA-E]|6\w)"
    r"|#847|#[xX]0?34[fF]|#65279|#[xX][fF][eE][fF][fF]);|<wbr ?/?>"
)

#: JSON may hold JSON that holds JSON.
_DEEPEST = 3

_INVISIBLE = re.compile(f"[{INVISIBLE}{SURROGATES}]")


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8, as Python's surrogateescape keeps it
        code -= 0xDC00
    if match[0] == "\r":
        return "\\r"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _apart(text: str, found: Iterable[Found]) -> Iterator[Found]:
    """Secrets in order; those that overlap become one."""
    current: Found | None = None
    end = 0
    for item in sorted(found, key=lambda item: (item.start, -item.end)):
        if current is None or item.start >= end:
            if current is not None:
                yield _up_to(current, end, text)
            current, end = item, item.end
        end = max(end, item.end)
    if current is not None:
        yield _up_to(current, end, text)


def _up_to(found: Found, end: int, text: str) -> Found:
    return found if found.end == end else replace(found, end=end, value=text[found.start : end])


def _with_tokens(text: str, found: Iterable[Found], vault: Vault) -> str:
    shown, at = [], 0
    for item in found:
        shown += [text[at : item.start], learn_found(item, vault)]
        at = item.end
    return "".join([*shown, text[at:]])


def learn_found(found: Found, vault: Vault, *, in_a_run: bool = True) -> str:
    """The token of what was found; the lines of a key are secrets of their own as well.

    ``in_a_run``: words of a report and names of its target may not be taken for it (see ``vault.py``).
    """
    token = vault.learn(found.value, in_url=found.in_url, found=in_a_run)
    if found.kind == KIND:
        for piece in pieces(found.value):
            vault.learn(piece, found=in_a_run)
    return token
