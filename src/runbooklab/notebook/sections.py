"""The sections of a notebook by their worst finding: a line above a section, and the map at the top."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from runbooklab.model.conclusions import Finding, Status, worst
from runbooklab.notebook.run import Run
from runbooklab.report.words import STATUS_WORDS, is_information, status_word
from runbooklab.words import count


class SectionState(Struct, frozen=True):
    """One section with checks. ``anchor`` is its heading's in JupyterLab."""

    title: str
    status: Status
    word: str  # of the worst finding
    summary: str  # how many checks, and how many of them are not ok

    @property
    def anchor(self) -> str:
        """JupyterLab and Notebook name a heading after its text, with hyphens for spaces."""
        return self.title.replace(" ", "-")


def section_begun_by(run: Run, check_id: str) -> SectionState | None:
    """The section of several checks that a check is the first one of; None if it is not."""
    shown_in = run.about.outline.check_sections
    slug = shown_in.get(check_id, "")
    together = [each for each, section in shown_in.items() if section == slug]
    if len(together) < 2 or together[0] != check_id:
        return None
    return next((state for found, state in _sections(run) if found == slug), None)


def sections(run: Run) -> tuple[SectionState, ...]:
    """All sections with checks, in their order."""
    return tuple(state for _, state in _sections(run))


def _sections(run: Run) -> list[tuple[str, SectionState]]:
    findings: dict[str, list[Finding]] = {}
    for finding in run.diagnosis().findings:
        findings.setdefault(finding.section, []).append(finding)
    return [
        (section.slug, _state(section.title, findings[section.slug]))
        for section in run.about.outline.sections
        if section.slug in findings
    ]


def _state(title: str, findings: list[Finding]) -> SectionState:
    status = worst(finding.status for finding in findings)
    words = Counter(status_word(finding) for finding in findings)
    rest = ", ".join(
        f"{number} {word.lower()}" for word, number in words.items() if word != STATUS_WORDS["ok"]
    )
    shown = max((each for each in findings if each.status == status), key=is_information)
    summary = count(len(findings), "check") + (f": {rest}" if rest else "")
    return SectionState(title, status, status_word(shown), summary)  # type: ignore[arg-type] # of statuses, one
