"""What a domain says of a target that nobody could look at: neither that it works nor that it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, get_args, get_type_hints

from runbooklab.diagnosis.causes import judge_causes
from runbooklab.diagnosis.findings import find_all
from runbooklab.diagnosis.verdict import decide
from runbooklab.domain.cause import RuledOut, Supported, Untested
from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.rules import Rules
from runbooklab.domain.steps import Steps
from runbooklab.model.conclusions import Finding, Judgement
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing, Observation
from runbooklab.testing.mistake import Found, Mistake, tried
from runbooklab.testing.names import named

_REASONS: tuple[Any, ...] = get_args(get_type_hints(Missing)["reason"])
#: The contributions that are functions of evidence alone, and give many things.
_MANY = ("shows_failure", "moments", "plots", "places", "left_out", "measures", "identity")
_TEXTS = ("name_to_confirm", "url")


def mistakes(domain: AnyDomain, rules: Rules) -> Found:
    """Rows that raise on evidence without any observation, or conclude something from it."""
    found = [mistake for blind in _blind(rules) for mistake in _of(domain, rules, rules.seen(blind))]
    yield from dict.fromkeys(found)


def _blind(rules: Rules) -> Iterator[Evidence]:
    """Evidence of a look that nothing came of, for each reason there is."""
    yield Evidence()
    for reason in _REASONS:
        yield Evidence().having(
            *(
                Observation(probe.name, probe.vantage, missing=Missing(reason))
                for probe in rules.probes.values()
            )
        )


def _of(domain: AnyDomain, rules: Rules, blind: Evidence) -> Found:
    yield from _checks(domain, blind)
    yield from _causes(domain, rules, blind)
    yield from _remedies(domain, blind)
    yield from _contributions(domain, rules, blind)
    yield from _verdict(domain, rules, blind)


def _raised(where: str, what: str, failure: str) -> Mistake:
    return Mistake(
        where, f"{what} raises without observations: {failure}", "ask whether .value is None first"
    )


def _checks(domain: AnyDomain, blind: Evidence) -> Found:
    for check in domain.checks:
        said, failure = tried(check.judge, domain.view.of(blind))
        if failure:
            yield _raised(named(check), "judge", failure)
        elif not isinstance(said, Judgement):
            what = f"judge gives {type(said).__name__}, no Judgement"
            yield Mistake(named(check), what, "return ok(...), warning(...), critical(...) or absent(...)")
        elif said.status not in ("unknown", "skipped"):
            what = f"it is {said.status} without observations"
            yield Mistake(named(check), what, "return absent(...) for what was not observed")
        elif not said.summary or "\n" in said.summary:
            yield Mistake(named(check), "its summary is not one line", "write one sentence")
        if check.command is not None:
            line, failure = tried(check.command, domain.view.of(blind))
            if failure:
                yield _raised(named(check), "command", failure)
            elif not isinstance(line, str) or "\n" in line:
                what = "its command is not one line"
                yield Mistake(named(check), what, 'return what a person pastes, or "" if there is nothing')


def _causes(domain: AnyDomain, rules: Rules, blind: Evidence) -> Found:
    for cause in domain.causes:
        ruling, failure = tried(cause.judge, domain.view.of(blind))
        if failure:
            yield _raised(named(cause), "judge", failure)
        elif isinstance(ruling, Supported) and not rules.explains_missing(cause):
            what = "it is supported without observations"
            yield Mistake(named(cause), what, "return Untested(...) for what was not observed")
        elif not isinstance(ruling, Supported | RuledOut | Untested):
            what = f"judge gives {type(ruling).__name__}, no ruling"
            yield Mistake(named(cause), what, "return Supported(...), RuledOut(...) or Untested(...)")
        if cause.inspect is not None:
            command, failure = tried(cause.inspect.command, domain.view.of(blind))
            if failure:
                yield _raised(named(cause), "inspect", failure)
            elif not command:
                yield Mistake(
                    named(cause), "inspect gives no command", "return a command that changes nothing"
                )


def _remedies(domain: AnyDomain, blind: Evidence) -> Found:
    for remedy in domain.remedies:
        steps, failure = tried(remedy.steps, domain.view.of(blind))
        if failure:
            yield _raised(named(remedy), "steps", failure)
        elif not isinstance(steps, Steps):
            yield Mistake(named(remedy), f"steps gives {type(steps).__name__}", "return Steps(...)")
        elif not (isinstance(steps.commands, tuple) and steps.commands and all(steps.commands)):
            yield Mistake(
                named(remedy), "it has no command", "give a tuple of the commands that a person pastes"
            )
        elif not steps.changes:
            yield Mistake(named(remedy), "it does not say what it changes", "say so in changes")
        _, failure = tried(remedy.fits, domain.view.of(blind))
        if failure:
            yield _raised(named(remedy), "fits", failure)


def _contributions(domain: AnyDomain, rules: Rules, blind: Evidence) -> Found:
    findings = find_all(rules, blind, {})
    for name, ask, kind in _asked(domain, domain.view.of(blind), findings):
        given, failure = tried(ask)
        if failure:
            yield _raised(name, "it", failure)
        elif not isinstance(given, kind):
            yield Mistake(name, f"it gives {type(given).__name__}", f"return {kind.__name__}")


def _asked(
    domain: AnyDomain, view: Any, findings: tuple[Finding, ...]
) -> Iterator[tuple[str, Callable[[], Any], type]]:
    """Each function beside the rows: its name, how it is called, and what it gives."""
    own, standing = domain.contributions, domain.standing
    for name in _MANY:
        yield f"contribution {name}", partial(_all, getattr(own, name), view), tuple
    for name in _TEXTS:
        yield f"contribution {name}", partial(getattr(own, name), view), str
    yield "contribution ladder", partial(_all, own.ladder, view, {each.id: each for each in findings}), tuple
    yield "contribution upcoming", partial(_all, own.upcoming, view, ()), tuple
    yield "contribution target_name", partial(own.target_name, {}, view), str
    yield "contribution target_name", partial(own.target_name, {}, None), str
    yield "contribution examples", partial(_all, own.examples), tuple
    if standing is not None:
        yield "standing healthy", partial(standing.healthy, view), str
        yield "standing also_unseen", partial(_all, standing.also_unseen, view, findings), tuple


def _all(function: Callable[..., Any], *arguments: Any) -> tuple[Any, ...]:
    return tuple(function(*arguments))


def _verdict(domain: AnyDomain, rules: Rules, blind: Evidence) -> Found:
    if domain.standing is None or not domain.standing.grounds:
        return
    verdict, failure = tried(
        lambda: decide(rules, blind, find_all(rules, blind, {}), judge_causes(rules, blind))
    )
    if failure:
        yield _raised("standing", "the verdict", failure)
    elif verdict == "ok":
        what = "the verdict is ok without observations"
        yield Mistake("standing", what, "let it rest on a check that is unknown then, and may not be skipped")
