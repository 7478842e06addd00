"""What our own texts say that looks like a secret and is none."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.remedies.table import REMEDIES

#: What the ledger says of a password that was sent (see ``probes/redis_guard.py``).
_IN_THE_LEDGER = "AUTH (credentials)"


def examples() -> Iterator[str]:
    """The texts of our remedies, planned without evidence: they speak of where a password goes."""
    for remedy in REMEDIES:
        plan = remedy.plan(Evidence())
        yield from (*plan.commands, *plan.confirm, *plan.undo, plan.changes)
    yield _IN_THE_LEDGER
