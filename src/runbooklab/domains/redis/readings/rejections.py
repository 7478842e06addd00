"""The connections that Redis has rejected: it counts them from its start, and never says when."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import info
from runbooklab.domains.redis.records.info import number
from runbooklab.domains.redis.thresholds import RECENT_S
from runbooklab.words import duration

#: Source: networking.c of Redis, all places that count it; a TLS handshake that fails is not counted.
WHY = "more clients than maxclients allows, or protected mode"


class Rejections(Struct, frozen=True):
    """``up_s``: for how long Redis has run; None: not known."""

    count: int
    up_s: int | None = None

    @property
    def are_recent(self) -> bool:
        """Whether all of them happened within minutes. Of a server that runs for longer nobody can tell."""
        return self.count > 0 and self.up_s is not None and self.up_s < RECENT_S

    @property
    def since(self) -> str:
        """``since its start 12 days ago``."""
        return "since its start" + (f" {duration(self.up_s)} ago" if self.up_s else "")


def rejections(e: Evidence) -> Rejections:
    """What INFO says of them; none if it was not seen."""
    values = info(e)
    return Rejections(number(values, "rejected_connections") or 0, number(values, "uptime_in_seconds"))
