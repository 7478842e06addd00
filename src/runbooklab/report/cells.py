"""What a cell displays in JupyterLab: HTML in the notebook's own colours, light and dark.

Everything that comes from outside is escaped here. The same parts as text are in ``cells_text.py``.
The kernel imports this: it stays light, without Jinja. Each output brings its small ``<style>``; in a
notebook that it does not trust JupyterLab removes it, and the tables look like JupyterLab's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

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
from runbooklab.report.cells_text import (
    acts_text,
    cause_text,
    checklist_text,
    diagnosis_text,
    finding_text,
    ladder_text,
    parameters_text,
    remedy_text,
    watch_text,
)
from runbooklab.report.moments import spoken, spoken_cell, utc
from runbooklab.report.rungs import ladder_picture
from runbooklab.report.watch_picture import picture
from runbooklab.report.watched import looks
from runbooklab.report.watched import sentence as watch_sentence
from runbooklab.report.watched import tables as watch_tables
from runbooklab.report.words import (
    RISK_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
    VERDICT_WORDS,
    goes_deeper,
    is_information,
    numeric_columns,
    opens,
    plain_words,
    proof_beside,
    status_word,
    uncapitalised,
    unlabelled,
)

__all__ = [
    "acts_html",
    "acts_text",
    "applied_html",
    "cause_html",
    "cause_text",
    "checklist_html",
    "checklist_text",
    "diagnosis_html",
    "diagnosis_text",
    "finding_html",
    "finding_text",
    "ladder_html",
    "ladder_text",
    "map_html",
    "note_html",
    "parameters_html",
    "parameters_text",
    "remedy_card_html",
    "remedy_html",
    "remedy_text",
    "section_html",
    "steps_html",
    "watch_html",
    "watch_text",
]

#: Shape of a status; its colour is in the style.
_SHAPES = {"ok": "●", "warning": "▲", "critical": "■", "unknown": "◆", "skipped": "○"}

#: Colours are the theme's. A page without a theme may be light or dark: there text has the page's own colour,
#: lines and shades are translucent, and marks have a colour that both show. Each output carries it, so it is
#: short. JupyterLab's orange 1 is too faint on white for a mark.
#: ``:is(*,#_)`` matches anything and weighs as an id: JupyterLab's rules for tables weigh two classes.
_STYLE = "".join(
    (
        ".rbl{max-width:100%;overflow-x:auto;color:var(--jp-ui-font-color1,inherit);",
        "font:var(--jp-ui-font-size1,13px)/1.45 var(--jp-ui-font-family,sans-serif)}",
        ".rbl:is(*,#_) table{margin:2px 0;border-collapse:collapse;color:inherit;font-size:inherit}",
        ".rbl:is(*,#_) :is(td,th){text-align:left;vertical-align:baseline;padding:2px 12px 2px 0;",
        "white-space:normal;overflow-wrap:anywhere;border-bottom:1px solid var(--jp-border-color2,#8884)}",
        ".rbl:is(*,#_) :is(th,b){font-weight:600}.rbl:is(*,#_) th{white-space:nowrap}",
        ".rbl:is(*,#_) .n{text-align:right}",
        ".rbl:is(*,#_) pre{margin:4px 0;padding:6px;white-space:pre-wrap;word-break:normal;",
        "overflow-wrap:anywhere;",
        "color:inherit;background:var(--jp-cell-editor-background,#8881);font:inherit;",
        "font-family:var(--jp-code-font-family,monospace)}.rbl .top{font-size:1.25em}",
        ".rbl svg{display:block;max-width:100%;height:auto;margin:6px 0}",
        ".rbl :is(.m,.skipped){opacity:.75}",
        ".rbl .ok{color:var(--jp-success-color1,#2a8f47)}.rbl .warning{color:var(--jp-warn-color0,#b8740a)}",
        ".rbl .critical{color:var(--jp-error-color1,#d1453b)}",
        ".rbl .unknown{color:var(--jp-info-color1,#8064b8)}",
    )
)


#: Most lines of output that stand open, if the output is all that a check says.
MOST_OPEN_LINES = 20


def finding_html(finding: Finding, vocabulary: Vocabulary, note: str = "") -> str:
    """One finding: badge and sentence, its facts, and what it rests on folded away."""
    facts = _table(Table(("", ""), tuple(finding.facts.items())), head=False) if finding.facts else ""
    more = "".join(_table(table) for table in finding.tables) + (_code(finding.text) if finding.text else "")
    where = (
        "" if finding.vantage == "host" else f" {_muted(uncapitalised(vocabulary.vantage(finding.vantage)))}"
    )
    badge = _badge(finding.status, {finding.status: status_word(finding)})
    lead = f"<div>{badge} {_said(finding.summary)}{where}</div>"
    command = _code(finding.command) if finding.command else ""
    is_open = is_information(finding) and finding.text.count("\n") < MOST_OPEN_LINES
    details = _folded("Details", more, is_open=is_open)
    return _box(f"{lead}{facts}{details}{_folded('Command', command)}", note)


def diagnosis_html(
    diagnosis: Diagnosis, vocabulary: Vocabulary, note: str = "", *, fix_follows: bool = False
) -> str:
    """The verdict, the primary cause in plain words with its proof, the fix and what was not observed.

    The fix is left out if its card follows.
    """
    primary = diagnosis.primary
    parts = [f'<div class="top">{_badge(diagnosis.verdict, VERDICT_WORDS)} {_said(diagnosis.summary)}</div>']
    if primary:
        rows = [
            ("Root cause", _text(primary.title)),
            ("In plain words", _text(plain_words(diagnosis, vocabulary))),
            ("Proof", _said(proof_beside(primary, diagnosis.summary))),
        ]
        if primary.remedy and not fix_follows:
            rows.append(("Fix", f"{_text(primary.remedy.title)}{_code(*primary.remedy.commands)}"))
            rows += [*_edits(primary.remedy), ("Loses", _lines(primary.remedy.loses))]
            rows.append(("Confirm", _code(*primary.remedy.confirm)))
        parts.append(_rows(rows))
    if other := primary.hand_over if primary else diagnosis.hand_over:
        parts.append(_rows([("Go on with", _text(goes_deeper(other)) + _code(opens(other)))]))
    also = [cause for cause in diagnosis.causes if cause.state == "supported" and not cause.primary]
    parts.append(_list("Next you will meet", [f"{cause.title}: {cause.summary}" for cause in diagnosis.next]))
    parts.append(_list("Also supported", [cause.title for cause in also]))
    parts.append(_list("Not observed", map(unlabelled, diagnosis.not_observed)))
    return _box("".join(parts), note)


def ladder_html(rungs: Sequence[Rung], vocabulary: Vocabulary, note: str = "") -> str:
    """The connection ladder: a row a rung, a column a vantage, the first failing rung marked."""
    picture = ladder_picture(rungs)
    head = "".join(f"<th>{_text(vocabulary.vantage(name))}</th>" for name in picture.vantages)
    rows = []
    for row in picture.rows:
        mark = f"<br>{_mark(row.status)} fails here" if row.first_failing else ""
        cells = "".join(f"<td>{_rung(cell.rung)}</td>" for cell in row.cells)
        name = _text(vocabulary.layer(row.name))
        rows.append(f"<tr><th>{name}{mark}</th>{cells}</tr>")
    return _box(_raw_table(f"<tr><th>Rung</th>{head}</tr>", rows), note)


def cause_html(cause: JudgedCause, note: str = "") -> str:
    """One cause: whether the evidence supports it, and why."""
    status = cause.severity if cause.state == "supported" else "skipped"
    lead = f"<div>{_mark(status)} <b>{STATE_WORDS[cause.state]}</b> {_said(cause.title)}</div>"
    return _box(f"{lead}<div>{_said(cause.proof or cause.reason)}</div>", note)


def remedy_html(
    plan: RemedyPlan, causes: Sequence[JudgedCause], note: str = "", *, under_verdict: bool = False
) -> str:
    """A remedy's plan; ``causes`` are the supported causes that it is the remedy of.

    Under the verdict the primary one of them is not named again.
    """
    before, after = _remedy_rows(plan)
    if not causes:
        return _box(_not_needed(plan))
    return _box(_remedy_lead(plan, causes, under_verdict) + _rows([*before, *after]), note)


def remedy_card_html(
    plan: RemedyPlan, causes: Sequence[JudgedCause], note: str = "", *, under_verdict: bool = False
) -> tuple[str, str]:
    """:func:`remedy_html` in two parts: what a person reads before they press the button, and afterwards."""
    before, after = _remedy_rows(plan)
    if not causes:
        return _box(_not_needed(plan)), ""
    return _box(_remedy_lead(plan, causes, under_verdict) + _rows(before)), _box(_rows(after), note)


def _remedy_lead(plan: RemedyPlan, causes: Sequence[JudgedCause], under_verdict: bool) -> str:
    why = ", ".join(cause.title for cause in causes if not (under_verdict and cause.primary))
    return f"<div>{_named(plan)}</div>" + (f"<div>Recommended here: {_text(why)}</div>" if why else "")


def _named(plan: RemedyPlan) -> str:
    destroys = f" <b>{_mark('critical')} destroys data or stops something</b>" if plan.destructive else ""
    return f"<b>{_text(plan.title)}</b> {_muted(RISK_WORDS[plan.risk])}{destroys}"


def _remedy_rows(plan: RemedyPlan) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What it does and loses; how it is confirmed and undone."""
    before = [
        ("Commands", _code(*plan.commands)),
        *_edits(plan),
        ("Changes", _said(plan.changes)),
        ("Loses", _lines(plan.loses)),
    ]
    return before, [("Confirm", _code(*plan.confirm)), ("Undo", _code(*plan.undo))]


