"""How records are read: from JSON, or from what was JSON, in any thread.

msgspec inspects a type on its first use. Two threads that do so at the same time crash the process
(seen with 0.22), so these functions take a lock, and every record is read through them.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_LOCK = threading.Lock()
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}


def from_json(data: bytes | str, kind: type[T]) -> T:
    """A record of type ``kind``. Raises :class:`msgspec.DecodeError` if ``data`` holds none."""
    record: T = _decoder(kind).decode(data)
    return record


def from_builtins(content: Any, kind: type[T]) -> T:
    """The same from what JSON was read as. Raises :class:`msgspec.ValidationError`."""
    _decoder(kind)
    return msgspec.convert(content, kind, str_keys=True)


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    with _LOCK:
        if kind not in _DECODERS:
            _DECODERS[kind] = msgspec.json.Decoder(kind)
        return _DECODERS[kind]
