"""Names that mean two things, or nothing, in the domains of one run."""

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


def refuse_mistaken_names(domains: Iterable[AnyDomain]) -> None:
    """Raises :class:`UserError` for the first name that these domains give to two things, or to none.

    ``domains`` stand after those that they use: a row may take the place of a row of a used domain. A
    parameter may be shared by any, if it has one type.
    """
    domains = tuple(domains)
    for domain in domains:
        _refuse_doubles(domain)
    before: dict[str, AnyDomain] = {}
    used: dict[str, set[str]] = {}
    for domain in domains:
        used[domain.name] = {_whole(name) for each in domain.uses for name in (each, *used[each])}
        for other in before.values():
            _refuse_parameters(other, domain)
            if not _is_user(domain, other, used) and not _is_user(other, domain, used):
                _refuse_rows(other, domain)
        before[domain.name] = domain
    _refuse_unknown(domains)


def _refuse_doubles(domain: AnyDomain) -> None:
    for table, field in _TABLES.values():
        names = [getattr(row, field) for row in getattr(domain, table)]
        for name in names:
            if names.count(name) > 1:
                raise UserError(f"the domain {domain.name} has two {table} {name}", hint="rename one")


def _refuse_unknown(domains: Iterable[AnyDomain]) -> None:
    """A cause without its remedy would be named without what fixes it."""
    known = {row.id for domain in domains for row in domain.remedies}
    for domain in domains:
        for cause in domain.causes:
            for remedy in cause.remedies:
                if remedy not in known:
                    raise UserError(
                        f"the cause {cause.id} of the domain {domain.name} names the remedy {remedy!r}",
                        hint="add its row, or correct the id",
                    )


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
