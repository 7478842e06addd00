"""A run's outcome: the kernel's own conclusion, or ours from what it left behind."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from runbooklab.authoring.outline import Outline
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import AuditEntry, Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.model.from_json import from_json

if TYPE_CHECKING:
    from runbooklab.authoring.project import Suite
    from runbooklab.redaction import Vault

T = TypeVar("T")


class Run(Struct, frozen=True):
    """What is fixed about a run before its kernel starts. Its parameters hold tokens, not secrets.

    ``given`` are those that differ from their defaults, ``parameters`` all of them.
    """

    suite: Suite
    slug: str
    run_id: str
    started_at: str
    given: Mapping[str, Any]
    parameters: Mapping[str, Any]
    outline: Outline
    rules: Rules

    @property
    def notebook(self) -> Path:
        return self.suite.notebook(self.slug)


def outcome(run: Run, scratch: Path, missing: Sequence[str], vault: Vault) -> tuple[Diagnosis, Evidence]:
    """The diagnosis and the evidence it rests on, given what is known to be ``missing``.

    If the kernel finished and nothing is missing, its own diagnosis counts. Otherwise what was
    collected so far is concluded here, and the sentences of ``missing`` are added to what was not observed.
    """
    evidence = _evidence(scratch / "evidence.json")
    diagnosis = _read(scratch / "diagnosis.json", Diagnosis)
    if evidence is not None and diagnosis is not None and not missing:
        return diagnosis, evidence
    if evidence is None:
        missing = (*missing, "Nothing was observed: the run ended before any probe had returned.")
        evidence = _nothing_observed(run, vault)
    try:
        return _concluded(run, evidence, scratch, missing, vault), evidence
    except Exception as error:  # noqa: BLE001 # whatever our rules raise, the evidence is reported
        problem = f"The evidence could not be judged: {type(error).__name__}: {error}"
        return _unjudged(run, scratch, (*missing, problem), vault), evidence


def _unjudged(run: Run, scratch: Path, missing: Sequence[str], vault: Vault) -> Diagnosis:
    """A diagnosis that only says what is missing."""
    from runbooklab.redaction import clean
    from runbooklab.words import utc_now

    sentences = tuple(clean(sentence, vault) for sentence in missing)
    return Diagnosis(
        run_id=run.run_id,
        runbook=run.slug,
        title=run.outline.title,
        incident=str(run.parameters.get("incident") or "") or None,
        started_at=run.started_at,
        finished_at=utc_now(),
        parameters=dict(run.parameters),
        verdict="unknown",
        summary=sentences[-1],
        not_observed=sentences,
        audit=_audit(scratch),
    )


def _concluded(
    run: Run, evidence: Evidence, scratch: Path, missing: Sequence[str], vault: Vault
) -> Diagnosis:
    from runbooklab.diagnosis.conclude import conclude
    from runbooklab.notebook.run import About
    from runbooklab.notebook.target import target_of
    from runbooklab.redaction import clean

    _, problems = target_of(run.parameters, run.rules, vault)
    about = About(
        runbook=run.slug,
        run_id=run.run_id,
        started_at=run.started_at,
        parameters=run.parameters,
        outline=run.outline,
        missing=[*problems, *(clean(sentence, vault) for sentence in missing)],
        audit=list(_audit(scratch)),
    )
    return conclude(run.rules, evidence, about.header(run.suite))


def _nothing_observed(run: Run, vault: Vault) -> Evidence:
    from runbooklab.notebook.target import target_of

    target, _ = target_of(run.parameters, run.rules, vault)
    return Evidence(
        domains=run.rules.names, target=target, gathered_at=run.started_at, hostname=os.uname().nodename
    )


def _audit(scratch: Path) -> tuple[AuditEntry, ...]:
    return _read(scratch / "audit.json", tuple[AuditEntry, ...]) or ()


def _evidence(path: Path) -> Evidence | None:
    from runbooklab.diagnosis.stored_evidence import evidence_of

    content = _read(path, dict[str, Any])
    try:
        return None if content is None else evidence_of(content)
    except msgspec.ValidationError:  # of another version of ours
        return None


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return from_json(path.read_bytes(), kind)
    except (OSError, msgspec.DecodeError):  # not there, or of another version of ours
        return None
