"""How a cell's answer is drawn: from a run to an output, as JSON for the report, HTML and text.

``live`` adds what only a person at the notebook needs: what was looked at, when, and what is different since.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from runbooklab.model.conclusions import (
    AuditEntry,
    Diagnosis,
    Finding,
    JudgedCause,
    RemedyPlan,
)
from runbooklab.model.drawing import PLAIN, Vocabulary
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME, FINDING_MIME, VIEW_MIME
from runbooklab.notebook.page import Bundle
from runbooklab.notebook.run import Run
from runbooklab.notebook.sections import section_begun_by, sections
from runbooklab.notebook.since import finding_since, seen_at, verdict_since

#: A button and the like, of a kernel that lives.
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"


def finding(run: Run, check_id: str, live: bool, *, is_first: bool = False) -> Bundle:
    """The finding of one check; a section's first one has the section's state above it."""
    from runbooklab.report.cells import section_html

    found = run.finding(check_id)
    drawn = of_finding(found, run.rules.vocabulary, _seen_and_since(run, found) if live else "")
    section = section_begun_by(run, check_id) if live and is_first else None
    if section is not None:
        above = section_html(section.title, section.status, section.word, section.summary)
        drawn["text/html"] = above + drawn["text/html"]
    return drawn


def _seen_and_since(run: Run, found: Finding) -> str:
    return f"{seen_at(run)}. {finding_since(run, found)}"


def of_finding(found: Finding, words: Vocabulary = PLAIN, note: str = "") -> Bundle:
    """One finding in these words."""
    from runbooklab.report.cells import finding_html, finding_text

    return bundle(FINDING_MIME, found, finding_html(found, words, note), finding_text(found, words), note)


def cause(run: Run, cause_id: str, live: bool) -> Bundle:
    """Whether the evidence supports one cause, and why."""
    from runbooklab.report.cells import cause_html, cause_text

    note = seen_at(run) if live else ""
    judged = next((each for each in run.diagnosis().causes if each.id == cause_id), None)
    if judged is None:
        said = f"The cause {cause_id} is not judged: its declaration cannot be read."
        return of_finding(Finding(cause_id, "", "host", "unknown", said, 0.0), run.rules.vocabulary, note)
    return view("cause", judged, cause_html(judged, note), cause_text(judged), note)


def verdict(run: Run, live: bool, *, fix_follows: bool = False) -> Bundle:
    """The verdict, the primary cause and its proof; for a person with all that :func:`conclusion` has.

    A person may save the notebook at any time: then the diagnosis is in it.
    """
    from runbooklab.report.cells import diagnosis_html, diagnosis_text, map_html

    diagnosis, words = run.diagnosis(), run.rules.vocabulary
    note = f"{seen_at(run)}. {verdict_since(run)}" if live else ""
    html = diagnosis_html(diagnosis, words, note, fix_follows=fix_follows)
    if live:
        html += map_html([(each.title, each.status, each.anchor) for each in sections(run)])
    drawn = view("diagnosis", _brief(diagnosis), html, diagnosis_text(diagnosis, words), note)
    return {**drawn, **_whole(run, diagnosis)} if live else drawn


def conclusion(run: Run, live: bool) -> Bundle:
    """The whole diagnosis and its evidence, so that the notebook alone is enough."""
    from runbooklab.report.cells import diagnosis_html, diagnosis_text

    diagnosis, words = run.diagnosis(), run.rules.vocabulary
    html = diagnosis_html(diagnosis, words, seen_at(run) if live else "")
    drawn = {"text/html": html, "text/plain": diagnosis_text(diagnosis, words)}
    return {**_whole(run, diagnosis), **drawn}


def _brief(diagnosis: Diagnosis) -> dict[str, Any]:
    """The part that the top of a page needs."""
    return {
        "verdict": diagnosis.verdict,
        "summary": diagnosis.summary,
        "primary": diagnosis.primary,
        "not_observed": diagnosis.not_observed,
    }


def _whole(run: Run, diagnosis: Diagnosis) -> Bundle:
    return {
        DIAGNOSIS_MIME: msgspec.to_builtins(diagnosis),
        EVIDENCE_MIME: msgspec.to_builtins(run.evidence()),
    }


def ladder(run: Run, live: bool) -> Bundle:
    """The connection ladder."""
    from runbooklab.report.cells import ladder_html, ladder_text

    rungs, words, note = run.diagnosis().ladder, run.rules.vocabulary, seen_at(run) if live else ""
    if not rungs:
        none = "What this runbook is about has no connection ladder."
        return of_finding(Finding("ladder", "", "host", "skipped", none, 0.0), words, note)
    return view("ladder", rungs, ladder_html(rungs, words, note), ladder_text(rungs, words), note)


def checklist(run: Run, items: Iterable[tuple[str, str, str]], live: bool) -> Bundle:
    """``(item, command, check id)`` rows, each with the status of its finding."""
    from runbooklab.diagnosis.conclude import in_this_targets_words, tick
    from runbooklab.report.cells import checklist_html, checklist_text

    rows = tick(in_this_targets_words(run.rules, run.evidence(), items), run.diagnosis().findings)
    note = seen_at(run) if live else ""
    return view("checklist", rows, checklist_html(rows, note), checklist_text(rows), note)


def remedy(run: Run, plan: RemedyPlan, live: bool, *, under_verdict: bool = False) -> Bundle:
    """A remedy's plan, and the supported causes that it is recommended for."""
    from runbooklab.report.cells import remedy_html, remedy_text

    causes = causes_of(run, plan)
    content = {"plan": plan, "causes": [cause.id for cause in causes]}
    note = _remedy_note(run, causes, live and not under_verdict)
    html = remedy_html(plan, causes, note, under_verdict=under_verdict)
    return view("remedy", content, html, remedy_text(plan, causes), note)