def _not_needed(plan: RemedyPlan) -> str:
    before, after = _remedy_rows(plan)
    how = _folded("How", _rows([*before, *after]))
    return f"<div>{_named(plan)} {_muted('not needed here')}</div>{how}"


def checklist_html(rows: Sequence[ChecklistItem], note: str = "") -> str:
    """The checklist with a status for each item."""
    lines = [
        f"<tr><td>{_badge(row.status)}</td><td>{_text(row.item)}</td>"
        f"<td><code>{_text(row.command)}</code></td></tr>"
        for row in rows
    ]
    return _box(_raw_table("", lines), note)


def acts_html(acts: Sequence[AuditEntry], note: str = "") -> str:
    """The audit trail: what was changed, when, at whose request."""
    columns = ("Time (UTC)", "Outcome", "Command", "Output", "Asked by")
    rows = tuple((act.at, act.outcome, act.command, act.output, act.asked_by) for act in acts)
    return _box(_table(Table(columns, rows)) if rows else "Nothing was changed.", note)


def applied_html(title: str, acts: Sequence[AuditEntry], verdicts: str, undo: Sequence[str]) -> str:
    """A fix that was applied: what was done, what became of the verdict, and how to undo it."""
    done = [(f"{utc(act.at)} UTC, {act.outcome}", f"{_code(act.command)}{_text(act.output)}") for act in acts]
    rows = [*done, ("Validation", _said(verdicts)), ("Undo", _code(*undo))]
    return _box(f"<div>{_mark('ok')} <b>{_text(title)}</b>: done</div>{_rows(rows)}")


