"""What one row of a domain says of another: whatever is named must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.rules import Rules
from runbooklab.model.observation import AnyKey
from runbooklab.testing.mistake import Found, Mistake
from runbooklab.testing.names import named


def mistakes(domain: AnyDomain, rules: Rules) -> Found:
    """References to rows that there are none of, and rows that say too little."""
    yield from _probes(domain, rules)
    yield from _checks(domain, rules)
    yield from _causes(domain, rules)
    for layer in domain.layers:
        yield from _known(named(layer), "checks", layer.checks, rules.checks)
    yield from _known("contributions", "follow_ups", domain.contributions.follow_ups, rules.checks)
    yield from _known("contributions", "nothing_there", domain.contributions.nothing_there, rules.causes)
    for sign in domain.signs.signs:
        yield from _known(f"sign {sign.name}", "causes", sign.causes, rules.causes)
    yield from _covered(domain, rules)
    yield from _standing(domain, rules)


def _known(where: str, field: str, ids: Iterable[str], known: Collection[str]) -> Found:
    for id_ in ids:
        if id_ not in known:
            yield Mistake(where, f"{field} names {id_!r}, which is no row", "add that row, or correct the id")


def _covered(domain: AnyDomain, rules: Rules) -> Found:
    used = [each for each in rules.domains if each is not domain]
    tables: list[tuple[Any, ...]] = [
        tuple(table) for each in used for table in (each.checks, each.causes, each.remedies)
    ]
    ids = {row.id for table in tables for row in table}
    yield from _known(f"domain {domain.name}", "covers", domain.covers, ids)


def _probes(domain: AnyDomain, rules: Rules) -> Found:
    """A row that takes the place of a used domain's must give the same record: others read it."""
    used = {row.name: row for each in rules.domains if each is not domain for row in each.probes}
    for probe in domain.probes:
        other = used.get(probe.name)
        if other is not None and other.record != probe.record:
            what = f"a used domain has this probe, with the record {other.record}"
            yield Mistake(named(probe), what, "give it another name, or return the same record")
    words: dict[str, str] = {}
    for name, probe in rules.probes.items():
        other_name = words.setdefault(probe.looks_at, name)
        if other_name != name and probe.looks_at and name in {row.name for row in domain.probes}:
            what = f"it says of looks_at what the probe {other_name} says"
            yield Mistake(named(probe), what, "say what this one looks at")


def _checks(domain: AnyDomain, rules: Rules) -> Found:
    for check in domain.checks:
        if not check.needs:
            yield Mistake(
                named(check), "it needs no probe", "name in needs the probes whose observations it reads"
            )
        yield from _needed(named(check), check.needs, rules)


def _needed(where: str, keys: Iterable[AnyKey], rules: Rules) -> Found:
    for key in keys:
        probe = rules.probes.get(key.name)
        if probe is None:
            what = f"needs names the probe {key.name!r}, which is no row"
            yield Mistake(where, what, "add its row to probes, or the domain that has it to uses")
        elif probe.record != key.record:
            what = f"needs has the probe {key.name} with the record {key.record}, its row with {probe.record}"
            yield Mistake(where, what, "name the row itself")


def _causes(domain: AnyDomain, rules: Rules) -> Found:
    for cause in domain.causes:
        where = named(cause)
        if cause.layer not in rules.layers:
            yield Mistake(
                where, f"its layer {cause.layer!r} is no row", "add it to layers, or correct the name"
            )
        if not cause.remedies:
            yield Mistake(where, "it has no remedy", "name one at least: what is a person to do?")
        if not cause.source.strip():
            yield Mistake(
                where, "it has no source", "name the page or the observation that the rule comes from"
            )
        yield from _known(where, "remedies", cause.remedies, rules.remedies)
        yield from _known(where, "look_alikes", cause.look_alikes, rules.causes)
        yield from _known(where, "consequence_of", cause.consequence_of, rules.causes)
        yield from _known(where, "shown_by", filter(None, [cause.shown_by]), rules.checks)
        if cause.id in (*cause.look_alikes, *cause.consequence_of):
            yield Mistake(where, "it names itself", "take its own id out of look_alikes and consequence_of")


def _standing(domain: AnyDomain, rules: Rules) -> Found:
    standing = domain.standing
    if standing is None:
        if domain.checks or domain.causes:
            what = "it has checks or causes, and no standing: an ok would rest on nothing"
            yield Mistake(
                f"domain {domain.name}", what, "give a Standing with the checks that an ok rests on"
            )
        return
    if not standing.grounds:
        yield Mistake("standing", "an ok rests on no check", "add a Ground for each check that must be ok")
    for field, text in (
        ("claim", standing.claim),
        *((ground.check, ground.claims) for ground in standing.grounds),
    ):
        if not text.strip() or text.endswith("."):
            yield Mistake(
                "standing",
                f"what {field} claims is empty or ends with a stop",
                "write a clause: it is put into a sentence",
            )
    yield from _known("standing", "grounds", (ground.check for ground in standing.grounds), rules.checks)
    yield from _known("standing", "validation", standing.validation, rules.checks)
