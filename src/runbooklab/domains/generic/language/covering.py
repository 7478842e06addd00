"""Whether one expectation holds whenever another does, as far as comparisons with numbers say so."""

from __future__ import annotations

from runbooklab.domains.generic.language.expression import Both, Compare, Either, Expression
from runbooklab.domains.generic.language.quantity import UNITS, Quantity


def covers(wide: Expression, narrow: Expression) -> bool:
    """Whether ``wide`` is certainly true whenever ``narrow`` is; False if that is not certain.

    >>> from runbooklab.domains.generic.language.expression import parse
    >>> covers(parse("used_percent > 80%"), parse("used_percent > 90%"))
    True
    """
    if isinstance(narrow, Either):
        return all(covers(wide, part) for part in narrow.parts)
    if isinstance(wide, Both):
        return all(covers(part, narrow) for part in wide.parts)
    if isinstance(wide, Either) and any(covers(part, narrow) for part in wide.parts):
        return True
    if isinstance(narrow, Both):
        return any(covers(wide, part) for part in narrow.parts)
    if isinstance(wide, Compare) and isinstance(narrow, Compare) and wide.field == narrow.field:
        return wide == narrow or _covers(wide, narrow)
    return False


def _covers(wide: Compare, narrow: Compare) -> bool:
    """Of two comparisons of one field with one number each."""
    if len(wide.literals) != 1 or len(narrow.literals) != 1:
        return False
    first, second = wide.literals[0], narrow.literals[0]
    if (
        not isinstance(first, Quantity)
        or not isinstance(second, Quantity)
        or bool(first.unit) != bool(second.unit)
    ):
        return False
    limit, other = _base(first), _base(second)
    match wide.operator, narrow.operator:
        case (">", ">") | (">=", ">=") | (">=", ">") | (">=", "=="):
            return other >= limit
        case (">", ">=") | (">", "=="):
            return other > limit
        case ("<", "<") | ("<=", "<=") | ("<=", "<") | ("<=", "=="):
            return other <= limit
        case ("<", "<=") | ("<", "=="):
            return other < limit
    return False


def _base(quantity: Quantity) -> float:
    """The number in percent, seconds or bytes."""
    return quantity.number * (UNITS[quantity.unit][1] if quantity.unit else 1)
