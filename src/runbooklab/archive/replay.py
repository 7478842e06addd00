"""A stored run judged again by today's rules, and what that changes; no target is contacted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from runbooklab import __version__
from runbooklab.archive.stored import as_diagnosis, as_evidence, contents, other_version
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.errors import UserError
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.digests import without_digests
from runbooklab.model.evidence import Evidence


class Change(Struct, frozen=True):
    """One thing that is judged differently. ``was`` or ``now`` is "" if there was or is no such thing."""

    what: Literal["verdict", "summary", "primary cause", "finding", "cause"]
    id: str  # of the finding or cause; "" for the rest
    was: str
    now: str


class Replay(Struct, frozen=True):
    run_id: str
    judged_by: str  # the version that judged at the time
    changes: tuple[Change, ...]
    diagnosis: Diagnosis  # by today's rules


def replay(folder: Path) -> Replay:
    """Judge the run in ``folder`` again. Raises :class:`UserError` if it can't be read or judged."""
    diagnosis_file, evidence_file = folder / "diagnosis.json", folder / "evidence.json"
    before = as_diagnosis(contents(diagnosis_file), diagnosis_file)
    evidence = as_evidence(contents(evidence_file), evidence_file)
    try:
        after = judge_again(before, evidence)
    except UserError as error:  # a domain that is not installed
        raise UserError(error.message, evidence_file, hint=error.hint) from None
    except Exception as error:  # noqa: BLE001 # a record of another version may lack what a rule takes for granted
        raise UserError(
            f"cannot be judged by version {__version__}: {type(error).__name__}: {error}",
            evidence_file,
            hint=other_version(before.provenance.version),
        ) from None
    return Replay(before.run_id, before.provenance.version, changes(before, after), after)


def judge_again(before: Diagnosis, evidence: Evidence) -> Diagnosis:
    """The same run's diagnosis by today's rules; what no evidence says comes from ``before``."""
    header = Header(
        run_id=before.run_id,
        runbook=before.runbook,
        title=before.title,
        sections={finding.id: finding.section for finding in before.findings if finding.section},
        checklist=tuple((row.item, row.command, row.check) for row in before.checklist),
        parameters=before.parameters,
        incident=before.incident,
        started_at=before.started_at,
        finished_at=before.finished_at,
        audit=before.audit,
        provenance=msgspec.structs.replace(
            without_digests(before.provenance), version=__version__, git_commit=""
        ),
        missing=missing_from(before),
    )
    return conclude(Rules.of_evidence(evidence), evidence, header)


def missing_from(before: Diagnosis) -> tuple[str, ...]:
    """What the run itself could not do: that part of ``not_observed`` which its findings don't explain."""
    of_findings = {finding.summary for finding in before.findings}
    return tuple(
        sentence
        for sentence in before.not_observed
        if sentence not in of_findings and not sentence.startswith("Not observed: ")
    )


def changes(before: Diagnosis, after: Diagnosis) -> tuple[Change, ...]:
    """What differs between two diagnoses of one run."""
    was, now = _judged(before), _judged(after)
    return tuple(
        Change(*key, was.get(key, ""), now.get(key, ""))
        for key in dict.fromkeys((*was, *now))
        if was.get(key, "") != now.get(key, "")
    )


def _judged(diagnosis: Diagnosis) -> dict[tuple[Any, str], str]:
    """(what, id) -> how it is judged."""
    return {
        ("verdict", ""): diagnosis.verdict,
        ("summary", ""): diagnosis.summary,
        ("primary cause", ""): diagnosis.primary.id if diagnosis.primary else "",
        **{("finding", finding.id): finding.status for finding in diagnosis.findings},
        **{("cause", cause.id): cause.state for cause in diagnosis.causes},
    }
