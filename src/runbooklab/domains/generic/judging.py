"""What declared checks and causes say of the evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runbooklab.domain import (
    RuledOut,
    Ruling,
    Supported,
    Untested,
    absent,
    critical,
    ok,
    skipped,
    unknown,
    warning,
)  # fmt: skip
from runbooklab.domains.generic.asking import as_text, checks_asked, empty_parameters, fill_in
from runbooklab.domains.generic.declared import Broken, DeclaredCause, DeclaredCheck, Expectation
from runbooklab.domains.generic.kinds import Kind
from runbooklab.domains.generic.language.expression import Ended, Given, leaves
from runbooklab.domains.generic.language.truth import Truth, World, truth
from runbooklab.domains.generic.records import Seen
from runbooklab.domains.generic.template import Template
from runbooklab.domains.generic.world import MOST_SHOWN, OfCheck, OfRun, found_in, in_prose, key_of, shown
from runbooklab.model.conclusions import Judgement
from runbooklab.model.declared import in_cell
from runbooklab.model.evidence import Evidence
from runbooklab.words import listed, short

_SAYS = {"fail": critical, "warn": warning, "pass": ok}
#: Most fields that a finding lists.
MOST_FACTS = 12
#: Longest text among them, in characters: what is longer stands in the output.
LONGEST_FACT = 100


def broken(row: Broken) -> Judgement:
    """What is said of a check that cannot be read."""
    return unknown(f"The check {row.id} cannot be read: {in_cell(row.mistakes[0])}")


def judge_check(check: DeclaredCheck, e: Evidence) -> Judgement:
    """What a check says of what was seen: the first true one of fail, warn and pass decides."""
    title = filled(check.title, e)
    observation = e[key_of(check.id)]
    is_skipped = observation.missing is not None and observation.missing.reason == "not-applicable"
    if not is_skipped and (empty := empty_parameters(check, e.target.values)):
        return unknown(f"{title}: {fill_in(empty)}.")
    if observation.value is None:
        return absent(e, observation, title)
    seen = observation.value
    text = "" if seen.shown.strip() == seen.note.strip() else seen.shown
    more: dict[str, Any] = {"facts": _facts(seen, check), "text": text}
    world = OfCheck(seen, check.kind, e.target.values)
    said = [(each, truth(each.expression, world)) for each in check.expectations]
    if not said:
        return skipped(f"{title}: {_for_information(seen)}.", **more)
    decided = next((pair for pair in said if pair[1].is_true), None)
    if decided is None:
        return unknown(f"{title}: {_undecided(check, said, world)}.", **more)
    expectation, why = decided
    if expectation.word == "pass" and (open_ := _open_before(said)) is not None:
        return unknown(f"{title}: {open_.why}.", **more)
    return _SAYS[expectation.word](_sentence(expectation, why, title, seen, world, e), **more)


def _for_information(seen: Seen) -> str:
    """What is said of a check that expects nothing: also that what is shown is no answer, or a failed one."""
    status = seen.values.get("exit")
    ended = f"ended with status {status}" if status else ""
    said = seen.note.rstrip(".") or ended or next(iter(seen.unobserved.values()), "")
    if ended and said == ended and seen.values.get("out") and not seen.values.get("err"):
        return f"shown for information, status {status}"  # so does diff say that two files differ
    return said or ("shown for information" if seen.shown.strip() or status is None else "no output")


def _open_before(said: list[tuple[Expectation, Truth]]) -> Truth | None:
    """What fail or warn ask and could not be observed: it may be true."""
    return next((why for each, why in said if each.word != "pass" and why.said == "unobserved"), None)


def _sentence(
    expectation: Expectation, why: Truth, title: str, seen: Seen, world: OfCheck, e: Evidence
) -> str:
    if expectation.says is not None:
        return _of_check(expectation.says, world, e)
    said = seen.note.rstrip(".") or why.why
    own = "" if expectation.word == "pass" or seen.note else _own_words(seen, world.kind)
    return f"{title}: {said}, {own}." if own and own not in said else f"{title}: {said}."


def _own_words(seen: Seen, kind: Kind) -> str:
    """A line of what the target itself says, which tells more than a number does; "" if there is none."""
    for name, introduced in kind.tells:
        is_good_answer = seen.values.get("status", 400) < 400 if name == "body" else False
        text = "" if is_good_answer else seen.values.get(name)
        lines = text.split("\n") if isinstance(text, str) else []
        line = next((each.strip() for each in lines if each.strip()), "")
        if line and not line.startswith("<"):  # a page for a browser
            return f"{introduced}: {short(line, MOST_SHOWN).rstrip('.')}"
    return ""


def _undecided(check: DeclaredCheck, said: list[tuple[Expectation, Truth]], world: OfCheck) -> str:
    """Why none of the expectations is true."""
    open_ = next((why for _, why in said if why.said == "unobserved"), None)
    if open_ is not None:
        return open_.why
    if world.seen.note:
        return f"{world.seen.note.rstrip('.')}, and the expectation says nothing about that"
    asked = _asked(check, world)
    there = [(name, found) for name, found in asked if found.state == "there"]
    telling = [(name, found) for name, found in there if found.value is not False and found.value != ""]
    facts = [f"{in_prose(name)} is {found.words}" for name, found in telling or there]
    facts += [
        f"{name} is {shown(world.seen.values[name])}" for name in _WAY_ON if _leads_on(world.seen, name)
    ]
    gone = [name for name, found in asked if found.state == "absent"]
    lacks = [_lack(gone, world.seen)] if gone else []
    about = [f"the expectation says nothing about this: {', '.join(facts)}"] if facts else []
    return ", and ".join([*about, *lacks])


#: What a redirect that was not followed tells.
_WAY_ON = ("location", "redirects")


def _leads_on(seen: Seen, name: str) -> bool:
    return "location" in seen.values and bool(seen.values.get(name))


def _lack(gone: list[str], seen: Seen) -> str:
    """What the answer has not: it may have no JSON at all."""
    text = seen.values.get("body", seen.values.get("out"))
    if "json" in seen.values or not isinstance(text, str) or not all(name[:4] == "json" for name in gone):
        return f"the answer has no {listed(gone)}"
    if not text.strip():
        return "the answer is empty"
    return f"the answer is not JSON, and begins with {short(' '.join(text.split()), 40)}"


def _asked(check: DeclaredCheck, world: OfCheck) -> list[tuple[str, Any]]:
    return [(name, world.field(name)) for name in _names_asked(check)]


def _names_asked(check: DeclaredCheck) -> list[str]:
    """The fields that a check's expectations ask about, each once."""
    names = [
        leaf.field
        for each in check.expectations
        for leaf in leaves(each.expression)
        if not isinstance(leaf, Ended | Given)
    ]
    return list(dict.fromkeys(names))


