"""Names, ids and titles of a domain's rows, and what may stand beside the rows of the domains it uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import structs

from runbooklab.authoring.project import SLUG
from runbooklab.domain import registry
from runbooklab.domain.cause import Cause
from runbooklab.domain.check import Check
from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.layer import Layer
from runbooklab.domain.probe import Probe
from runbooklab.domain.remedy import Remedy
from runbooklab.domain.rules import Rules
from runbooklab.domain.verb import Verb
from runbooklab.domains import BUILT_IN
from runbooklab.model.evidence import Evidence, seen, target_class
from runbooklab.model.parameter import COMMON, Parameter
from runbooklab.testing.mistake import Found, Mistake

#: The table's field -> the class of its rows, and the field that names one.
TABLES: dict[str, tuple[type, str]] = {
    "parameters": (Parameter, "name"),
    "probes": (Probe, "name"),
    "checks": (Check, "id"),
    "causes": (Cause, "id"),
    "remedies": (Remedy, "id"),
    "layers": (Layer, "name"),
    "verbs": (Verb, "words"),
    "uses": (str, ""),
}
#: Fields that are headings or names of things: one line, without a final stop.
_HEADINGS = ("title", "word", "heading", "looks_at")
#: Fields that are sentences for people.
_SENTENCES = ("distinguishing", "plain")
_KINDS_OF_PARAMETERS = (str, int, float, bool)


def named(row: Any) -> str:
    """A row as an author knows it: ``cause disk-full``."""
    name = getattr(row, "id", "") or getattr(row, "name", "")
    return f"{type(row).__name__.lower()} {name}"


def tables(domain: AnyDomain) -> Found:
    """Fields with other things than rows: with those, nothing else can be read."""
    for table, (kind, _) in TABLES.items():
        rows: Any = getattr(domain, table)
        if strange := [row for row in rows if not isinstance(row, kind)]:
            what = f"{table} has {strange[0]!r}, which is no {kind.__name__}"
            yield Mistake(f"domain {domain.name}", what, f"put rows of the class {kind.__name__} into it")
    if not (isinstance(domain.view, type) and issubclass(domain.view, Evidence)):
        what = f"view is {domain.view!r}, no class of evidence"
        yield Mistake(f"domain {domain.name}", what, "give a subclass of runbooklab.model.Evidence")


def mistakes(domain: AnyDomain, rules: Rules) -> Found:
    """What is wrong with names, ids, titles and parameters, and with the view."""
    for table, (_, name) in TABLES.items():
        if name and table != "verbs":
            yield from _ids(domain, table, name)
    if domain.name in BUILT_IN and registry.domain(domain.name) != domain:
        what = "a domain of runbooklab has this name, and is used instead"
        yield Mistake(named(domain), what, "choose another")
    for row in (domain, *_rows(domain)):
        yield from _words(row)
    yield from _parameters(domain, rules)
    yield from _view(domain, rules)


def _rows(domain: AnyDomain) -> Iterator[Any]:
    return (
        row
        for table in ("probes", "checks", "causes", "remedies", "layers")
        for row in getattr(domain, table)
    )


def _ids(domain: AnyDomain, table: str, field: str) -> Found:
    if table == "parameters":
        is_id, rule = str.isidentifier, "a Python name: lower-case words joined by underscores"
    else:
        is_id, rule = SLUG.fullmatch, "lower-case words joined by hyphens"  # type: ignore[assignment] # both tell
        if table == "probes" and not SLUG.fullmatch(domain.name):
            yield Mistake(f"domain {domain.name}", f"{domain.name!r} is no name", f"use {rule}")
    ids = [getattr(row, field) for row in getattr(domain, table)]
    for row, id_ in zip(getattr(domain, table), ids, strict=True):
        if not is_id(id_):
            yield Mistake(named(row), f"{id_!r} is no name", f"use {rule}")
    for id_, count in Counter(ids).items():
        if count > 1:
            yield Mistake(f"domain {domain.name}", f"{table} has {count} rows {id_}", "give each its own id")


def _words(row: Any) -> Found:
    there = set(row.__struct_fields__)
    for field in (*_HEADINGS, *_SENTENCES):
        if field not in there:
            continue
        text = getattr(row, field)
        if not text.strip() or "\n" in text:
            yield Mistake(named(row), f"its {field} is empty or has several lines", "write one line of text")
        elif field in _HEADINGS and text.endswith("."):
            yield Mistake(
                named(row), f"its {field} ends with a stop", "take the stop away: it is no sentence"
            )
        elif field in _SENTENCES and not text.endswith((".", "?")):
            yield Mistake(named(row), f"its {field} is no whole sentence", "end it with a stop")


def _parameters(domain: AnyDomain, rules: Rules) -> Found:
    others = {row.name: row for row in COMMON}
    others |= {row.name: row for used in rules.domains if used is not domain for row in used.parameters}
    view: type[Evidence] = domain.view
    understood = target_class(view)
    for row in domain.parameters:
        kind = type(row.default)
        if kind not in _KINDS_OF_PARAMETERS:
            yield Mistake(
                named(row), f"its default is {kind.__name__}", "give text, a number or True or False"
            )
        other = others.get(row.name)
        if other is not None and type(other.default) is not kind:
            what = f"a used domain has it as {type(other.default).__name__}, this one as {kind.__name__}"
            yield Mistake(named(row), what, "rename it, or give it the same type")
        if getattr(understood, row.name, None) != row:
            what = f"{understood.__name__}, the target of {view.__name__}, does not have it"
            to_do = "write it into a subclass of Target, and in the view `target: ThatClass = ThatClass()`"
            yield Mistake(named(row), what, to_do)


def _view(domain: AnyDomain, rules: Rules) -> Found:
    where = f"view {domain.view.__name__}"
    more = {field.name for field in structs.fields(domain.view)} - set(Evidence.__struct_fields__)
    for field in sorted(more):
        yield Mistake(
            where, f"{field} is a field", f"write {field} = seen(KEY): a view only reads observations"
        )
    for name in dir(domain.view):
        attribute = getattr(domain.view, name, None)
        if isinstance(attribute, seen) and attribute.key.name not in rules.probes:
            what = f"{name} reads the probe {attribute.key.name}, which is not among the probes"
            yield Mistake(where, what, "add its row to probes, or the domain that has it to uses")
