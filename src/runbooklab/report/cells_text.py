"""What a cell displays without HTML: a terminal, an e-mail, a diff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbooklab.model.conclusions import (
    AuditEntry,
    ChecklistItem,
    Diagnosis,
    Finding,
    JudgedCause,
    RemedyPlan,
    Rung,
    Table,
)
from runbooklab.model.drawing import Vocabulary
from runbooklab.model.file_edit import as_diff
from runbooklab.model.watched import Watched
from runbooklab.redaction import visible
from runbooklab.report.rungs import ladder_picture
from runbooklab.report.watched import sentence, tables
from runbooklab.report.words import (
    RISK_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
    VERDICT_WORDS,
    goes_deeper,
    opens,
    plain_words,
    proof_beside,
    status_word,
    uncapitalised,
    unlabelled,
)


def finding_text(finding: Finding, vocabulary: Vocabulary) -> str:
    """One finding: the sentence, its facts, tables and quoted text."""
    where = "" if finding.vantage == "host" else f" ({uncapitalised(vocabulary.vantage(finding.vantage))})"
    facts = _columns([(f"{label}:", value) for label, value in finding.facts.items()])
    lines = [f"[{status_word(finding).upper()}] {finding.summary}{where}", *_indented(facts)]
    for table in finding.tables:
        lines += _indented(_table(table))
    lines += _indented(finding.text.splitlines())
    return visible("\n".join(lines))


def diagnosis_text(diagnosis: Diagnosis, vocabulary: Vocabulary) -> str:
    """The verdict, the primary cause in plain words with its proof, the fix and what was not observed."""
    lines = [f"[{VERDICT_WORDS[diagnosis.verdict].upper()}] {diagnosis.summary}"]
    primary = diagnosis.primary
    if primary:
        meaning = plain_words(diagnosis, vocabulary)
        lines += [f"Root cause: {primary.title}", *([f"In plain words: {meaning}"] if meaning else [])]
        proof = proof_beside(primary, diagnosis.summary)
        lines += [f"Proof: {proof}"] if proof else []
        if primary.remedy:
            lines += [f"Fix: {primary.remedy.title}", *_indented(primary.remedy.commands)]
            lines += _edits(primary.remedy) + _under("Loses:", primary.remedy.loses)
            lines += _under("Confirm:", primary.remedy.confirm)
    if other := primary.hand_over if primary else diagnosis.hand_over:
        lines += _under(goes_deeper(other), (opens(other),))
    also = [cause.title for cause in diagnosis.causes if cause.state == "supported" and not cause.primary]
    lines += _under("Also supported:", also)
    lines += _under("Not observed:", [unlabelled(line) for line in diagnosis.not_observed])
    return visible("\n".join(lines))


def ladder_text(rungs: Sequence[Rung], vocabulary: Vocabulary) -> str:
    """The connection ladder, a line a rung and vantage, the first failing rung marked."""
    picture = ladder_picture(rungs)
    rows = [
        (
            ">" if row.first_failing else " ",
            _badge(rung.status),
            vocabulary.layer(row.name),
            uncapitalised(vocabulary.vantage(rung.vantage)),
            rung.summary,
        )
        for row in picture.rows
        for rung in row.rungs
    ]
    return visible("\n".join(_columns(rows)))


def cause_text(cause: JudgedCause) -> str:
    """One cause: whether the evidence supports it, and why."""
    return visible(f"{STATE_WORDS[cause.state]}: {cause.title}. {cause.proof or cause.reason}")


def remedy_text(plan: RemedyPlan, causes: Sequence[JudgedCause]) -> str:
    """A remedy's plan; ``causes`` are the supported causes that it is the remedy of."""
    why = ", ".join(cause.title for cause in causes)
    lines = [f"{plan.title} ({RISK_WORDS[plan.risk]}{', destructive' if plan.destructive else ''})"]
    lines += [f"Recommended here: {why}"] if why else ["Not needed here."]
    lines += _indented(plan.commands)
    lines += _edits(plan)
    lines += [f"Changes: {plan.changes}"] if plan.changes else []
    lines += _under("Loses:", plan.loses)
    lines += _under("Confirm:", plan.confirm) + _under("Undo:", plan.undo)
    return visible("\n".join(lines))


def checklist_text(rows: Sequence[ChecklistItem]) -> str:
    """The checklist, one line per item."""
    return visible("\n".join(_columns([(_badge(row.status), row.item, row.command) for row in rows])))


def acts_text(acts: Sequence[AuditEntry]) -> str:
    """The audit trail, one line per entry."""
    rows = [(act.at, f"[{act.outcome}]", act.command, act.output) for act in acts]
    return visible("\n".join(_columns(rows))) if rows else "Nothing was changed."


def parameters_text(rows: Sequence[tuple[str, object, str]]) -> str:
    """Parameters, one a line, without their help."""
    return visible("\n".join(_columns([(name, str(value)) for name, value, _ in rows])))


def watch_text(watched: Watched) -> str:
    """A watch as far as it has got, without its picture."""
    lines = [sentence(watched), *([watched.note] if watched.note and watched.curves else [])]
    for table in tables(watched):
        lines += _indented(_table(table))
    return visible("\n".join(lines))


def _badge(status: str) -> str:
    return f"[{STATUS_WORDS[status].upper()}]"


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _edits(plan: RemedyPlan) -> list[str]:
    return [line for edit in plan.edits for line in _under("Edit:", as_diff(edit).splitlines())]


def _under(label: str, lines: Sequence[str]) -> list[str]:
    return [label, *_indented(lines)] if lines else []


def _table(table: Table) -> list[str]:
    lines = [table.caption] if table.caption else []
    lines += _columns([table.columns, *table.rows])
    return lines + ([f"{table.cut:,} rows left out"] if table.cut else [])


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns as wide as their widest cell: at most 60 characters, except the last."""
    widths: dict[int, int] = {}
    for row in rows:
        for index, cell in enumerate(row):
            widths[index] = min(max(widths.get(index, 0), len(cell)), 60)
    return ["  ".join(cell.ljust(widths[index]) for index, cell in enumerate(row)).rstrip() for row in rows]
