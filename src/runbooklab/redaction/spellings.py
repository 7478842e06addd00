"""The spellings under which a secret is looked for in every reading of a text (see ``views.py``)."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from runbooklab.redaction.report_vocabulary import is_our_word
from runbooklab.redaction.strength import is_weak
from runbooklab.redaction.views import shortened, spaced, undone

#: A shorter piece of base64 occurs by chance.
_SHORTEST_CORE = 6


def spellings_of(value: str) -> frozenset[str]:
    """What is looked for: the value, also with its escapes undone, without its quotes, encoded, hashed."""
    plain = {value, value.strip(), *_in_other_characters(value)}
    read = {text for form in plain for text in (form, *undone(form))}
    read |= {text for form in read for text in (shortened(form), spaced(form))}
    kept = {text for text in read if text == value or not is_weak(text)}
    return frozenset(kept | {text for text in _encoded(value) if not is_our_word(text)})


def _in_other_characters(value: str) -> Iterator[str]:
    """The value with letters composed or not, and its bytes taken for other characters."""
    yield unicodedata.normalize("NFC", value)
    yield unicodedata.normalize("NFD", value)
    data = value.encode("utf-8", "surrogateescape" if _is_from_bytes(value) else "surrogatepass")
    yield data.decode("utf-8", "replace")
    yield data.decode("latin-1")
    yield data.decode("cp1252", "replace")
    with suppress(UnicodeEncodeError):
        yield value.encode("latin-1").decode("utf-8", "surrogateescape")


def _is_from_bytes(value: str) -> bool:
    """Whether some bytes of it were no UTF-8, as Python's surrogateescape keeps them."""
    lone = [character for character in value if "\ud800" <= character <= "\udfff"]
    return bool(lone) and all("\udc80" <= character <= "\udcff" for character in lone)


def _encoded(value: str) -> Iterator[str]:
    data = value.encode("utf-8", "surrogateescape" if _is_from_bytes(value) else "surrogatepass")
    wide = value.encode("utf-16-le", "surrogatepass")
    for encoded in (data, wide):
        yield encoded.hex()
        yield encoded.hex().upper()
        yield from _base64_cores(encoded)
    yield hashlib.sha256(data).hexdigest()


def _base64_cores(data: bytes) -> Iterator[str]:
    """What is the same in every base64 text that encodes ``data``, whatever stands around it."""
    for offset, first in ((0, 0), (1, 2), (2, 3)):
        whole = (offset + len(data)) * 8 // 6  # characters made of bits of the value and what is before it
        core = base64.b64encode(b"\0" * offset + data).decode()[first:whole]
        if len(core) >= _SHORTEST_CORE:
            yield core
            yield core.translate(str.maketrans("+/", "-_"))
