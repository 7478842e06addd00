"""How our JSON files are written."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from runbooklab.model.evidence import Evidence


def as_json(record: Any) -> bytes:
    """A record as indented JSON with a last line end; the same record gives the same bytes.

    The names in evidence are sorted: if a domain is not installed, its records are read as plain
    mappings, and those must be written as the records were.
    """
    order: Literal["sorted", "deterministic"] = "sorted" if isinstance(record, Evidence) else "deterministic"
    return msgspec.json.format(msgspec.json.encode(record, order=order), indent=2) + b"\n"
