"""The sections of a notebook by their worst finding: a line above a section, and the map at the top."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from runbooklab.model.conclusions import Finding, Status, worst
from runbooklab.notebook.run import Run
from runbooklab.report.words import STATUS_WORDS
from runbooklab.words import count


class SectionState(Struct, frozen=True):
    """One section with checks. ``anchor`` is its heading's in JupyterLab."""

    title: str
    status: Status
    summary: str  # how many checks, and how many of them are not ok

    @property
    def anchor(self) -> str:
        """JupyterLab and Notebook name a heading after its text, with hyphens for spaces."""
        return self.title.replace(" ", "-")


def section_begun_by(run: Run, check_id: str) -> SectionState | None:
    """The section that a check is the first one of; None if it is not."""
    shown_in = run.about.outline.check_sections
    slug = shown_in.get(check_id, "")
    if check_id != next((first for first, section in shown_in.items() if section == slug), ""):
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
    statuses = Counter(finding.status for finding in findings)
    bad = ", ".join(f"{statuses[each]} {STATUS_WORDS[each].lower()}" for each in statuses if each != "ok")
    summary = count(len(findings), "check") + (f": {bad}" if bad else "")
    return SectionState(title, worst(statuses), summary)  # type: ignore[arg-type] # of statuses, one of them
