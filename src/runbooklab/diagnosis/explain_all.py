"""A pasted error text explained by the subjects of all runbooks: the one that it is about says the most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from runbooklab.diagnosis.error_signs import Mark, read
from runbooklab.diagnosis.explanation import Explanation, Reduced, judge, reduced_pieces
from runbooklab.domain.rules import Rules
from runbooklab.domain.sign import Other, SignTable, joined

#: How much the best line of a text says to a subject; 0: nothing.
NAMED, SPECIFIC, GENERIC, VAGUE = 4, 3, 2, 1


def explain_by_all(subjects: Sequence[Rules], pieces: Iterable[str]) -> Explanation:
    """What the text points to. ``subjects``: the rules of each runbook's subject, the default one first.

    A line is about one subject at most: what names another one, or another service, counts for that. The
    subject to which the text says most explains it; what it says to others comes after that.
    """
    tables = [rules.signs for rules in subjects]
    given = reduced_pieces(pieces, joined(tables))
    apart = [_judged_apart(rules, tables) for rules in subjects]
    weights = [weight(given, rules.signs) for rules in apart]
    order = sorted(range(len(apart)), key=lambda place: -weights[place])
    said = [(weights[place], judge(apart[place], given)) for place in order]
    best = next((each for weight_, each in said if weight_), None)
    default = next(each for place, (_, each) in zip(order, said, strict=True) if place == 0)
    if best is None:
        return default
    causes = {
        (cause.id, cause.runbook): cause
        for weight_, each in said
        if weight_ >= GENERIC or each is best
        for cause in each.causes
    }
    notes = best.notes if best is default else (*_not_the_default(tables[0], default), *best.notes)
    return replace(best, causes=tuple(causes.values()), notes=notes)


def weight(given: Reduced, table: SignTable) -> int:
    """How much the text says to the subject of ``table``."""
    return max(map(_weight, read(given.text, table).marks), default=0)


def _weight(mark: Mark) -> int:
    if mark.sign.level != "firm":
        return VAGUE
    if mark.names_subject:
        return NAMED
    return GENERIC if mark.sign.generic else SPECIFIC


def _judged_apart(rules: Rules, tables: Sequence[SignTable]) -> Rules:
    """The rules, with the other subjects among the services that a line may be about instead.

    The default subject's table, the first one, knows the others already.
    """
    own = rules.signs
    if own is tables[0]:
        return rules
    services = {other.name: other for table in tables for other in table.others}
    if tables[0].subject is not None:
        services[tables[0].title] = Other(tables[0].title, (), tables[0].subject)
    services.pop(own.title, None)
    return rules.explaining(replace(own, others=tuple(services.values())))


def _not_the_default(table: SignTable, said: Explanation) -> tuple[str, ...]:
    """That the text is not about what most texts are about."""
    about = re.compile(rf"not about {re.escape(table.title)}\b")
    return tuple(note for note in said.notes if about.search(note) and not said.causes)
