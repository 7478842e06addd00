"""The words and orders that the page and the cells share."""

from __future__ import annotations

import re

from msgspec.structs import replace

from runbooklab.model.conclusions import Diagnosis, Finding, HandOver, JudgedCause, Table
from runbooklab.model.drawing import Vocabulary

STATUS_WORDS = {
    "ok": "OK",
    "warning": "Warning",
    "critical": "Critical",
    "unknown": "Not observed",
    "skipped": "Skipped",
}

#: After a number, as in "3 not observed".
TALLY_WORDS = {
    "ok": "OK",
    "warning": "with a warning",
    "critical": "critical",
    "unknown": "not observed",
    "skipped": "skipped",
}

#: Of a check that has no expectations, and shows what it saw.
INFORMATION = "Information"

VERDICT_WORDS = {"ok": "OK", "warning": "Warning", "critical": "Critical", "unknown": "Unknown"}

STATE_WORDS = {"supported": "Found", "ruled-out": "Ruled out", "untested": "Not tested"}

RISK_WORDS = {"none": "no risk", "low": "low risk", "medium": "medium risk", "high": "high risk"}


def verdict_in_words(diagnosis: Diagnosis) -> str:
    """``Critical: The valve is shut.``"""
    return f"{VERDICT_WORDS[diagnosis.verdict]}: {diagnosis.summary}"


def is_information(finding: Finding) -> bool:
    """Whether a check that judges nothing shows what it saw: it was carried out, and not skipped."""
    shows = finding.text or finding.facts or finding.tables
    return finding.status == "skipped" and finding.missing is None and bool(shows)


def status_word(finding: Finding) -> str:
    """How a finding ended, in a word."""
    return INFORMATION if is_information(finding) else STATUS_WORDS[finding.status]


def tally_word(finding: Finding) -> str:
    """How a finding ended, after a number: "3 not observed"."""
    return "for information" if is_information(finding) else TALLY_WORDS[finding.status]


def plain_words(diagnosis: Diagnosis, vocabulary: Vocabulary) -> str:
    """What the primary cause means, for somebody who does not know the subject; "" if nothing says it."""
    primary = diagnosis.primary
    return vocabulary.plainly.get(primary.layer, "") if primary and diagnosis.ladder else ""


def proof_beside(cause: JudgedCause, summary: str) -> str:
    """The proof of a cause to stand below a sentence on it; "" if that sentence has all of the proof."""
    return "" if cause.proof in summary else cause.proof


def goes_deeper(other: HandOver) -> str:
    """Which runbook goes on from here, as a sentence."""
    if not other.runbook:
        return "No cause was found here; this asks all runbooks at once."
    return f"{other.reason} The runbook {other.runbook} goes deeper into this.".lstrip()


def opens(other: HandOver) -> str:
    """The command that opens that runbook as a notebook, for whoever is in one."""
    return other.command.replace("runbook run ", "runbook open ", 1)


def unlabelled(sentence: str) -> str:
    """A sentence to stand under the label "Not observed", without saying so again."""
    rest = sentence.removeprefix("Not observed: ")
    return rest[:1].upper() + rest[1:]


def beside_badge(summary: str, status: str) -> str:
    """A finding's sentence to stand beside its status, without saying that status again."""
    return summary.replace(": not observed (", " (", 1) if status == "unknown" else summary


def uncapitalised(phrase: str) -> str:
    """A phrase to stand within a sentence."""
    return phrase[:1].lower() + phrase[1:]


_NUMBER = re.compile(
    r"[-+]?[0-9][0-9,_ ]{0,30}(?:\.[0-9]{1,12})?(?: ?(?:%|[kKMGT]?i?B|[mµu]?s|min|h|d|MHz|/s))?"
)


def filled_columns(table: Table) -> Table:
    """``table`` without the columns in which no row has anything."""
    width = max([len(table.columns), *map(len, table.rows)])
    filled = [n for n in range(width) if any(row[n].strip() for row in table.rows if n < len(row))]
    if not table.rows or len(filled) == width:
        return table
    return replace(
        table,
        columns=tuple(table.columns[n] for n in filled if n < len(table.columns)),
        rows=tuple(tuple(row[n] for n in filled if n < len(row)) for row in table.rows),
    )


def numeric_columns(table: Table) -> tuple[bool, ...]:
    """For each column, whether all that stands in it is numbers with their units.

    A row may be longer than the head; its surplus cells are columns too.
    """
    width = max([len(table.columns), *map(len, table.rows)])
    columns = ([row[index].strip() for row in table.rows if index < len(row)] for index in range(width))
    return tuple(any(cells) and all(map(_is_number_or_gap, cells)) for cells in columns)


def _is_number_or_gap(cell: str) -> bool:
    return cell in ("", "-", "–") or _NUMBER.fullmatch(cell) is not None