def section_html(title: str, status: str, word: str, summary: str) -> str:
    """A section by its worst finding, with that finding's word, above its first one."""
    return _box(f"<div>{_badge(status, {status: word})} <b>{_text(title)}</b> {_muted(summary)}</div>")


def map_html(sections: Sequence[tuple[str, str, str]]) -> str:
    """``(title, status, anchor)`` of the sections, folded, each with a link to its heading."""
    bad = sum(status not in ("ok", "skipped") for _, status, _ in sections)
    well = sum(status == "ok" for _, status, _ in sections)
    label = f"Sections: {bad} of {len(sections)} not OK" if bad else f"Sections: {well} of {len(sections)} OK"
    if well == len(sections):
        label = f"Sections: all {well} OK"
    links = "".join(
        f'<div>{_badge(status)} <a href="#{escape(anchor)}">{_text(title)}</a></div>'
        for title, status, anchor in sections
    )
    return _box(_folded(label, links))


def steps_html(done: Sequence[AuditEntry], running: str = "") -> str:
    """A fix while it is applied: the commands that have ended, and the one that runs."""
    rows = [f"<tr><td>{_text(act.outcome)}</td><td>{_code(act.command)}</td></tr>" for act in done]
    rows += [f"<tr><td>running \u2026</td><td>{_code(running)}</td></tr>"] if running else []
    return _box(_raw_table("", rows))


