"""Evidence from JSON, with the records of its domains."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from runbooklab.domain.rules import Rules
from runbooklab.errors import UserError
from runbooklab.model.evidence import Evidence, read
from runbooklab.model.observation import AnyKey


def evidence_of(content: Any) -> Evidence:
    """Evidence from JSON as :func:`json.loads` gives it. Raises :class:`msgspec.ValidationError`.

    Observations of a domain that is not installed here stay JSON: they can be read, not judged.
    """
    return read(content, _keys)


def _keys(evidence: Evidence) -> tuple[AnyKey, ...]:
    keys: dict[str, AnyKey] = {}
    for name in evidence.domains:
        with suppress(UserError):
            keys |= Rules.of((name,)).probes
    keys |= Rules.of((), evidence.declared).probes
    return tuple(keys.values())
