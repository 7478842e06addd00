"""``postmortem.md``: a draft that a person completes, from what the run saw and did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from runbooklab.model.conclusions import AuditEntry, Diagnosis, JudgedCause, rank
from runbooklab.model.drawing import Drawings, Moment, Vocabulary
from runbooklab.model.file_edit import as_diff
from runbooklab.report.first_diagnosis import FirstDiagnosis
from runbooklab.report.markdown_text import block, code, table, words
from runbooklab.report.moments import utc
from runbooklab.report.short_text import report_link
from runbooklab.report.timeline import timeline
from runbooklab.report.told_acts import ToldAct, is_act, moments_of, told_acts
from runbooklab.report.words import RISK_WORDS, VERDICT_WORDS, proof_beside, status_word, unlabelled
from runbooklab.words import count

#: At most so many moments.
MOMENT_LIMIT = 40

#: At most so many acts, the newest.
ACT_LIMIT = 100
_ACT_COLUMNS = (
    "Time (UTC)", "Where", "Outcome", "Remedy", "Command", "Output", "Asked by", "Before", "Undo"
)  # fmt: skip

#: Begins every line that is left to a person.
TO_FILL_IN = "**To fill in:**"

_IMPACT = ("who was affected, and how they noticed", "from when until when", "what was lost or delayed")

#: At most so many causes that it is not.
EXCLUDED_LIMIT = 6


def postmortem(
    diagnosis: Diagnosis,
    drawings: Drawings,
    link: str,
    first: FirstDiagnosis | None = None,
    acts: Iterable[AuditEntry] = (),
) -> str:
    """The draft as Markdown.

    ``link`` leads to the report, as seen from where the draft is read; ``first`` is what was found before
    the run changed something; ``acts`` were done from notebooks of its incident. Everything is expected to
    be redacted; everything is escaped here.
    """
    told = told_acts(diagnosis, acts)
    parts = (
        (_title(diagnosis), _about(diagnosis)),
        ("## Summary", _summary(diagnosis, drawings.target, first)),
        ("## Impact", _impact()),
        ("## Timeline", _timeline(diagnosis, (*drawings.moments, *moments_of(told)))),
        ("## Root cause", _root_cause(diagnosis, drawings.vocabulary, first)),
        ("## Remedy", _remedy(diagnosis, told)),
        ("## Follow-ups", _follow_ups(diagnosis, drawings.follow_ups)),
        ("## Not observed", _not_observed(diagnosis)),
        ("## Report", iter((f"The run's report: {report_link(link)}",))),
    )
    return (
        "\n\n".join(
            text for heading, body in parts if (paragraphs := list(body)) for text in (heading, *paragraphs)
        )
        + "\n"
    )


def _title(run: Diagnosis) -> str:
    incident = f"{words(run.incident)}, " if run.incident else ""
    return f"# Postmortem: {incident}{words(run.title or run.runbook)}"


def _about(run: Diagnosis) -> Iterator[str]:
    made = run.provenance
    where = f" on {words(made.host)}" if made.host else ""
    by = f"runbooklab {words(made.version)} from run {code(run.run_id)}{where}"
    yield f"A draft by {by}. {TO_FILL_IN} marks what a person adds."


def _summary(run: Diagnosis, target: str, first: FirstDiagnosis | None) -> Iterator[str]:
    of = f" of {code(target)}" if target else ""
    at = words(utc(run.started_at))
    if first is None:
        yield f"Verdict at {at} UTC{of}: {_verdict(run)}"
    else:
        yield f"Verdict at {at} UTC{of}: {_verdict(first)}"
        yield f"Verdict of the same run after its change: {_verdict(run)}"


def _verdict(of: Diagnosis | FirstDiagnosis) -> str:
    return f"**{VERDICT_WORDS[of.verdict]}**. {words(of.summary)}"


def _impact() -> Iterator[str]:
    yield "\n".join(f"- {TO_FILL_IN} {what}" for what in _IMPACT)


def _timeline(run: Diagnosis, moments: Sequence[Moment]) -> Iterator[str]:
    line = timeline(run, moments)
    if line is None:
        yield f"No moment but the run itself was seen: it began at {words(utc(run.started_at))} UTC."
        return
    shown = _telling(line.moments)
    rows = [
        (f"{moment.at:%Y-%m-%d %H:%M:%S}", moment.lane, (code if moment.quoted else words)(moment.text))
        for moment in shown
    ]
    yield table(("Time (UTC)", "Where", "What happened"), rows)
    if cut := line.cut + len(line.moments) - len(shown):
        yield f"{count(cut, 'moment')} left out; the report has more."
    yield f"{TO_FILL_IN} when it was noticed, by whom, and what people did"


def _telling(moments: Sequence[Moment]) -> list[Moment]:
    """At most :data:`MOMENT_LIMIT` of them in order: acts, then the bad, then the newest."""
    by_weight = sorted(
        moments, key=lambda moment: (not is_act(moment), rank(moment.status), -moment.at.timestamp())
    )
    return sorted(by_weight[:MOMENT_LIMIT], key=lambda moment: moment.at)


def _root_cause(run: Diagnosis, vocabulary: Vocabulary, first: FirstDiagnosis | None) -> Iterator[str]:
    cause = first.primary if first else run.primary
    if cause is None:
        yield "The run names no root cause."
        yield f"{TO_FILL_IN} the root cause, and what shows it"
        return
    certain = f"{code(cause.id)}, {cause.confidence:.0%} certain"
    yield f"**{words(cause.title)}** ({certain}). {words(cause.summary)}"
    if proof := proof_beside(cause, cause.summary):
        yield f"Proof: {words(proof)}"
    if first is None:  # what was judged after the change says nothing of the cause before it
        yield from _evidence(run, cause, vocabulary)
    yield f"{TO_FILL_IN} why that could happen"


def _evidence(run: Diagnosis, primary: JudgedCause, vocabulary: Vocabulary) -> Iterator[str]:
    found = {finding.id: finding for finding in run.findings}
    rows = [
        (words(vocabulary.name_of(found[name])), status_word(found[name]), words(found[name].summary))
        for name in primary.because
        if name in found
    ]
    if rows:
        yield table(("Check", "State", "What was seen"), rows)
    if others := [_also(cause) for cause in run.causes if cause.state == "supported" and not cause.primary]:
        yield "Also supported:\n\n" + "\n".join(others)
    excluded = [
        cause for cause in run.causes if cause.id in primary.look_alikes and cause.state == "ruled-out"
    ]
    if excluded:
        lines = (f"- {words(cause.title)}: {words(cause.reason)}" for cause in excluded[:EXCLUDED_LIMIT])
        yield "What it is not:\n\n" + "\n".join(lines)


def _also(cause: JudgedCause) -> str:
    follows = f", which follows from {code(cause.consequence_of)}" if cause.consequence_of else ""
    return f"- {words(cause.title)}{follows}: {words(cause.proof)}"


def _remedy(run: Diagnosis, told: Sequence[ToldAct]) -> Iterator[str]:
    if told:
        yield table(_ACT_COLUMNS, map(_act, told[-ACT_LIMIT:]))
    if len(told) > ACT_LIMIT:
        yield f"{count(len(told) - ACT_LIMIT, 'older act')} left out."
    if run.audit:
        return
    plan = run.primary.remedy if run.primary else None
    if plan is None:
        yield "None applied by this run, and none recommended."
    else:
        yield f"None applied by this run. Recommended ({RISK_WORDS[plan.risk]}): {words(plan.title)}"
        if plan.commands:
            yield block(plan.commands)
        for edit in plan.edits:
            yield block(as_diff(edit).splitlines())
        if plan.loses:
            yield "It loses: " + " ".join(map(words, plan.loses))
    if not told:
        yield f"{TO_FILL_IN} what was done, when, by whom"


def _act(told: ToldAct) -> tuple[str, ...]:
    act = told.act
    return (
        words(utc(act.at)), told.where, act.outcome, words(act.remedy), code(act.command), words(act.output),
        words(act.asked_by), words(act.because), "; ".join(map(code, act.undo)),
    )  # fmt: skip


def _follow_ups(run: Diagnosis, subjects: Mapping[str, str]) -> Iterator[str]:
    """What the runbook's prevention checks found lacking, and what they could not see."""
    checks = [finding for finding in run.findings if finding.id in subjects]
    lacking = [finding for finding in checks if finding.status in ("critical", "warning")]
    unseen = [finding for finding in checks if finding.status == "unknown"]
    lines = [f"- [ ] {words(subjects[each.id])}: {words(each.summary)}" for each in lacking]
    lines += [f"- [ ] {words(subjects[each.id])}, not observed: {words(each.summary)}" for each in unseen]
    if not lines and checks:
        lines.append("- The prevention checks of the runbook found nothing lacking.")
    yield "\n".join(
        [*lines, f"- [ ] {TO_FILL_IN} what would have prevented it, or shown it sooner; owner and date"]
    )


def _not_observed(run: Diagnosis) -> Iterator[str]:
    if run.not_observed:
        yield "\n".join(f"- {words(unlabelled(line))}" for line in run.not_observed)
