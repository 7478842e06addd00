"""Which server a fix is planned for."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.container.contributions.pinned import comes_and_goes
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import info
from runbooklab.domains.redis.records.info import databases
from runbooklab.model.drawing import Fact

#: The name under which a server's run id is pinned: Redis draws another one at each start.
RUN_ID = "Redis run id"


def pinned(e: Evidence) -> Iterator[Fact]:
    """Whether it has keys, and its run id, unless its container restarts by itself all the time."""
    found = container(e)
    if found is None or not comes_and_goes(found, e.gathered_at):
        yield Fact(RUN_ID, info(e).get("run_id", ""))
    if said := info(e):
        # A fix that loses nothing when it is shown may not lose what somebody has written since.
        has_keys = any(database.keys for database in databases(said).values())
        yield Fact("What Redis holds", "keys" if has_keys else "nothing")
