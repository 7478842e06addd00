"""How our JSON files are written."""

from __future__ import annotations

from typing import Any

import msgspec


def as_json(record: Any) -> bytes:
    """A record as indented JSON with a last line end; the same record gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(record, order="deterministic"), indent=2) + b"\n"
