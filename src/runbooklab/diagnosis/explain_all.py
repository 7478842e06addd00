"""A pasted error text explained by the subjects of all runbooks: the one that it is about says the most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from runbooklab.diagnosis.error_signs import Mark, read
from runbooklab.diagnosis.explanation import Explanation, Reduced, Suspect, judge, not_about, reduced_pieces
from runbooklab.domain import registry
from runbooklab.domain.rules import Rules
from runbooklab.domain.sign import NO_SIGNS, Other, SignTable, joined
from runbooklab.domains import DEFAULT
from runbooklab.errors import UserError

#: What the best line of a text is for a subject: names what failed; what any program says; gives no reason.
SPECIFIC, GENERIC, VAGUE = 3, 2, 1
#: That, how few causes it points to, whether the line names the subject.
Weight = tuple[int, int, bool]
#: As many causes more count for the default subject if the line does not name it.
UNNAMED = 10
NOTHING: Weight = (0, 0, False)


def installed_subjects() -> list[Rules]:
    """The rules of each subject, the default one first; what cannot be used here explains nothing."""
    found = [Rules.of(DEFAULT)]
    for name in registry.names():
        with suppress(UserError):
            if name not in DEFAULT and registry.domain(name).signs is not NO_SIGNS:
                found.append(Rules.of((name,)))
    return found


def explain_by_all(subjects: Sequence[Rules], pieces: Iterable[str]) -> Explanation:
    """What the text points to. ``subjects``: the rules of each runbook's subject, the default one first.

    A line is about one subject at most: what names another one, or another service, counts for that. The
    subject to which the text says most explains it; what it says to others comes after that.
    """
    tables = [rules.signs for rules in subjects]
    given = reduced_pieces(pieces, joined(tables))
    apart = [_judged_apart(rules, tables) for rules in subjects]
    weights = [weight(given, rules.signs, is_default=place == 0) for place, rules in enumerate(apart)]
    said = [judge(rules, given, cautious=place == 0) for place, rules in enumerate(apart)]
    order = sorted(range(len(said)), key=weights.__getitem__, reverse=True)
    best, default = order[0], said[0]
    if weights[best] == NOTHING:
        return default
    causes: dict[tuple[str, str], Suspect] = {}
    for place in order:
        if weights[place][0] >= GENERIC or place == best:
            for cause in said[place].causes:
                causes.setdefault((cause.id, cause.runbook), cause)
    notes = said[best].notes
    if best != 0 and default.others and not default.causes:
        notes = (not_about(tables[0].title, default.others), *notes)
    return replace(said[best], causes=tuple(causes.values()), notes=notes)


def weight(given: Reduced, table: SignTable, *, is_default: bool) -> Weight:
    """How much the text says to the subject of ``table``."""
    return max((_weight(mark, is_default) for mark in read(given.text, table).marks), default=NOTHING)


def _weight(mark: Mark, is_default: bool) -> Weight:
    """Of two signs that name what failed, the one with fewer causes says more.

    The default subject has signs of what it builds on, too: in a line that does not name it, those of the
    other subject count.
    """
    if mark.sign.level != "firm":
        return (VAGUE, 0, mark.names_subject)
    if mark.sign.generic and not mark.names_subject:
        return (GENERIC, 0, False)
    unnamed = UNNAMED if is_default and not mark.names_subject else 0
    return (SPECIFIC, -len(mark.sign.causes) - unnamed, mark.names_subject)


def _judged_apart(rules: Rules, tables: Sequence[SignTable]) -> Rules:
    """The rules, with the other subjects among the services that a line may be about instead.

    The default subject's table, the first one, knows the others already; a table without a subject's name
    explains what any program may say.
    """
    own = rules.signs
    if own is tables[0] or own.subject is None:
        return rules
    services = {other.name: other for table in tables for other in table.others}
    if tables[0].subject is not None:
        services[tables[0].title] = Other(tables[0].title, (), tables[0].subject)
    services.pop(own.title, None)
    return rules.explaining(replace(own, others=tuple(services.values())))
