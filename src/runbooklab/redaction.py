"""Finding secrets in free text, and making text safe to show.

What counts as a secret is the table in ``secret_patterns.py``; passwords in URLs are in ``url_secrets.py``.
Every search is linear in the length of the text: a line of a megabyte costs a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from runbooklab.secret_patterns import PLACEHOLDER, find_patterns
from runbooklab.url_secrets import Found, find_in_urls

if TYPE_CHECKING:
    from runbooklab.secrets import Vault


def find_secrets(text: str) -> tuple[Found, ...]:
    """Where secrets stand in ``text``, in order and without overlap.

    >>> [found.value for found in find_secrets("redis://:hunter2@db, --requirepass hunter3")]
    ['hunter2', 'hunter3']
    """
    return tuple(_apart(text, [*find_in_urls(text), *find_patterns(text)]))


def clean(text: str, vault: Vault) -> str:
    """``text`` as it may be shown and stored: its secrets learned by ``vault`` and replaced by
    their tokens, its control characters visible.
    """
    return visible(vault.redact(_with_tokens(text, find_secrets(text), vault)))


def clean_argv(argv: Sequence[str], vault: Vault) -> tuple[str, ...]:
    """A command line, item by item, as it may be shown: an option's value may be the item after it.

    >>> from runbooklab.secrets import Vault
    >>> clean_argv(["redis-server", "--requirepass", "my pass"], Vault(b"example key"))[2][:10]
    '***secret-'
    """
    items = list(argv)
    is_client = any(item.rpartition("/")[2] == "redis-cli" for item in items)
    for at, item in enumerate(items[:-1]):
        option = _SECRET_OPTION.fullmatch(item) or (is_client and item == "-a")
        if option and not PLACEHOLDER.fullmatch(items[at + 1]):
            items[at + 1] = vault.learn(items[at + 1])
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


_SECRET_OPTION = re.compile(
    r"--(?:requirepass|masterauth|pass|password|auth|tls-key-file-pass)", re.IGNORECASE
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


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
    for item in sorted(found, key=lambda item: (item.start, -item.end)):
        if current is None or item.start >= current.end:
            if current is not None:
                yield current
            current = item
        elif item.end > current.end:
            current = Found(current.start, item.end, text[current.start : item.end], current.in_url)
    if current is not None:
        yield current


def _with_tokens(text: str, found: Iterable[Found], vault: Vault) -> str:
    pieces, at = [], 0
    for item in found:
        pieces += [text[at : item.start], vault.learn(item.value, in_url=item.in_url)]
        at = item.end
    return "".join([*pieces, text[at:]])