def remedy_card(run: Run, plan: RemedyPlan, *, under_verdict: bool) -> tuple[str, str]:
    """The plan's HTML above a card's button, and below it."""
    from runbooklab.report.cells import remedy_card_html

    causes = causes_of(run, plan)
    note = _remedy_note(run, causes, not under_verdict)
    return remedy_card_html(plan, causes, note, under_verdict=under_verdict)


def _remedy_note(run: Run, causes: tuple[JudgedCause, ...], is_noted: bool) -> str:
    return seen_at(run) if is_noted and causes else ""


def causes_of(run: Run, plan: RemedyPlan) -> tuple[JudgedCause, ...]:
    """The supported causes that the plan's remedy is recommended for."""
    return tuple(
        cause for cause in run.diagnosis().causes
        if cause.state == "supported" and cause.remedy is not None and cause.remedy.id == plan.id
    )  # fmt: skip


def acts(entries: tuple[AuditEntry, ...], note: str = "") -> Bundle:
    """What was changed, when, at whose request."""
    from runbooklab.report.cells import acts_html, acts_text

    return view("acts", entries, acts_html(entries, note), acts_text(entries), note)


def applied(plan: RemedyPlan, entries: tuple[AuditEntry, ...], verdicts: str) -> Bundle:
    """A fix that was applied; ``verdicts`` says what became of the verdict."""
    from runbooklab.report.cells import acts_text, applied_html

    undo = [f"Undo: {command}" for command in plan.undo]
    title = plan.act or plan.title
    text = "\n".join((f"{title}: done", acts_text(entries), verdicts, *undo))
    return view("acts", entries, applied_html(title, entries, verdicts, plan.undo), text)


def notice(text: str, *, bold: bool = False) -> Bundle:
    """One line of ours."""
    from runbooklab.redaction import visible
    from runbooklab.report.cells import note_html

    return {"text/html": note_html(text, bold=bold), "text/plain": visible(text)}


def of_earlier_run(drawn: Bundle, because: str) -> Bundle:
    """An output that nothing redraws any more, marked as such."""
    above = notice(because, bold=True)
    dead = {mime: content for mime, content in drawn.items() if mime != WIDGET_MIME}
    return {**dead, **{mime: f"{above[mime]}\n{drawn.get(mime, '')}" for mime in above}}


def view(kind: str, content: Any, html: str, text: str, note: str = "") -> Bundle:
    """Anything but a finding: ``kind`` says how the report draws it again from ``content``."""
    return bundle(VIEW_MIME, {"kind": kind, kind: content}, html, text, note)


def bundle(mime: str, content: Any, html: str, text: str, note: str = "") -> Bundle:
    """One output: our own JSON, with HTML for a page and text for a terminal."""
    plain = f"{text}\n{note}" if note else text
    return {mime: msgspec.to_builtins(content), "text/html": html, "text/plain": plain}
