"""What is wrong with the declarations of one runbook, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from runbooklab.domain import Rules
from runbooklab.domains.generic.asking import (
    asked_of,
    checks_asked,
    empty_parameters,
    no_place_for,
    not_read_yet,
    refused,
)
from runbooklab.domains.generic.declared import (
    AnyDeclared,
    Broken,
    DeclaredCause,
    DeclaredCheck,
    DeclaredRemedy,
)
from runbooklab.domains.generic.entries import in_key, nearest, no_parameter
from runbooklab.domains.generic.expectations import mistakes_of_leaf, no_value
from runbooklab.domains.generic.kinds import Kind
from runbooklab.domains.generic.language.covering import covers
from runbooklab.domains.generic.language.expression import (
    Compare,
    Empty,
    Ended,
    Exists,
    Expression,
    Given,
    Parameter,
    Word,
    leaves,
)
from runbooklab.domains.generic.language.yaml_texts import read
from runbooklab.domains.generic.reading import read_all
from runbooklab.domains.generic.template import Template
from runbooklab.model.declared import ID, Declarations, Mistake
from runbooklab.words import short

#: A check that none of these parameters empties is refused already by lint if it would never be sent.
Values = Mapping[str, Any]


def mistakes(
    declarations: Declarations, base: Rules, values: Values, project: Path | None
) -> list[tuple[int, Mistake]]:
    """``(place of the declaration, mistake)`` for each; ``values`` are the defaults of the parameters.

    With a ``project`` it also says what would never be sent there, as far as the defaults say what that is.
    """
    rows = read_all(declarations)
    names = _Names(rows, base, {row.name for row in declarations.parameters})
    secrets = {row.name for row in declarations.parameters if row.secret}
    found: list[tuple[int, Mistake]] = []
    seen: dict[str, str] = {}
    for place, (written, row) in enumerate(zip(declarations.rows, rows, strict=True)):
        found += ((place, Mistake(0, said)) for said in names.taken(written.what, written.id, seen))
        seen.setdefault(written.id, written.what)
        if isinstance(row, Broken):
            found += ((place, each) for each in row.mistakes)
            continue
        lines = read(written.text).entries.lines
        if isinstance(row, DeclaredCheck):
            found += ((place, Mistake(1, said)) for said in no_place_for(row, secrets))
        for name in dict.fromkeys(row.title.names):
            if name in secrets:
                said = f"{name} is a secret, and a title is shown everywhere: leave it out"
                found.append((place, Mistake(lines.get("title", 1), in_key("title", said))))
        for key, expression in _expressions(row):
            for name in sorted(_compared(expression) & secrets):
                said = (
                    f"{name} is a secret, which is never compared: write ${{{name}}} exists, or leave it out"
                )
                found.append((place, Mistake(lines.get(key, 1), in_key(key, said))))
        for key, said in _mistakes(row, names, values, project):
            found.append((place, Mistake(lines.get(key, 1), in_key(key, said) if key else said)))
    return found


class _Names:
    """The ids that a declaration may name."""

    def __init__(self, rows: Iterable[AnyDeclared | Broken], base: Rules, parameters: set[str]) -> None:
        rows = tuple(rows)
        self.base = base
        self.parameters = parameters
        self.kinds = {row.id: row.kind for row in rows if isinstance(row, DeclaredCheck)}
        self.broken = {row.id for row in rows if isinstance(row, Broken)}
        self.waits_for = {
            row.id: checks_asked(row.only_if)
            for row in rows
            if isinstance(row, DeclaredCheck) and row.only_if is not None
        }
        self.explains = {row.id: row.explains for row in rows if isinstance(row, DeclaredCause)}
        self.checks = [*self.kinds, *base.checks]
        self.causes = [*(row.id for row in rows if isinstance(row, DeclaredCause)), *base.causes]
        self.remedies = [*(row.id for row in rows if isinstance(row, DeclaredRemedy)), *base.remedies]

    def taken(self, what: str, id_: str, seen: Mapping[str, str]) -> Iterator[str]:
        """Checks, causes and remedies share their ids with one another and with the built-in ones."""
        if not ID.fullmatch(id_):
            yield f"the id {short(id_, 60)!r} must be lower-case words joined by hyphens: root-disk"
        if id_ in seen:
            yield f"there is a {seen[id_]} {id_!r} already: every id stands for one thing"
        for kind in ("check", "cause", "remedy"):
            table: Mapping[str, object] = getattr(
                self.base, {"check": "checks", "cause": "causes", "remedy": "remedies"}[kind]
            )
            if id_ in table:
                yield f"the domains that it uses have a {kind} {id_!r}: choose another id for this {what}"

    def unknown(self, kind: str, ids: Iterable[str], known: Iterable[str]) -> Iterator[str]:
        """What is wrong with ids that must be known; those that are broken themselves are not said twice."""
        words = list(known)
        for id_ in ids:
            if id_ not in words and id_ not in self.broken:
                yield f"there is no {kind} {id_!r}{nearest(id_, words) if words else ''}"


def _mistakes(
    row: AnyDeclared, names: _Names, values: Values, project: Path | None
) -> Iterator[tuple[str, str]]:
    """``(key, what is wrong with it)``"""
    if isinstance(row, DeclaredCheck):
        yield from _of_check(row, names)
        if project is not None and (said := _refused(row, dict(values), project)):
            yield row.kind.name, said
    elif isinstance(row, DeclaredCause):
        yield from _of_cause(row, names)
    else:
        yield from _of_remedy(row, names)


def _refused(row: DeclaredCheck, values: dict[str, Any], project: Path) -> str:
    """Why the check is never sent, if the defaults of its parameters say what would be."""
    return "" if empty_parameters(row, values) else refused(asked_of(row, not_read_yet(values), 0, project))


def _expressions(row: AnyDeclared) -> Iterator[tuple[str, Expression]]:
    """``(key, expression)``"""
    if isinstance(row, DeclaredCheck):
        yield from ((each.word, each.expression) for each in row.expectations)
        yield from [("only if", row.only_if)] if row.only_if is not None else []
    elif isinstance(row, DeclaredCause):
        yield "when", row.when
        yield from [("unless", row.unless)] if row.unless is not None else []


def _compared(expression: Expression) -> set[str]:
    """The parameters that an expression compares with something."""
    names: set[str] = set()
    for leaf in leaves(expression):
        if isinstance(leaf, Given) and leaf.operator != "exists":
            names.add(leaf.name)
        if isinstance(leaf, Compare | Given):
            names |= {literal.name for literal in leaf.literals if isinstance(literal, Parameter)}
    return names


def _of_check(row: DeclaredCheck, names: _Names) -> Iterator[tuple[str, str]]:
    if row.only_if is not None:
        yield from (("only if", said) for said in _of_run(row.only_if, names))
        if circle := _circle(row.id, names.waits_for):
            yield "only if", f"it waits for itself: {circle}"
    yield from _never_reached(row)
    if row.expectations and all(each.word != "pass" for each in row.expectations):
        yield "", "pass is missing: without it the check is never ok"


def _never_reached(row: DeclaredCheck) -> Iterator[tuple[str, str]]:
    """Expectations that an earlier one always forestalls: the first that is true decides."""
    for place, each in enumerate(row.expectations):
        before = next((e for e in row.expectations[:place] if covers(e.expression, each.expression)), None)
        if before is None:
            continue
        said = f"it is never reached: whenever it is true, {before.word} is, which is tried before it"
        if before.word == each.word:
            said = "one of the list is never reached: whenever it is true, one before it is"
        elif isinstance(before.expression, Compare) and isinstance(each.expression, Compare):
            said += f" ({_written(each.expression)} lies within {_written(before.expression)})"
            said += "; are the limits exchanged?" if each.word == "warn" else ""
        yield each.word, said


def _written(leaf: Compare) -> str:
    return f"{leaf.field} {leaf.operator} {', '.join(map(str, leaf.literals))}"


def _of_cause(row: DeclaredCause, names: _Names) -> Iterator[tuple[str, str]]:
    yield from (("when", said) for said in _of_run(row.when, names))
    if row.unless is not None:
        yield from (("unless", said) for said in _of_run(row.unless, names))
    yield from (("because", said) for said in names.unknown("check", row.because, names.checks))
    yield from (("explains", said) for said in names.unknown("cause", row.explains, names.causes))
    if circle := _circle(row.id, names.explains):
        yield "explains", f"it explains itself: {circle}"
    yield from (("fix", said) for said in names.unknown("remedy", row.fix, names.remedies))
    if row.proof is not None:
        yield from (("proof", said) for said in _of_sentence(row.proof, names))


def _circle(start: str, then: Mapping[str, Iterable[str]]) -> str:
    """The shortest way from an id back to itself, as ``a -> b -> a``; "" if there is none."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    for id_ in (queue := [start]):
        for next_ in then.get(id_, ()):
            if next_ == start:
                return " -> ".join((*ways[id_], start))
            if next_ not in ways:
                ways[next_] = (*ways[id_], next_)
                queue.append(next_)
    return ""


