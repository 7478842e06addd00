"""Names by which two domains of one run mean different things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.registry import PROBES
from runbooklab.errors import UserError

#: What a row is called -> the tables that hold such rows, and the field that names one.
_TABLES = {
    "probe": ("probes", "name"),
    "check": ("checks", "id"),
    "cause": ("causes", "id"),
    "remedy": ("remedies", "id"),
    "layer": ("layers", "name"),
}
_HINT = "use them in two runbooks, or rename one"


def refuse_clashes(domains: Iterable[AnyDomain]) -> None:
    """Raises :class:`UserError` for the first name that two of these domains give to different things.

    ``domains`` stand after those that they use: a row may take the place of a row of a used domain. A
    parameter may be shared by any, if it has one type.
    """
    before: dict[str, AnyDomain] = {}
    used: dict[str, set[str]] = {}
    for domain in domains:
        used[domain.name] = {_whole(name) for each in domain.uses for name in (each, *used[each])}
        for other in before.values():
            _refuse_parameters(other, domain)
            if not _is_user(domain, other, used) and not _is_user(other, domain, used):
                _refuse_rows(other, domain)
        before[domain.name] = domain


def _whole(name: str) -> str:
    """The domain's name, if it is there for its probes alone."""
    return name.removesuffix(PROBES)


def _is_user(domain: AnyDomain, other: AnyDomain, used: Mapping[str, set[str]]) -> bool:
    return _whole(other.name) in used[domain.name] | {_whole(domain.name)}


def _refuse_rows(one: AnyDomain, other: AnyDomain) -> None:
    for kind, (table, field) in _TABLES.items():
        rows = {getattr(row, field): row for row in getattr(one, table)}
        for row in getattr(other, table):
            name = getattr(row, field)
            if rows.get(name, row) != row:
                raise UserError(
                    f"the domains {one.name} and {other.name} both have a {kind} {name}", hint=_HINT
                )


def _refuse_parameters(one: AnyDomain, other: AnyDomain) -> None:
    kinds = {row.name: type(row.default).__name__ for row in one.parameters}
    for row in other.parameters:
        kind = type(row.default).__name__
        if kinds.get(row.name, kind) != kind:
            raise UserError(
                f"the domains {one.name} and {other.name} both have a parameter {row.name},"
                f" the one as {kinds[row.name]}, the other as {kind}",
                hint=_HINT,
            )
