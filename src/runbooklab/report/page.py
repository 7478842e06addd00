"""The incident report: one HTML file that needs nothing else and asks nothing of any network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from runbooklab.authoring.outline import outline
from runbooklab.files import pack_payload
from runbooklab.model.conclusions import WORST_FIRST, Diagnosis, Finding, JudgedCause, rank
from runbooklab.model.drawing import PLAIN, Vocabulary
from runbooklab.model.evidence import Evidence
from runbooklab.report import moments, words
from runbooklab.report.contributed import drawings, vocabulary
from runbooklab.report.drawing import draw
from runbooklab.report.embedded_run import document_of
from runbooklab.report.plots import Plot, plot
from runbooklab.report.redactions import Redactions, redactions
from runbooklab.report.rungs import LadderPicture, ladder_picture
from runbooklab.report.seal import NAME, sealed
from runbooklab.report.sections import Section, notebook_sections, sections
from runbooklab.report.timeline import Timeline, timeline
from runbooklab.words import duration_ms


class Page(Struct, frozen=True, dict=True):
    """All that the template draws."""

    diagnosis: Diagnosis
    sections: tuple[Section, ...]
    ladder: LadderPicture
    timeline: Timeline | None
    target: str = ""
    vocabulary: Vocabulary = PLAIN
    plots: tuple[Plot, ...] = ()
    redactions: Redactions | None = None
    foreign: bool = False  # a notebook that is not one of our runs

    @property
    def window_title(self) -> str:
        """The title in a browser's tab: the verdict first."""
        run = self.diagnosis
        name = run.title or run.runbook
        return f"{words.VERDICT_WORDS[run.verdict]}: {name} {moments.utc(run.started_at)}".strip()

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """The line under the title: target, time, duration."""
        run = self.diagnosis
        replayed = run.provenance.replayed_at
        took = moments.milliseconds(run.started_at, run.finished_at)
        rows = (
            ("Target", self.target),
            ("Time", f"{moments.utc(run.started_at)} UTC" if run.started_at else ""),
            ("local time", moments.local_offset(run.started_at)),
            ("Took", duration_ms(took) if took is not None else ""),
            ("Incident", run.incident or ""),
            ("Replay", "stored evidence judged again, nothing was observed" if replayed else ""),
        )
        return tuple((label, value) for label, value in rows if value)

    @property
    def provenance(self) -> tuple[tuple[str, str], ...]:
        """The report's provenance."""
        run, made = self.diagnosis, self.diagnosis.provenance
        return (
            ("Run", run.run_id),
            ("Runbook", run.runbook),
            ("Runbook SHA-256", made.runbook_sha256),
            ("Evidence SHA-256", made.evidence_sha256),
            ("Notebook SHA-256", made.notebook_sha256),
            ("Diagnosis SHA-256", made.diagnosis_sha256),
            ("Started (UTC)", run.started_at),
            ("Finished (UTC)", run.finished_at),
            ("Replayed (UTC)", made.replayed_at),
            ("Host", made.host),
            ("runbooklab", made.version),
            ("Commit", made.git_commit),
            ("Python", made.python),
        )

    @cached_property
    def causes(self) -> dict[str, tuple[JudgedCause, ...]]:
        """State -> causes, in the diagnosis' order."""
        judged = self.diagnosis.causes
        return {
            state: tuple(cause for cause in judged if cause.state == state)
            for state in ("supported", "untested", "ruled-out")
        }

    @property
    def look_alikes(self) -> tuple[JudgedCause, ...]:
        """The ruled-out look-alikes of the primary cause, each with the observation that rules it out."""
        primary = self.diagnosis.primary
        alike = set(primary.look_alikes) if primary else set()
        return tuple(cause for cause in self.causes["ruled-out"] if cause.id in alike and cause.reason)

    @property
    def proof(self) -> str:
        """What proves the primary cause, unless the summary above says it."""
        primary = self.diagnosis.primary
        return words.proof_beside(primary, self.diagnosis.summary) if primary else ""

    @property
    def proven_by(self) -> tuple[Finding, ...]:
        """The findings that the proof of the primary cause rests on."""
        primary = self.diagnosis.primary
        if primary is None or not primary.proof:
            return ()
        return tuple(self.finding_by_id[name] for name in primary.because if name in self.finding_by_id)

    @property
    def plain_words(self) -> str:
        """What the primary cause means, for somebody who does not know the subject."""
        return words.plain_words(self.diagnosis, self.vocabulary)

    def is_on_paper(self, section: Section) -> bool:
        """Whether a printed page shows the section whole: it matters, or the primary cause rests on it."""
        primary = self.diagnosis.primary
        rests_on = set(primary.because) if primary else set()
        shown = {finding.id for finding in section.findings}
        return self.foreign or section.matters or bool(rests_on & shown)

    @property
    def judged_by_reason(self) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
        """State -> reason and the titles of the causes it judges, so that a reason is read once."""
        gathered: dict[str, dict[str, list[str]]] = {"untested": {}, "ruled-out": {}}
        for state, by_reason in gathered.items():
            for cause in self.causes[state]:
                by_reason.setdefault(cause.reason, []).append(cause.title)
        return {
            state: tuple((reason, tuple(titles)) for reason, titles in by_reason.items())
            for state, by_reason in gathered.items()
        }

    def cause_title(self, cause_id: str) -> str:
        """A judged cause's title; the words of its id if it was not judged."""
        titles = (cause.title for cause in self.diagnosis.causes if cause.id == cause_id)
        return next(titles, self.vocabulary.title(cause_id))

    @property
    def also(self) -> tuple[JudgedCause, ...]:
        """The supported causes except the primary one."""
        return tuple(cause for cause in self.causes["supported"] if not cause.primary)

    @property
    def noted(self) -> tuple[Finding, ...]:
        """If no cause is supported: the findings that are not ok, worst first."""
        if self.causes["supported"]:
            return ()
        bad = [
            finding for finding in self.finding_by_id.values() if finding.status in ("critical", "warning")
        ]
        return tuple(sorted(bad, key=lambda finding: rank(finding.status)))

    @cached_property
    def tally(self) -> tuple[tuple[str, int, str], ...]:
        """Status, how many findings have it, and the words after that number; worst first."""
        ended = Counter((finding.status, words.tally_word(finding)) for finding in self.diagnosis.findings)
        return tuple(
            (status, number, word)
            for each in WORST_FIRST
            for (status, word), number in ended.items()
            if status == each
        )

    @cached_property
    def finding_by_id(self) -> dict[str, Finding]:
        """The findings that the page shows."""
        return {finding.id: finding for section in self.sections for finding in section.findings}

    @property
    def ledger_tally(self) -> tuple[tuple[str, int], ...]:
        """Where requests were sent, most frequent first."""
        return tuple(Counter(entry.to for entry in self.diagnosis.ledger).most_common())


