"""The incident report: one HTML file that needs nothing else and asks nothing of any network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from runbooklab.evidence import Evidence
from runbooklab.model import ChecklistItem, Diagnosis, Finding, JudgedCause
from runbooklab.redaction import visible
from runbooklab.report import moments, words
from runbooklab.report.plain import count, excerpt
from runbooklab.report.rungs import LadderPicture, ladder_picture
from runbooklab.report.sections import Section, sections
from runbooklab.report.timeline import Moment, Timeline, timeline

#: Rows of the ledger that the page lists; ``diagnosis.json`` has them all.
LEDGER_LIMIT = 1_000


@dataclass(frozen=True)
class Page:
    """All that the template draws."""

    diagnosis: Diagnosis
    sections: tuple[Section, ...]
    ladder: LadderPicture
    timeline: Timeline | None
    target: str = ""

    @property
    def window_title(self) -> str:
        """What a browser's tab says: the verdict first."""
        run = self.diagnosis
        return (
            f"{words.VERDICT_WORDS[run.verdict]}: {run.title or run.runbook}, {moments.utc(run.started_at)}"
        )

    @property
    def head(self) -> tuple[tuple[str, str], ...]:
        """The line under the title: what was looked at, when, how long."""
        run = self.diagnosis
        took = moments.milliseconds(run.started_at, run.finished_at)
        rows = (
            ("Target", self.target),
            ("Time", f"{moments.utc(run.started_at)} UTC"),
            ("local time", moments.local_offset(run.started_at)),
            ("Took", words.duration(took) if took is not None else ""),
            ("Incident", run.incident or ""),
        )
        return tuple((label, value) for label, value in rows if value)

    @property
    def provenance(self) -> tuple[tuple[str, str], ...]:
        """Where the report comes from."""
        run, made = self.diagnosis, self.diagnosis.provenance
        return (
            ("Run", run.run_id),
            ("Runbook", run.runbook),
            ("Runbook SHA-256", made.runbook_sha256),
            ("Started (UTC)", run.started_at),
            ("Finished (UTC)", run.finished_at),
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
    def also(self) -> tuple[JudgedCause, ...]:
        """The supported causes beside the primary one."""
        return tuple(cause for cause in self.causes["supported"] if not cause.primary)

    @property
    def noted(self) -> tuple[Finding, ...]:
        """Where no cause is supported: the findings that are not well all the same, worst first."""
        if self.causes["supported"]:
            return ()
        bad = [
            finding for finding in self.finding_by_id.values() if finding.status in ("critical", "warning")
        ]
        return tuple(sorted(bad, key=lambda finding: words.STATUSES.index(finding.status)))

    @cached_property
    def tally(self) -> tuple[tuple[str, int], ...]:
        """Status -> how many findings, worst first."""
        counted: Counter[str] = Counter(finding.status for finding in self.diagnosis.findings)
        return tuple((status, counted[status]) for status in words.STATUSES if counted[status])

    @cached_property
    def finding_by_id(self) -> dict[str, Finding]:
        """The findings that the page shows."""
        return {finding.id: finding for section in self.sections for finding in section.findings}

    @property
    def ledger_tally(self) -> tuple[tuple[str, int], ...]:
        """Where what was sent went, most first."""
        return tuple(Counter(entry.to for entry in self.diagnosis.ledger).most_common())


def render(diagnosis: Diagnosis, evidence: Evidence | None, notebook: Mapping[str, Any] | None) -> str:
    """The report of a run, as HTML.

    ``evidence`` adds the timeline; ``notebook`` (as :func:`json.loads` gives it) the runbook's text and what
    its cells put out. Either may be None. Everything is expected to be redacted; everything is escaped here.
    """
    return draw(
        Page(
            diagnosis,
            tuple(sections(diagnosis, notebook)),
            ladder_picture(diagnosis.ladder),
            timeline(diagnosis, evidence),
            _target(diagnosis, evidence),
        )
    )


def _target(diagnosis: Diagnosis, evidence: Evidence | None) -> str:
    """The address that was looked at, else what names it."""
    if evidence and evidence.address.value:
        return evidence.address.value.text
    named = (diagnosis.parameters.get(name) for name in ("redis_url", "orchestrator_config"))
    return next((str(name) for name in named if name), "")


def draw(page: Page) -> str:
    """A page, as HTML."""
    style, script = asset("page.css"), asset("page.js")
    # Surrogates were written out with the rest of what can't be seen, so the text is valid UTF-8.
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            page=page,
            diagnosis=page.diagnosis,
            style=Markup(style),  # noqa: S704 # our own file
            script=Markup(script),  # noqa: S704 # our own file
            policy=policy(style, script),
        )
    )


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: our own style and script, pictures inside the page, nothing else."""
    return (
        f"default-src 'none'; style-src '{_source_hash(style)}'; script-src '{_source_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def asset(name: str) -> str:
    """A style or script of ours, as it stands in the page."""
    return (resources.files("runbooklab.report") / "templates" / name).read_text(encoding="utf-8").strip()


@cache
def environment() -> Environment:
    """Jinja with escaping on; what can't be seen in a text is written out before it is escaped."""
    env = Environment(
        loader=PackageLoader("runbooklab.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    env.globals |= {
        "status_words": words.STATUS_WORDS,
        "tally_words": words.TALLY_WORDS,
        "verdict_words": words.VERDICT_WORDS,
        "vantage_words": words.VANTAGE_WORDS,
        "rung_words": words.RUNG_WORDS,
        "risk_words": words.RISK_WORDS,
        "count": count,
        "ledger_limit": LEDGER_LIMIT,
    }
    env.filters |= {
        "title_of": words.title,
        "unlabelled": words.unlabelled,
        "duration": words.duration,
        "utc": moments.utc,
        "local_offset": moments.local_offset,
        "milliseconds_to": moments.milliseconds,
        "numeric_columns": words.numeric_columns,
        "excerpt": excerpt,
        "ladder_picture": ladder_picture,
        "worst_last": _worst_last,
        "value": _value,
        "matches": _matches,
    }
    return env


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _worst_last(timed: Iterable[Moment]) -> list[Moment]:
    """What is drawn last lies on top."""
    return sorted(timed, key=lambda moment: words.STATUSES.index(moment.status), reverse=True)


def _value(parameter: Any) -> str:
    """A parameter's value as it was given."""
    return parameter if isinstance(parameter, str) else json.dumps(parameter, ensure_ascii=False, default=str)


def _matches(checklist: tuple[ChecklistItem, ...], other: tuple[ChecklistItem, ...]) -> bool:
    """Whether two checklists say the same."""
    return [(row.item, row.status) for row in checklist] == [(row.item, row.status) for row in other]
