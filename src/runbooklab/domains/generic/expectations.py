"""What an expectation may ask: the fields of its kind, compared with what they can be."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from runbooklab.domains.generic.entries import nearest, no_parameter
from runbooklab.domains.generic.kinds import Field, Kind
from runbooklab.domains.generic.language.expression import (
    Compare,
    Empty,
    Ended,
    Exists,
    Expression,
    Given,
    Holds,
    Literal_,
    Parameter,
    Word,
    leaves,
)
from runbooklab.domains.generic.language.quantity import UNITS, Quantity, dimension_of

_ORDER = ("<", "<=", ">", ">=")
#: Type of a field -> the operators that go with it; JSON may be anything.
_OPERATORS = {
    "truth": ("==", "!="),
    "number": ("==", "!=", *_ORDER, "in"),
    "text": ("==", "!=", "contains", "matches", "in"),
    "list": ("contains", "matches"),
    "json": ("==", "!=", *_ORDER, "contains", "matches", "in"),
}
#: Fields below which the target's own names stand: an author may leave them out.
_OWN = ("column", "perf")
_INSTEAD = {"list": "contains", "text": "==", "number": "==", "truth": "the field alone"}


def mistakes_in(
    expression: Expression, kind: Kind, parameters: Collection[str], prefix: str = ""
) -> Iterator[str]:
    """What is wrong with an expectation of a check of this kind; ``prefix`` stands before its fields."""
    for leaf in leaves(expression):
        if isinstance(leaf, Ended):
            if not prefix:
                said = f"{leaf.check} {leaf.outcome}"
                yield f"an expectation asks about the check's own fields; {said} is for causes"
        elif isinstance(leaf, Given):
            yield from _of_parameters((Parameter(leaf.name), *leaf.literals), parameters)
        else:
            yield from mistakes_of_leaf(leaf, kind, parameters, prefix)


def mistakes_of_leaf(
    leaf: Compare | Holds | Exists | Empty, kind: Kind, parameters: Collection[str], prefix: str = ""
) -> Iterator[str]:
    """What is wrong with one statement about a field of a kind."""
    name = leaf.field.removeprefix(prefix)
    field = field_of(kind, name)
    if field is None:
        known = [row.name for row in kind.fields]
        meant = nearest(name.partition(".")[0], known)
        own = next((row.name for row in kind.fields if row.name in _OWN), "")
        if own and "did you mean" not in meant:
            meant = f"; did you mean {own}.{name}?"
        yield f"{kind.name} has no field {name!r}{meant}"
        return
    if field.has_names and "." not in name and "[" not in name and not isinstance(leaf, Exists | Empty):
        yield f"say which one: {field.example}"
    if not field.has_names and name != field.name:
        yield f"{field.name} has no parts: {field.example}"
    if isinstance(leaf, Holds) and field.type not in ("truth", "json"):
        yield f"{name} is a {field.type}: say what it is compared with, as in {field.example}"
    if isinstance(leaf, Exists) and field.type == "text" and not field.has_names:
        yield f"{name} may be there and empty: write {name} is not empty"
    if isinstance(leaf, Compare):
        yield from _of_parameters(leaf.literals, parameters)
        yield from _compared(leaf, field, name, kind)


def field_of(kind: Kind, name: str) -> Field | None:
    """The field that a name belongs to: ``json`` for ``json.a.b``."""
    first = name.partition(".")[0].partition("[")[0]
    return next((row for row in kind.fields if row.name == first), None)


def _of_parameters(literals: tuple[Literal_, ...], parameters: Collection[str]) -> Iterator[str]:
    for literal in literals:
        if isinstance(literal, Parameter) and literal.name not in parameters:
            yield no_parameter(literal.name, parameters)


def _is_field(literal: Literal_, field: Field, kind: Kind) -> str:
    """What is wrong with a word that is a field's name: a field is compared with a value, never another."""
    if (
        not isinstance(literal, Word)
        or literal in (field.name, *field.words)
        or field_of(kind, literal) is None
    ):
        return ""
    return no_value(literal)


def no_value(field: str) -> str:
    """What is wrong with a field on the right of a comparison."""
    return f"{field} is a field, and a field is compared with a value: quote it if you mean the text"


def _compared(leaf: Compare, field: Field, name: str, kind: Kind) -> Iterator[str]:
    if field.type in ("text", "list", "json"):
        yield from (said for each in leaf.literals if (said := _is_field(each, field, kind)))
    if leaf.operator not in _OPERATORS[field.type]:
        instead = _INSTEAD.get(field.type, "==")
        yield f"{leaf.operator!r} does not go with {name}, a {field.type}; use {instead}: {field.example}"
        return
    for literal in leaf.literals:
        yield from _literal(literal, field, name, leaf.operator)


def _literal(literal: Literal_, field: Field, name: str, operator: str) -> Iterator[str]:
    if isinstance(literal, Parameter) or operator == "matches":
        return
    if field.type == "json":
        if isinstance(literal, Quantity) and literal.unit:
            yield f"{name} has no unit, so it cannot be compared with {literal}: write the bare number"
        return
    if field.type == "number":
        yield from _number(literal, field, name)
    elif field.type == "truth" and not isinstance(literal, bool):
        yield f"{name} is true or false, not {literal}: write {name}, or not {name}"
    elif field.type in ("text", "list") and isinstance(literal, Quantity | bool):
        yield f"{name} is a text: quote what it is compared with, as in {field.example}"
    elif field.words and isinstance(literal, str) and literal not in field.words and operator != "contains":
        yield f"{name} is never {literal!r}{nearest(literal, field.words)}"


def _number(literal: Literal_, field: Field, name: str) -> Iterator[str]:
    if not isinstance(literal, Quantity):
        yield f"{name} is a number, not {literal!r}, as in {field.example}"
        return
    wanted = dimension_of(field.unit)
    if literal.dimension not in ("", wanted) or (literal.unit and not field.unit):
        units = [unit for unit, (dimension, _) in UNITS.items() if dimension == wanted and wanted]
        yield f"{name} has {'the unit ' + ' or '.join(units) if units else 'no unit'}, not {literal.unit!r}"
    elif field.unit in ("bytes", "s", "days") and not literal.unit and literal.number != 0:
        yield f"{name} needs a unit, as in {field.example}"
