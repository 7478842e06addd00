"""What an expression says of what was seen: true, false, or that it cannot be known, and why.

Nothing that was not observed is true or false. ``absent`` is what the answer does not have: one that is no
JSON has no ``json.database``. ``unobserved`` is what may be there and could not be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from runbooklab.domains.generic.language.expression import (
    Both,
    Compare,
    Either,
    Empty,
    Ended,
    Exists,
    Expression,
    Given,
    Holds,
    Literal_,
    Not,
    Parameter,
)
from runbooklab.domains.generic.language.patterns import NotAPattern, compiled
from runbooklab.domains.generic.language.quantity import Quantity, dimension_of, in_words, quantity
from runbooklab.words import listed, short

Value = bool | int | float | str | list[str] | dict[str, object] | None

#: Most characters of a value in a reason.
MOST_SHOWN = 80


class Truth(Struct, frozen=True):
    """``why`` finishes a sentence: "used_percent is 97 %"."""

    said: Literal["true", "false", "absent", "unobserved"]
    why: str

    @property
    def is_true(self) -> bool:
        return self.said == "true"


class Found(Struct, frozen=True):
    """A field's value: there, not there, or not observed. ``unit`` is that of a number."""

    state: Literal["there", "absent", "unobserved"]
    value: Value = None
    unit: str = ""
    words: str = ""  # the value as a person reads it; or why there is none


class World(Protocol):
    """What an expression asks."""

    def field(self, name: str) -> Found:
        """A field by its whole name."""

    def outcome(self, check: str) -> Found:
        """How a check ended: the text ``passes``, ``warns`` or ``fails``."""

    def parameter(self, name: str) -> Value:
        """A parameter's value."""

    def words(self, name: str) -> str:
        """A field's name, or a check's, as a reason says it."""


_OPPOSITE = {"true": "false", "false": "true", "absent": "absent", "unobserved": "unobserved"}
_SAYS = {
    "==": "not {}", "!=": "not different from {}", "<": "not below {}", "<=": "not {} or less",
    ">": "not above {}", ">=": "not {} or more", "contains": "without “{}”", "matches": "not like “{}”",
    "in": "not one of {}",
}  # fmt: skip
#: What is asked of a part of a value: that one is empty says enough.
_WITHIN = ("contains", "matches")


def truth(expression: Expression, world: World) -> Truth:
    """What the expression says in this world."""
    match expression:
        case Both(parts):
            return _joined([truth(part, world) for part in parts], decisive="false", otherwise="true")
        case Either(parts):
            return _joined([truth(part, world) for part in parts], decisive="true", otherwise="false")
        case Not(part):
            said = truth(part, world)
            return Truth(_OPPOSITE[said.said], said.why)  # type: ignore[arg-type] # the four words
        case Compare(name, operator, literals):
            return _compared(world.words(name), world.field(name), operator, literals, world)
        case Holds(name):
            return _holds(world.words(name), world.field(name))
        case Exists(name):
            return _exists(world.words(name), world.field(name))
        case Empty(name):
            return _is_empty(world.words(name), world.field(name))
        case Ended(check, outcome):
            return _ended(world.words(check), outcome, world.outcome(check))
        case Given(name, operator, literals):
            return _given(name, operator, literals, world)


def _joined(
    parts: Sequence[Truth],
    decisive: Literal["true", "false"],
    otherwise: Literal["true", "false"],
) -> Truth:
    """One part may decide alone; else one that is not known leaves the whole unknown."""
    for said in (decisive, "unobserved", "absent"):
        found = [part for part in parts if part.said == said]
        if found:
            return found[0]
    return Truth(otherwise, _all_of([part.why for part in parts]))


def _all_of(reasons: Sequence[str]) -> str:
    """Each reason once; a check is named once for those of its reasons that follow each other."""
    said: list[str] = []
    named = ""
    for reason in dict.fromkeys(reasons):
        check, colon, rest = reason.partition(": ")
        said.append(rest if colon and check == named else reason)
        named = check if colon else ""
    return " and ".join(said)


def _missing(name: str, found: Found) -> Truth:
    if found.state == "unobserved":
        return Truth("unobserved", f"{name} could not be observed: {found.words}")
    return Truth("absent", found.words or f"there is no {name}")


def _compared(name: str, found: Found, operator: str, literals: Sequence[Literal_], world: World) -> Truth:
    if found.state != "there":
        return _missing(name, found)
    answers = [
        _is(found, "==" if operator == "in" else operator, _value(each, found, operator, world))
        for each in literals
    ]
    shown = " or ".join(_shown(each, found, operator, world) for each in literals)
    is_ = f"{name} is {found.words}"
    if None in answers and True not in answers:
        return Truth("unobserved", f"{is_}, which cannot be compared with {shown}")
    if True in answers:
        return Truth("true", is_)
    if operator in _WITHIN and found.value in ("", []):
        return Truth("false", is_)
    if operator == "matches":
        shown = shown.removeprefix("(?i)")
    return Truth("false", f"{is_}, {_SAYS[operator].format(shown)}")