def render(diagnosis: Diagnosis, evidence: Evidence | None, notebook: Mapping[str, Any] | None) -> str:
    """The report of a run, as HTML.

    ``evidence`` adds the timeline; ``notebook`` (as :func:`json.loads` gives it) the runbook's text and what
    its cells put out. Either may be None. Everything must be redacted already; everything is escaped here.
    The page embeds what it was drawn from (see ``embedded_run``) and its own digest (see ``seal``).
    """
    payload = pack_payload(document_of(diagnosis, evidence, notebook))
    return sealed(_drawn(_page(diagnosis, evidence, notebook), payload=payload, seal_name=NAME))


def printable(diagnosis: Diagnosis, evidence: Evidence | None, notebook: Mapping[str, Any] | None) -> str:
    """The same page, without what only a reader of the file needs: the run in it, and its digest."""
    return _drawn(_page(diagnosis, evidence, notebook))


def _drawn(page: Page, **more: Any) -> str:
    return draw("page", vocabulary=page.vocabulary, page=page, diagnosis=page.diagnosis, **more)


def _page(diagnosis: Diagnosis, evidence: Evidence | None, notebook: Mapping[str, Any] | None) -> Page:
    given = drawings(diagnosis, evidence)
    return Page(
        diagnosis,
        tuple(sections(diagnosis, notebook, given.vocabulary)),
        ladder_picture(diagnosis.ladder),
        timeline(diagnosis, given.moments) if evidence else None,
        given.target,
        given.vocabulary,
        tuple(map(plot, given.plots)),
        redactions(diagnosis, evidence, given),
    )


def render_foreign(notebook: Mapping[str, Any], name: str) -> str:
    """A page for a notebook that is not one of our runs; ``name`` is its title if it has none."""
    nothing = Diagnosis(
        run_id="", runbook=name, started_at="", finished_at="", parameters={}, verdict="unknown", summary=""
    )
    words = vocabulary(None)
    parts = tuple(notebook_sections(notebook, words))
    title = outline(dict(notebook)).title or name or "Notebook"
    page = Page(nothing, parts, ladder_picture(()), None, foreign=True)
    return draw("foreign", vocabulary=words, page=page, title=title)