def _of_remedy(row: DeclaredRemedy, names: _Names) -> Iterator[tuple[str, str]]:
    yield from (("verify", said) for said in names.unknown("check", row.verify, names.checks))
    if row.only_if is not None:
        yield from (("only if", said) for said in _of_run(row.only_if, names))
    texts = {"run": row.run, "undo": row.undo, "loses": row.loses}
    if row.changes is not None:
        texts["changes"] = (row.changes,)
    for key, lines in texts.items():
        yield from ((key, said) for line in lines for said in _of_sentence(line, names))


def _of_sentence(text: Template, names: _Names) -> Iterator[str]:
    for name in text.names:
        check, _, _field = name.partition(".")
        if name in names.parameters or check in names.broken:
            continue
        if check not in names.kinds:
            known = [*sorted(names.parameters), *names.kinds]
            yield f"${{{name}}} is no parameter, and no field of a declared check{nearest(check, known)}"
            continue
        yield from _of_field(Empty(name), names.kinds[check], names)


def _of_run(expression: Expression, names: _Names) -> Iterator[str]:
    """What is wrong with an expression about checks."""
    for leaf in leaves(expression):
        if isinstance(leaf, Ended):
            yield from names.unknown("check", (leaf.check,), names.checks)
        elif isinstance(leaf, Given):
            if leaf.name not in names.parameters:
                yield no_parameter(leaf.name, names.parameters)
        else:
            check, dot, _ = leaf.field.partition(".")
            yield from _compared_fields(leaf, names)
            if check in names.broken:
                continue
            if check not in names.kinds:
                yield from _unknown_check(check, bool(dot), names)
            elif not dot:
                yield f"say what of {check}: {check} fails, or {check}.{names.kinds[check].fields[0].name}"
            else:
                yield from _of_field(leaf, names.kinds[check], names)


def _compared_fields(leaf: Compare | Exists | Empty | Any, names: _Names) -> Iterator[str]:
    """A field of one check is not compared with a field of another."""
    for literal in leaf.literals if isinstance(leaf, Compare) else ():
        if isinstance(literal, Word) and "." in literal and literal.partition(".")[0] in names.kinds:
            yield no_value(literal)


def _unknown_check(check: str, has_field: bool, names: _Names) -> Iterator[str]:
    if check in names.base.checks:
        yield f"a built-in check has no fields: write {check} fails, warns or passes"
        return
    missing = "" if has_field else "; a field stands behind its check: root-disk.used_percent"
    yield f"there is no check {check!r}{nearest(check, names.kinds) if names.kinds else ''}{missing}"


def _of_field(leaf: Compare | Exists | Empty | Any, kind: Kind, names: _Names) -> Iterator[str]:
    check = leaf.field.partition(".")[0]
    yield from mistakes_of_leaf(leaf, kind, names.parameters, f"{check}.")