def _value(literal: Literal_, found: Found, operator: str, world: World) -> bool | float | str | None:
    """A literal as the field's value is compared with it: a number in its unit, a text as it is written."""
    if isinstance(literal, Parameter):
        given = world.parameter(literal.name)
        is_number = isinstance(found.value, int | float) and operator not in ("contains", "matches")
        if isinstance(given, str):
            literal = (quantity(given) if is_number else None) or given
        else:
            return given if isinstance(given, int | float) else None
    if not isinstance(literal, Quantity):
        return literal
    if literal.unit and literal.dimension != dimension_of(found.unit):
        return None
    return literal.of(found.unit)


def _shown(literal: Literal_, found: Found, operator: str, world: World) -> str:
    """A literal as a reason says it; a plain number in the unit of the field."""
    value = _value(literal, found, operator, world)
    has_unit = isinstance(literal, Quantity) and literal.unit
    if found.unit and not has_unit and isinstance(value, int | float) and not isinstance(value, bool):
        return in_words(value, found.unit)
    if isinstance(literal, Parameter):
        return short(str(world.parameter(literal.name) or "an empty parameter"), MOST_SHOWN)
    return str(literal).lower() if isinstance(literal, bool) else short(str(literal), MOST_SHOWN)


def _is(found: Found, operator: str, wanted: bool | float | str | None) -> bool | None:
    """Whether the comparison holds; None if the two cannot be compared."""
    value = found.value
    if operator == "matches":
        return _matches(value, wanted) if isinstance(wanted, str) else None
    if operator == "contains":
        return _contains(value, wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return (
            _equal(operator, value, wanted) if isinstance(value, bool) and isinstance(wanted, bool) else None
        )
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return _ORDER[operator](value, wanted)
    if isinstance(value, str):
        return _equal(operator, value, _as_text(wanted))
    return None


_ORDER: dict[str, Callable[[float, float], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def _as_text(wanted: float | str | None) -> str | None:
    """A number as a text holds it: ``mode == 0640`` is refused by lint, ``json.code == 5`` may be a text."""
    return f"{wanted:.15g}" if isinstance(wanted, float) else None if wanted is None else str(wanted)


def _equal(operator: str, value: object, wanted: object) -> bool | None:
    if operator not in ("==", "!=") or wanted is None:
        return None
    return (value == wanted) is (operator == "==")


def _matches(value: Value, written: str) -> bool | None:
    """None also for a parameter's value that is no regular expression."""
    try:
        pattern = compiled(written)
    except NotAPattern:
        return None
    if isinstance(value, list):
        return any(pattern.matches(str(item)) for item in value)
    if isinstance(value, bool | dict) or value is None:
        return None
    return pattern.matches(str(value))


def _contains(value: Value, wanted: bool | float | str | None) -> bool | None:
    """A text has a part, a list an item, an object a name."""
    if isinstance(wanted, bool) or wanted is None:
        return None
    text = str(_as_text(wanted))
    if isinstance(value, list):
        return any((_as_text(item) if isinstance(item, float) else str(item)) == text for item in value)
    return text in value if isinstance(value, str | dict) else None


def _holds(name: str, found: Found) -> Truth:
    if found.state != "there":
        return _missing(name, found)
    if isinstance(found.value, bool):
        place, _, field = name.rpartition(": ")
        said = name if found.value else f"{place}: not {field}" if place else f"not {field}"
        return Truth("true" if found.value else "false", said)
    return Truth("unobserved", f"{name} is {found.words}, which is neither true nor false")


def _exists(name: str, found: Found) -> Truth:
    if found.state == "unobserved":
        return _missing(name, found)
    if found.state == "absent":
        return Truth("false", found.words or f"there is no {name}")
    return Truth("true", f"{name} is {found.words}")


def _is_empty(name: str, found: Found) -> Truth:
    if found.state != "there":
        return _missing(name, found)
    is_empty = found.value is None or found.value == "" or found.value == [] or found.value == {}
    return Truth("true" if is_empty else "false", f"{name} is {found.words if not is_empty else 'empty'}")


def _ended(check: str, outcome: str, found: Found) -> Truth:
    if found.state != "there":
        return Truth("unobserved", found.words)
    return Truth("true" if found.value == outcome else "false", f"{check} {found.value}")


def _given(name: str, operator: str, literals: Sequence[Literal_], world: World) -> Truth:
    value = world.parameter(name)
    if operator == "exists":
        is_given = value not in (None, "")
        return Truth("true" if is_given else "false", f"{name} is {'given' if is_given else 'empty'}")
    words = listed(list(map(str, value))) if isinstance(value, list) else str(value)
    found = Found("there", value, words=short(words, MOST_SHOWN) or "empty")
    if isinstance(value, str) and any(isinstance(literal, Quantity) for literal in literals):
        number = quantity(value)
        if number is not None and operator not in ("contains", "matches"):
            found = Found("there", number.number, number.unit, found.words)
    return _compared(name, found, operator, literals, world)
