"""From evidence to findings: runs the judges of the checks and never raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from runbooklab.domain.cause import Supported
from runbooklab.domain.check import Check
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Finding, Judgement
from runbooklab.model.evidence import Evidence

#: The status of a check that shows a supported cause of this severity, unless it is already worse.
_WORSENS = {"critical": ("ok", "skipped", "unknown", "warning"), "warning": ("ok", "skipped")}


def find(rules: Rules, check: Check[Evidence], evidence: Evidence, section: str) -> Finding:
    """The finding of one check; ``section`` is the slug of the section that shows it, or "".

    Its duration is that of the slowest probe it rests on. A judge that raises gives ``unknown``.
    """
    said = judgement(rules, check, evidence)
    return Finding(
        id=check.id,
        section=section,
        vantage=check.vantage,
        status=said.status,
        summary=said.summary,
        duration_ms=round(max((evidence[key].duration_ms for key in check.needs), default=0.0), 3),
        facts=said.facts,
        tables=said.tables,
        text=said.text,
        missing=said.missing,
        command=_said_here(check.command, evidence),
        title=_said_here(check.title_here, evidence),
    )


def _said_here(say: Callable[[Evidence], str] | None, evidence: Evidence) -> str:
    """A check's command or title on this target; "" if it has none, or cannot say it."""
    try:
        return say(evidence) if say is not None else ""
    except Exception:  # noqa: BLE001 # a finding counts without them; the conformance suite tells
        return ""


def judgement(rules: Rules, check: Check[Evidence], evidence: Evidence) -> Judgement:
    """What a check says, but no better than the causes it shows: then it says the cause's proof."""
    try:
        said = check.judge(evidence)
        if not isinstance(said, Judgement):
            raise TypeError(f"judge gave {type(said).__name__}, no Judgement")
    except Exception as error:  # noqa: BLE001 # one broken check must not hide what the others found
        said = Judgement("unknown", f"The check {check.id} raised {type(error).__name__}: {error}")
    for severity, proof in _shown(rules, check.id, evidence):
        if said.status in _WORSENS.get(severity, ()):
            said = replace(said, status=severity, summary=proof, missing=None)
    return said


def _shown(rules: Rules, check: str, evidence: Evidence) -> list[tuple[str, str]]:
    """Severity and proof of each supported cause that this check shows."""
    shown: list[tuple[str, str]] = []
    for cause in rules.shown_by.get(check, ()):
        try:
            ruling = cause.judge(evidence)
        except Exception:  # noqa: BLE001, S112 # judge_causes() reports a judge that raises
            continue
        if isinstance(ruling, Supported):
            shown.append((ruling.severity or cause.severity, ruling.proof))
    return shown


def find_all(rules: Rules, evidence: Evidence, sections: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings of all checks, in the rules' order; ``sections``: check id -> section slug."""
    return tuple(find(rules, check, evidence, sections.get(check.id, "")) for check in rules.checks.values())
