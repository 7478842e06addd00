"""Finding rows of the lab's tables by name."""

from __future__ import annotations

from collections.abc import Iterable

from runbooklab.authoring.project import nearest
from runbooklab.domains.redis.lab.faults import FAULTS
from runbooklab.domains.redis.lab.healthy import HEALTHY
from runbooklab.errors import UserError
from runbooklab.lab.fault import Case

CASES: dict[str, Case] = {**FAULTS, **HEALTHY}


def case_named(name: str) -> Case:
    """The case with this id; raises :class:`UserError` naming the nearest one."""
    case = CASES.get(name)
    if case is None:
        raise UserError(f"there is no fault {name!r}", hint=nearest(name, CASES) or "see `runbook lab list`")
    return case


def cases_named(names: Iterable[str]) -> tuple[Case, ...]:
    """The cases with these ids; a cause's id means all its faces, ``all`` every case."""
    found: dict[str, Case] = {}
    for name in names:
        faces = {id_: case for id_, case in CASES.items() if name in ("all", id_.partition("/")[0])}
        found |= faces or {name: case_named(name)}
    return tuple(found.values())
