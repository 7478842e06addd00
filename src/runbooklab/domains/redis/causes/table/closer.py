"""Causes of Docker's that Redis sees more closely: a row says what is different."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from runbooklab.domain.cause import AnyCause, Cause
from runbooklab.domains.container.causes.table import CAUSES
from runbooklab.domains.redis.evidence import Evidence

_DOCKER: dict[str, AnyCause] = {row.id: row for row in CAUSES}


def seen_closer(id_: str, **own: Any) -> Cause[Evidence]:
    """Docker's row with Redis' own judge, and whatever else Redis says otherwise."""
    return replace(_DOCKER[id_], **own)
