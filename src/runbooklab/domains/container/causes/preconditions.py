"""What must be known before a judge considers the container."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from runbooklab.domain.cause import RuledOut, Ruling, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.container.readings.containers import container
from runbooklab.observe.docker.records import Container

#: The view of the evidence that a judge takes, here or in a domain that uses this one.
E = TypeVar("E", bound=Evidence)
Judge = Callable[[Evidence], Ruling]
JudgeOfContainer = Callable[[Evidence, Container], Ruling]


def of_container(judge: Callable[[E, Container], Ruling]) -> Callable[[E], Ruling]:
    """Hands over the container, if there is one."""

    @wraps(judge)
    def gated(e: E) -> Ruling:
        name, found = container_name(e), container(e)
        if not name:
            return RuledOut("No container is named.")
        if e.container.value is None:
            return Untested(why_missing(e, CONTAINER))
        return judge(e, found) if found is not None else RuledOut(f"There is no container {name}.")

    return gated
