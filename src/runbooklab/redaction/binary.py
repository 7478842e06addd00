"""Secrets in binary values: pickle, and formats that say before a text how long it is.

msgpack, CBOR, BSON, protocol buffers, Java's serialisation and others write a name, some bytes of which one
or a few are the length of the value, and the value. Nothing is ever unpickled: opcodes are only listed.
"""

from __future__ import annotations

import pickletools
import re
from collections.abc import Iterator

from runbooklab.redaction.names import KEY, means_a_secret, secret_part

_KEY = re.compile(rf"(?:{KEY}|requirepass|masterauth)".encode(), re.IGNORECASE)
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x80-\xff]")
#: How far a value may be from its name, and how long it may be.
_FAR = 12
_LONGEST = 1 << 16
_MOST_OPCODES = 200_000


def values_in_binary(data: bytes) -> Iterator[str]:
    """The secrets that ``data`` holds under names that mean one."""
    if data.startswith(b"\x80") or data.endswith(b"."):
        yield from _in_pickle(data)
    if _BINARY.search(data):
        for key in _KEY.finditer(data):
            value = _value_after(data, key.end())
            if value:
                yield value


def _in_pickle(data: bytes) -> Iterator[str]:
    """Each text or number that comes next after a name that means a secret."""
    named, values = "", []
    try:
        for number, (_, argument, _) in enumerate(pickletools.genops(data)):
            if number > _MOST_OPCODES:
                break
            if isinstance(argument, bytes):
                argument = argument.decode("utf-8", "surrogateescape")
            if isinstance(argument, str):
                if named and not means_a_secret(argument, "") and secret_part(argument):
                    values.append(argument)
                named = argument if means_a_secret(argument, "") else ""
    except (ValueError, IndexError, KeyError, OverflowError):  # no pickle, or cut
        if not data.startswith(b"\x80"):
            return
    yield from values


def _value_after(data: bytes, at: int) -> str:
    """The text that follows ``at`` if a length before it says how long it is."""
    for start in range(at + 1, min(at + _FAR, len(data))):
        for length in _lengths(data, start):
            value = data[start : start + length]
            if 3 <= length == len(value) and value.isascii() and value.decode().isprintable():
                return value.decode() if secret_part(value.decode()) else ""
    return ""


def _lengths(data: bytes, start: int) -> Iterator[int]:
    """How long the text at ``start`` is if the bytes before it say so, in one of the usual ways."""
    before = data[max(start - 4, 0) : start]
    if len(before) == 4:
        little = int.from_bytes(before, "little")
        yield from (little, little - 1)  # pickle, BSON with its NUL
        yield int.from_bytes(before, "big")
    yield int.from_bytes(before[-2:], "big")
    yield before[-1]
    if before[-1] & 0xE0 in (0xA0, 0x60):  # msgpack, CBOR: the length in the lower bits
        yield before[-1] & 0x1F
