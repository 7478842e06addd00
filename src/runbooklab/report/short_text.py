"""``report.md``: the run in a few lines, for a chat or a ticket."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.model.conclusions import Diagnosis, Finding, HandOver, JudgedCause, rank
from runbooklab.model.drawing import Drawings
from runbooklab.model.file_edit import as_diff
from runbooklab.report import moments
from runbooklab.report.first_diagnosis import FirstDiagnosis
from runbooklab.report.markdown_text import block, code, words
from runbooklab.report.words import RISK_WORDS, VERDICT_WORDS, goes_deeper, proof_beside, unlabelled

#: At most so many lines of a list; the report has them all.
LIST_LIMIT = 5


def short_text(
    diagnosis: Diagnosis, drawings: Drawings, link: str, first: FirstDiagnosis | None = None
) -> str:
    """The verdict, the primary cause with its proof, the fix, and what was not observed.

    ``link`` leads to the report, as seen from where the text will be read; ``first`` is what was found
    before the run changed something. Everything is expected to be redacted; everything is escaped here.
    """
    return "\n\n".join(_paragraphs(diagnosis, drawings.target, link, first)) + "\n"


def _paragraphs(run: Diagnosis, target: str, link: str, first: FirstDiagnosis | None) -> Iterator[str]:
    yield f"**{VERDICT_WORDS[run.verdict].upper()}: {words(run.summary)}**"
    yield ", ".join(_head(run, target))
    if first:
        yield f"**Before the change:** {VERDICT_WORDS[first.verdict].upper()}: {words(first.summary)}"
        yield _named(first.primary, first.summary)
    yield from _cause(run, first)
    if run.audit:
        acts = (
            f"- {act.outcome}: {code(act.command)}"
            + (f" (before: {words(act.because)})" if act.because else "")
            for act in run.audit
        )
        yield "**Changed by this run:**\n\n" + "\n".join(acts)
    if bad := _noted(run):
        yield "**Noted:**\n\n" + _list([finding.summary for finding in bad])
    if run.not_observed:
        yield "**Not observed:**\n\n" + _list([unlabelled(line) for line in run.not_observed])
    yield f"**Report:** {report_link(link)}"


def _head(run: Diagnosis, target: str) -> Iterator[str]:
    yield words(run.title or run.runbook)
    if target:
        yield code(target)
    if run.started_at:
        yield f"{words(moments.utc(run.started_at))} UTC"
    if run.incident:
        yield f"incident {words(run.incident)}"


def _named(cause: JudgedCause, summary: str) -> str:
    """A root cause with its proof, unless the summary above says it."""
    title = f"{words(cause.title)} ({code(cause.id)}, {cause.confidence:.0%} certain)"
    proof = proof_beside(cause, summary)
    return f"**Root cause:** {title}" + (f"  \n**Proof:** {words(proof)}" if proof else "")


def _cause(run: Diagnosis, first: FirstDiagnosis | None) -> Iterator[str]:
    primary = run.primary
    if primary is None:
        if run.verdict != "ok" and first is None:
            yield "**Root cause:** none is named by this run"
        if run.hand_over:
            yield from _go_on(run.hand_over)
        return
    if first:
        yield "**After the change:**"
    yield _named(primary, run.summary)
    if plan := primary.remedy:
        risk = RISK_WORDS[plan.risk] + (", destructive" if plan.destructive else "")
        yield f"**Fix** ({risk}): {words(plan.title)}"
        if plan.commands:
            yield block(plan.commands)
        for edit in plan.edits:
            yield block(as_diff(edit).splitlines())
        if plan.loses:
            yield "**Loses:**\n\n" + _list(list(plan.loses))
    if primary.hand_over:
        yield from _go_on(primary.hand_over)
    if run.next:
        yield "**Next you will meet:**\n\n" + _list([f"{cause.title}: {cause.summary}" for cause in run.next])
    also = [cause.title for cause in run.causes if cause.state == "supported" and not cause.primary]
    if also:
        yield "**Also supported:**\n\n" + _list(also)


def _go_on(other: HandOver) -> Iterator[str]:
    yield f"**Go on with:** {words(goes_deeper(other))}"
    yield block([other.command])


def _noted(run: Diagnosis) -> list[Finding]:
    """If no cause is supported: the findings that are not ok, worst first."""
    if any(cause.state == "supported" for cause in run.causes):
        return []
    bad = [finding for finding in run.findings if finding.status in ("critical", "warning")]
    return sorted(bad, key=lambda finding: rank(finding.status))


def _list(lines: list[str]) -> str:
    """A list of at most :data:`LIST_LIMIT` items that says how many more there are."""
    shown = [f"- {words(line)}" for line in lines[:LIST_LIMIT]]
    more = len(lines) - LIST_LIMIT
    return "\n".join([*shown, f"- and {more} more, in the report"] if more > 0 else shown)


def report_link(link: str) -> str:
    """A link to a report: by name if it lies beside the text, else as the path that it is."""
    return f"[{words(link)}]({link})" if link == "report.html" else code(link)
