"""What is concluded: findings, judged causes, the ladder and the diagnosis (``diagnosis.json``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import force_setattr

from runbooklab.model.evidence import LedgerEntry
from runbooklab.model.file_edit import FileEdit
from runbooklab.model.observation import Vantage

Status = Literal["ok", "warning", "critical", "unknown", "skipped"]
Verdict = Literal["ok", "warning", "critical", "unknown"]
State = Literal["supported", "ruled-out", "untested"]
Risk = Literal["none", "low", "medium", "high"]

#: Worst first, everywhere: in the verdict, on the ladder and in the report.
WORST_FIRST: tuple[Status, ...] = ("critical", "unknown", "warning", "ok", "skipped")

_RANKS: dict[str, int] = {status: place for place, status in enumerate(WORST_FIRST)}
#: Exit status of a run, after the monitoring-plugin convention.
EXIT_STATUS: dict[str, int] = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}


def rank(status: str) -> int:
    """A status's place in that order; "", and what a stored report has that is no status, comes last."""
    return _RANKS.get(status, len(_RANKS))


def worst(statuses: Iterable[str]) -> str:
    """The worst of ``statuses``; "" if there are none."""
    return min(statuses, key=rank, default="")


class Table(Struct, frozen=True):
    """A small table a finding shows. Cells are text as it was seen; whoever shows it escapes it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    cut: int = 0  # rows left out


class Unseen(Struct, frozen=True):
    """What a check could not observe."""

    thing: str  # to begin a sentence with: "The memory of Redis"
    reason: str  # to finish one with: "it took longer than 3 s"


class Judgement(Struct, frozen=True):
    """What a check says of the evidence; :class:`Finding` adds where and when."""

    status: Status
    summary: str  # one sentence that states the fact: the thing, the time, the number
    facts: dict[str, str] = field(default_factory=dict)  # label -> value, in order
    tables: tuple[Table, ...] = ()
    text: str = ""  # machine text worth quoting (a log tail, a config excerpt)
    missing: Unseen | None = None  # if something could not be observed


class Finding(Struct, frozen=True, omit_defaults=True):
    id: str  # the check's id
    section: str  # section slug of the runbook; "" if the runbook does not show the check
    vantage: Vantage
    status: Status
    summary: str
    duration_ms: float
    facts: dict[str, str] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    text: str = ""
    missing: Unseen | None = None
    #: The order of the facts: a notebook file sorts the keys of what it holds.
    fact_names: tuple[str, ...] = ()
    command: str = ""  # what a person types to see the same on this target; "" if there is nothing to type
    title: str = ""  # what a runbook's own check calls itself; "": the words of its id

    def __post_init__(self) -> None:
        if set(self.fact_names) != set(self.facts):
            force_setattr(self, "fact_names", tuple(self.facts))
        elif self.fact_names != tuple(self.facts):
            force_setattr(self, "facts", {name: self.facts[name] for name in self.fact_names})


class RemedyPlan(Struct, frozen=True):
    """How to fix one cause on this very target: commands ready to paste, with real names and ports."""

    id: str
    title: str  # an imperative sentence
    commands: tuple[str, ...]
    changes: str  # what it changes
    risk: Risk
    confirm: tuple[str, ...] = ()  # commands that show it worked
    undo: tuple[str, ...] = ()
    destructive: bool = False  # asks for the target's name as well
    appliable: bool = False  # ``--apply`` can do it
    act: str = ""  # what a button says: an imperative with this target's name
    loses: tuple[str, ...] = ()  # what is gone for good, one sentence each, with figures
    edits: tuple[FileEdit, ...] = ()  # the lines of files that a person changes


class HandOver(Struct, frozen=True):
    """Another runbook, which goes deeper into a cause; or all of them, if this one names none."""

    runbook: str  # its slug; "": all
    parameters: dict[str, str]  # what it is given: as in this run, and what was seen in it
    command: str  # runs it
    reason: str = ""  # as a sentence, if it is not the cause beside which this stands


class JudgedCause(Struct, frozen=True):
    id: str
    title: str
    state: State
    confidence: float = 0.0  # 0 to 1; 0 unless supported
    primary: bool = False
    because: tuple[str, ...] = ()  # finding ids it rests on
    proof: str = ""  # the one observation that separates it from its nearest look-alike
    summary: str = ""  # if supported: one sentence for the top of the report
    reason: str = ""  # why ruled out, or why it could not be tested
    consequence_of: str = ""  # id of the supported cause that brings this one about
    look_alikes: tuple[str, ...] = ()  # if supported: ids of causes that look the same to the client
    layer: str = ""  # rung of the ladder
    remedy: RemedyPlan | None = None
    severity: Literal["critical", "warning"] = "critical"  # the verdict that it leads to if supported
    hand_over: HandOver | None = None  # if supported, and another runbook's subject


class NextCause(Struct, frozen=True):
    """A cause that will show up once the primary one is fixed, as the set-up shows."""

    id: str
    title: str
    summary: str  # one sentence: what will fail next, and what shows it
    remedy: RemedyPlan | None = None


class Rung(Struct, frozen=True):
    """One rung of the connection ladder from one vantage."""

    name: str  # configuration | name | tcp | tls | protocol | authentication | database | ping | role | ...
    vantage: Vantage
    status: Status
    summary: str


class ChecklistItem(Struct, frozen=True):
    item: str
    status: Status
    command: str
    check: str = ""


class AuditEntry(Struct, frozen=True):
    """One change that was explicitly asked for: the audit trail.

    ``because`` is the verdict before it in words, ``undo`` what undoes the remedy whose last command this is.
    """

    at: str
    remedy: str
    command: str
    outcome: Literal["done", "failed", "refused"]
    output: str = ""
    asked_by: str = ""
    because: str = ""
    undo: tuple[str, ...] = ()


class Provenance(Struct, frozen=True):
    """The digests are hexadecimal SHA-256; ``model/digests.py`` says of what. "": not known."""

    version: str = ""
    git_commit: str = ""
    host: str = ""
    python: str = ""
    runbook_sha256: str = ""
    evidence_sha256: str = ""
    notebook_sha256: str = ""
    diagnosis_sha256: str = ""
    replayed_at: str = ""  # when stored evidence was judged again in a notebook; "": observed live


class Diagnosis(Struct, frozen=True, kw_only=True):
    """``diagnosis.json``."""

    schema_version: Literal[1] = 1
    run_id: str
    runbook: str
    title: str = ""
    incident: str | None = None
    started_at: str
    finished_at: str
    parameters: dict[str, Any]  # redacted
    verdict: Verdict
    summary: str
    causes: tuple[JudgedCause, ...] = ()  # the whole catalogue: supported first, ranked
    findings: tuple[Finding, ...] = ()
    ladder: tuple[Rung, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    not_observed: tuple[str, ...] = ()  # what could not be observed, one sentence each
    audit: tuple[AuditEntry, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    next: tuple[NextCause, ...] = ()  # what will fail once the primary cause is fixed, in that order
    hand_over: HandOver | None = None  # if the target is not ok, and no cause of this runbook explains it

    @property
    def primary(self) -> JudgedCause | None:
        """The cause to fix first, or None."""
        return next((cause for cause in self.causes if cause.primary), None)
