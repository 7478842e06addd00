"""From a cause to the runbook that goes deeper into it, with the parameters filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runbooklab.domain import registry
from runbooklab.domain.cause import AnyCause, Supported
from runbooklab.domain.rules import Rules
from runbooklab.domain.shell import command
from runbooklab.model.conclusions import HandOver
from runbooklab.model.evidence import Evidence
from runbooklab.redaction import TOKEN


def hand_over(rules: Rules, cause: AnyCause, ruling: Supported, e: Evidence) -> HandOver | None:
    """The runbook whose subject ``cause`` is; None if it is a subject of this run, or of no runbook."""
    if not cause.runbook or cause.runbook in {domain.runbook for domain in rules.subjects}:
        return None
    return to_runbook(cause.runbook, e, ruling.parameters)


def to_runbook(runbook: str, e: Evidence, seen: Mapping[str, str] | None = None) -> HandOver:
    """That runbook with what this run was given and its domains understand, and with what was ``seen``."""
    return _run(runbook, dict(_given(rules_of(runbook), e)) | dict(seen or {}))


def to_declared(runbook: str, e: Evidence, names: Iterable[str]) -> HandOver:
    """A runbook that declares its checks itself, with the values of these of its parameters."""
    typed = {name: _typed(name, e.target.values.get(name)) for name in names}
    return _run(runbook, {name: text for name, text in typed.items() if text})


def _run(runbook: str, parameters: dict[str, str]) -> HandOver:
    return HandOver(runbook, parameters, command("runbook", "run", runbook, *_options(parameters)))


def rules_of(runbook: str) -> Rules:
    """The rules of the domains whose runbook that is."""
    return Rules.of(tuple(name for name in registry.built_in() if registry.domain(name).runbook == runbook))


def to_triage(rules: Rules, e: Evidence) -> HandOver | None:
    """All runbooks at once, if none of ``rules`` explains ``e``; None if they take no part in that."""
    if not any(domain.runbook for domain in rules.subjects):
        return None
    parameters = dict(_given(rules, e))
    return HandOver("", parameters, command("runbook", "triage", *_options(parameters)))


def _options(parameters: Mapping[str, str]) -> list[str]:
    return [word for name, value in parameters.items() for word in ("-p", name, value)]


def _given(understood: Rules, e: Evidence) -> Iterator[tuple[str, str]]:
    """The parameters that were given and that these rules understand, as they are typed."""
    for name, value in e.target.values.items():
        row = understood.parameters.get(name)
        if row is None or e.target.sources.get(name) != "given" or row.pasted:
            continue
        if row.is_url or not TOKEN.search(str(value)):
            yield name, _typed(name, value)


def _typed(name: str, value: object) -> str:
    """A value as it is typed; a password is in no command line, so a variable's name stands for it."""
    text = str(value).lower() if isinstance(value, bool) else str(value if value is not None else "")
    return f"env:{name.upper()}" if TOKEN.search(text) else text