def _facts(seen: Seen, check: DeclaredCheck) -> dict[str, str]:
    """The fields that fit on a line, in the order of the table of kinds.

    What the sentence or the output says is left out, and so is what is false, zero or beside the point and
    was not asked about.
    """
    asked = {name.partition(".")[0] for name in _names_asked(check)}
    said = {seen.note.rstrip("."), *map(str.strip, seen.shown.splitlines())} - {""}
    facts: dict[str, str] = {}
    has_nothing_else = not check.expectations and not seen.shown.strip()
    for row in check.kind.fields:
        if row.name not in seen.values or row.has_names or row.type == "json":
            continue
        value = seen.values[row.name]
        words = shown(value, row.unit)
        is_said = words in said or value == ""
        is_wanted = row.name in asked or not (row.aside or value in (False, 0)) or has_nothing_else
        if is_wanted and not is_said and len(words) <= LONGEST_FACT and "\n" not in str(value):
            facts[row.name.replace("_", " ")] = words
    return dict(list(facts.items())[:MOST_FACTS])


def filled(text: Template, e: Evidence) -> str:
    """A text with the parameters in it."""
    return text.text(lambda name: parameter_text(name, e))


def parameter_text(name: str, e: Evidence) -> str:
    """A parameter's value in a sentence; its name if nobody has filled it in."""
    return as_text(e.target.values.get(name, "")) or f"<{name}>"


def _of_check(text: Template, world: OfCheck, e: Evidence) -> str:
    """A sentence with the parameters and the check's own fields in it."""

    def value(name: str) -> str:
        if name in e.target.values:
            return parameter_text(name, e)
        found = found_in(world.seen, world.kind, name)
        return found.words if found.state == "there" else "unknown"

    return _sentence_of(text, value)


def _sentence_of(text: Template, value: Callable[[str], str]) -> str:
    """A sentence with values in it: after one that ends with a full stop, no second one follows."""
    parts = list(text.filled(value))
    for at, piece in enumerate(parts[2::2], 1):
        if piece.startswith("."):
            parts[2 * at - 1] = parts[2 * at - 1].removesuffix(".")
    return "".join(parts)


# --- causes


def judge_cause(cause: DeclaredCause, e: Evidence, world: OfRun) -> Ruling:
    """Supported if `when` is true and `unless` is not; ruled out if not; untested if that is not known."""
    said = truth(cause.when, world)
    if said.said == "false":
        return RuledOut(_as_sentence(said.why))
    if not said.is_true:
        return Untested(_as_sentence(said.why))
    if cause.unless is not None:
        otherwise = truth(cause.unless, world)
        if otherwise.is_true:
            return RuledOut(_as_sentence(otherwise.why))
        if otherwise.said == "unobserved":
            return Untested(_as_sentence(otherwise.why))
    because = cause.because or checks_asked(cause.when)
    proof = _proof(cause, because, said, world, e)
    return Supported(
        proof,
        because,
        cause.confidence,
        summary=_summary(title_of(cause, e), proof),
    )


def _proof(cause: DeclaredCause, because: tuple[str, ...], said: Truth, world: OfRun, e: Evidence) -> str:
    """Its own sentence; else what the first check says that is not ok, else what was asked and true."""
    if cause.proof is not None:
        return in_sentence(cause.proof, e, world)
    statuses = (world.status(check, e) for check in because)
    bad = (found[1] for found in statuses if found is not None and found[0] in ("critical", "warning"))
    return next(bad, _as_sentence(said.why))


def in_sentence(text: Template, e: Evidence, world: World) -> str:
    """A sentence with the parameters and the fields of checks in it."""

    def value(name: str) -> str:
        if name in e.target.values:
            return parameter_text(name, e)
        found = world.field(name)
        return found.words if found.state == "there" else "unknown"

    return _sentence_of(text, value)


def _summary(title: str, proof: str) -> str:
    """The title and what proves it; the same is not said twice."""
    return proof if proof.startswith(title) else f"{title}. {proof}"


def title_of(cause: DeclaredCause, e: Evidence) -> str:
    """A cause's title with the parameters in it."""
    return filled(cause.title, e)


def _as_sentence(why: str) -> str:
    """A reason as a sentence; an id at its beginning stays as it is."""
    first = why.partition(" ")[0]
    return f"{why}." if "-" in first or ":" in first else f"{why[:1].upper()}{why[1:]}."
