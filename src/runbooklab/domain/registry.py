"""Domains by name: ours, and those that other packages install."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import AnyDomain, Domain
from runbooklab.domain.later import at
from runbooklab.domain.sign import NO_SIGNS
from runbooklab.domains import BUILT_IN
from runbooklab.errors import UserError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

#: The entry point group of domains: ``name = "package.module:DOMAIN"``.
GROUP = "runbooklab.domains"
#: Stands behind a domain's name if it is only to look, and not to judge.
PROBES = "/probes"


@cache
def domain(name: str) -> AnyDomain:
    """The domain of this name, imported now. Raises :class:`UserError` if there is none that can be used.

    ``address/probes`` is that domain, and those that it uses, without their judgement: what they see helps
    others to look closer.
    """
    if name.endswith(PROBES):
        return _without_judgement(name, domain(name.removesuffix(PROBES)))
    places = _places(name)
    if not places:
        raise UserError(
            f"there is no domain {name!r}",
            hint=f"installed are {', '.join(names())}; a package adds one by an entry point of {GROUP}",
        )
    if len(places) > 1:
        raise UserError(f"two packages add a domain {name!r}: {', '.join(places)}", hint="uninstall one")
    return _imported(name, places[0])


def _places(name: str) -> tuple[str, ...]:
    """Where a domain of this name is. Nobody takes the name of one of ours."""
    if name in BUILT_IN:
        return (BUILT_IN[name],)
    return tuple(dict.fromkeys(point.value for point in _entry_points() if point.name == name))


def _imported(name: str, place: str) -> AnyDomain:
    module, _, attribute = place.partition(":")
    if not module or not attribute:
        what = f"the entry point of the domain {name!r} is {place!r}"
        raise UserError(what, hint="write it as package.module:DOMAIN")
    try:
        found = at(place)
    except (
        Exception,
        SystemExit,
    ) as error:  # a third-party package may raise anything
        raise UserError(f"the domain {name!r} cannot be imported: {type(error).__name__}: {error}") from error
    if not isinstance(found, Domain):
        raise UserError(f"the domain {name!r} is not a Domain: {place} is {type(found).__name__}")
    if found.name != name:
        raise UserError(
            f"the domain {name!r} calls itself {found.name!r}",
            hint=f"name its entry point {found.name}, as stored runs do",
        )
    return found


def _without_judgement(name: str, whole: AnyDomain) -> AnyDomain:
    """What it sees, and how its target is called; nothing that judges, explains or draws it."""
    uses = tuple(used if used.endswith(PROBES) else f"{used}{PROBES}" for used in whole.uses)
    own = whole.contributions
    naming = Contributions(
        name_to_confirm=own.name_to_confirm, pinned=own.pinned, url=own.url, target_name=own.target_name
    )
    return replace(
        whole, name=name, uses=uses, covers=(), contributions=naming,
        checks=(), causes=(), remedies=(), layers=(), standing=None, signs=NO_SIGNS, runbook="", lab="",
    )  # fmt: skip


def built_in() -> tuple[str, ...]:
    """Names of our own domains; none is imported."""
    return tuple(BUILT_IN)


def names() -> tuple[str, ...]:
    """Names of all domains that are installed, ours first; none is imported."""
    return tuple(dict.fromkeys((*BUILT_IN, *sorted(point.name for point in _entry_points()))))


def _entry_points() -> EntryPoints:
    from importlib.metadata import entry_points  # only other packages' domains need it, and it loads much

    return entry_points(group=GROUP)
