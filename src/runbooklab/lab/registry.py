"""The labs of all domains, and their cases by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runbooklab.authoring.project import nearest
from runbooklab.domain import registry
from runbooklab.domain.later import at
from runbooklab.domains import DEFAULT, RUNBOOK_LABS
from runbooklab.errors import UserError
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Lab

#: A case together with its lab.
Drillable = tuple[Lab[Any], Case[Any]]


def labs() -> tuple[Lab[Any], ...]:
    """The labs of all domains that are installed, that of the default domain first, then those of runbooks.

    Raises :class:`UserError` if one cannot be used.
    """
    names = sorted(registry.names(), key=lambda name: name not in DEFAULT)
    places = [(name, registry.domain(name).lab) for name in names]
    of_domains = [_loaded(name, place) for name, place in places if place]
    return (*of_domains, *(at(place) for place in RUNBOOK_LABS))


def _loaded(domain: str, place: str) -> Lab[Any]:
    try:
        lab = at(place)
    except Exception as error:  # a third-party package may raise anything: report it in one line
        raise UserError(
            f"the lab of the domain {domain!r} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    if not isinstance(lab, Lab):
        raise UserError(f"the lab of the domain {domain!r} is not a Lab: {place} is {type(lab).__name__}")
    return lab


def cases(of: Iterable[Lab[Any]] | None = None) -> dict[str, Drillable]:
    """Every case by its name, of the given labs or else of all.

    A case's name is its id. If an earlier lab has that id too, the name begins with the slug of the lab's
    runbook: ``docker-setup:container-stopped``. Raises :class:`UserError` if a lab uses one id twice.
    """
    found: dict[str, Drillable] = {}
    for lab in labs() if of is None else of:
        own: set[str] = set()
        for case in lab.cases:
            if case.id in own:
                raise UserError(f"the lab {lab.title} has {case.id!r} twice")
            own.add(case.id)
            found[case.id if case.id not in found else f"{lab.runbook}:{case.id}"] = (lab, case)
    return found


def case_named(name: str) -> Drillable:
    """The case with this name or id; raises :class:`UserError` naming the nearest one."""
    known = cases()
    in_lab = {f"{lab.runbook}:{case.id}": (lab, case) for lab, case in known.values()}
    found = known.get(name) or in_lab.get(name)
    if found is None:
        raise UserError(f"there is no fault {name!r}", hint=nearest(name, known) or "see `runbook lab list`")
    return found


def cases_named(names: Iterable[str]) -> tuple[Drillable, ...]:
    """The cases with these names. ``all`` means every case, a runbook's slug all of its lab, a cause's id
    all its variants in the first lab that has some.
    """
    known = cases()
    found: dict[tuple[str, str], Drillable] = {}
    for name in names:
        for lab, case in _meant(name, known) or [case_named(name)]:
            found[lab.runbook, case.id] = (lab, case)
    return tuple(found.values())


def _meant(name: str, known: Mapping[str, Drillable]) -> list[Drillable]:
    rows = list(known.values())
    slug, _, id_ = name.rpartition(":")
    if name == "all":
        return rows
    whole = [row for row in rows if row[0].runbook == name]
    variants = [row for row in rows if row[1].id.partition("/")[0] == id_ and slug in ("", row[0].runbook)]
    return whole or [row for row in variants if row[0] is variants[0][0]]