def note_html(text: str, *, bold: bool = False) -> str:
    """A line of ours alone; a bold one is above all else."""
    return _box(f"<b>{_text(text)}</b>" if bold else _text(text))


def watch_html(watched: Watched) -> str:
    """A watch as far as it has got: a sentence, the picture, and what came and went."""
    note = f"<div>{_muted(watched.note)}</div>" if watched.note and watched.curves else ""
    parts = "".join(_table(table) for table in watch_tables(watched))
    when = f" {_muted(looks(watched))}" if watched.moments else ""
    return _box(f"<div>{_text(watch_sentence(watched))}{when}</div>{note}{picture(watched)}{parts}")


def parameters_html(rows: Sequence[tuple[str, object, str]]) -> str:
    """Parameters: the name, the value (redacted) and the help of each."""
    lines = tuple((name, str(value), help_text) for name, value, help_text in rows)
    return _box(_table(Table(("Parameter", "Value", ""), lines)))


# --- parts -----------------------------------------------------------------------------------


def _text(text: str) -> str:
    return escape(visible(text))


def _said(sentence: str) -> str:
    """A sentence, with the machine's times in it as people read them."""
    return _text(spoken(sentence))


#: JupyterLab sets text between dollar signs as mathematics, except in elements of these classes.
_NO_MATHEMATICS = "mathjax_ignore tex2jax_ignore"


def _box(content: str, note: str = "") -> str:
    """``note`` is a line below, in small: when it was looked at, and what is different since."""
    below = f'<div class="m">{_text(note)}</div>' if note else ""
    return f'<div class="rbl {_NO_MATHEMATICS}"><style>{_STYLE}</style>{content}{below}</div>'


def _mark(status: str) -> str:
    return f'<span aria-hidden="true" class="{status}">{_SHAPES[status]}</span>'


def _badge(status: str, words: dict[str, str] = STATUS_WORDS) -> str:
    return f"{_mark(status)} <b>{words[status]}</b>"


def _rung(rung: Rung | None) -> str:
    return f"{_badge(rung.status)} {_said(rung.summary)}" if rung else ""


def _muted(text: str) -> str:
    return f'<span class="m">· {_text(text)}</span>'


def _code(*lines: str) -> str:
    return f"<pre>{_text(chr(10).join(lines))}</pre>" if lines else ""


def _lines(lines: Iterable[str]) -> str:
    return "<br>".join(map(_said, lines))


def _edits(plan: RemedyPlan) -> list[tuple[str, str]]:
    """A labelled diff for each line of a file that a person changes."""
    return [("Edit", _code(as_diff(edit))) for edit in plan.edits]


def _folded(label: str, content: str, *, is_open: bool = False) -> str:
    opened = " open" if is_open else ""
    return f"<details{opened}><summary>{_text(label)}</summary>{content}</details>" if content else ""


def _list(label: str, items: Iterable[str]) -> str:
    lines = "".join(f"<li>{_said(item)}</li>" for item in items)
    return f"<div>{_text(label)}:<ul>{lines}</ul></div>" if lines else ""


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    """Labelled rows; the second of each pair is HTML already."""
    lines = [f"<tr><th>{_text(label)}</th><td>{html}</td></tr>" for label, html in rows if html]
    return _raw_table("", lines)


def _table(table: Table, *, head: bool = True) -> str:
    numbers = [' class="n"' if number else "" for number in numeric_columns(table)]
    columns = "".join(
        f"<th{right}>{_text(name)}</th>" for name, right in zip(table.columns, numbers, strict=False)
    )
    rows = [
        "".join(
            f"<td{right}>{_text(spoken_cell(cell))}</td>" for cell, right in zip(row, numbers, strict=False)
        )
        for row in table.rows
    ]
    caption = f"<div>{_text(table.caption)}</div>" if table.caption else ""
    cut = f"<div>{_muted(f'{table.cut:,} rows left out')}</div>" if table.cut else ""
    body = _raw_table(f"<tr>{columns}</tr>" if head else "", [f"<tr>{row}</tr>" for row in rows])
    return f"{caption}{body}{cut}"


def _raw_table(head: str, rows: Iterable[str]) -> str:
    top = f"<thead>{head}</thead>" if head else ""
    return f"<table>{top}<tbody>{''.join(rows)}</tbody></table>"
