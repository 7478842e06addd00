"""The labs of all domains, and their cases by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from runbooklab.authoring.project import nearest
from runbooklab.domain import registry
from runbooklab.domain.later import at
from runbooklab.errors import UserError
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Lab

#: A case together with its lab.
Drillable = tuple[Lab[Any], Case[Any]]


def labs() -> tuple[Lab[Any], ...]:
    """The labs of all domains that are installed. Raises :class:`UserError` if one cannot be used."""
    places = [(name, registry.domain(name).lab) for name in registry.names()]
    return tuple(_loaded(name, place) for name, place in places if place)


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
    """Every case by its id, of the given labs or else of all.

    Raises :class:`UserError` if two labs use one id.
    """
    found: dict[str, Drillable] = {}
    for lab in labs() if of is None else of:
        for case in lab.cases:
            if case.id in found:
                raise UserError(f"the labs {found[case.id][0].title} and {lab.title} both have {case.id!r}")
            found[case.id] = (lab, case)
    return found


def case_named(name: str) -> Drillable:
    """The case with this id; raises :class:`UserError` naming the nearest one."""
    known = cases()
    if name not in known:
        raise UserError(f"there is no fault {name!r}", hint=nearest(name, known) or "see `runbook lab list`")
    return known[name]


def cases_named(names: Iterable[str]) -> tuple[Drillable, ...]:
    """The cases with these ids; a cause's id means all its variants, ``all`` every case."""
    known = cases()
    found: dict[str, Drillable] = {}
    for name in names:
        variants = {id_: row for id_, row in known.items() if name in ("all", id_.partition("/")[0])}
        found |= variants or {name: case_named(name)}
    return tuple(found.values())
