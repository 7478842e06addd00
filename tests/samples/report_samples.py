"""Diagnoses and executed notebooks as runs leave them, for the tests of page, cells and index.

diagnosis()                      a critical one with something in every field
concluded(healthy())             what our own judges conclude from a situation's evidence
executed(concluded(healthy()))   the Redis runbook's notebook with the outputs of that run
notebook(text(...), code(...))   a notebook of one's own
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from evidence_samples import NOW
from judging import REDIS, conclude
from runbooklab.authoring.outline import calls, outline, source_of
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import (
    AuditEntry,
    ChecklistItem,
    Diagnosis,
    Finding,
    JudgedCause,
    Provenance,
    RemedyPlan,
    Rung,
    Table,
)
from runbooklab.model.evidence import LedgerEntry
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME, FINDING_MIME, VIEW_MIME

FINISHED = "2026-03-01T12:00:01.240Z"
RUNBOOK = Path(__file__).parents[2] / "notebooks" / "redis-connection.ipynb"

PROVENANCE = Provenance("0.1.0", "c0ffee" * 6 + "c0ff", "oncall-1", "3.11.2", "5e" * 32)

START = RemedyPlan(
    id="start-container",
    title="Start the Redis container",
    commands=("docker start redis-tts",),
    changes="Starts the existing container with its own data.",
    risk="low",
    confirm=("docker logs redis-tts --tail=5", "redis-cli -h localhost -p 6379 ping"),
    undo=("docker stop redis-tts",),
    appliable=True,
)
FLUSH = RemedyPlan(
    id="flush-all",
    title="Flush all data",
    commands=("docker exec redis-tts redis-cli FLUSHALL",),
    changes="Deletes every key of every database.",
    risk="high",
    destructive=True,
)
STOPPED = Finding(
    id="redis-container",
    section="check-redis-container-status",
    vantage="host",
    status="critical",
    summary="Redis is stopped: container redis-tts exited 4 minutes ago with code 0.",
    duration_ms=12.34,
    facts={"Container": "redis-tts", "Exit code": "0"},
    tables=(Table(("Container", "Memory"), (("redis-tts", "12.5 MiB"), ("web", "-")), "Containers", cut=3),),
    text="line one\nline two",
)
REFUSED = Finding("port-reachable", "test-port-availability", "host", "critical", "Port 6379 refuses.", 0.4)
INSIDE = Finding(
    "redis-ping-inside", "test-redis-connectivity", "redis-container", "unknown", "Not asked.", 1.0
)
LOGS = Finding("redis-logs", "", "host", "ok", "The log shows no errors.", 3.0)
RUNGS = (
    Rung("configuration", "host", "ok", "The URL can be parsed."),
    Rung("name", "host", "ok", "localhost resolves."),
    Rung("tcp", "host", "critical", "Port 6379 refuses."),
    Rung("ping", "host", "skipped", "Not reached: the way ends at tcp."),
    Rung("tcp", "redis-container", "ok", "Redis listens in its container."),
    Rung("ping", "redis-container", "unknown", "Nobody could ask."),
)
CHECKLIST = (
    ChecklistItem("Redis container running?", "critical", "docker ps | grep redis", "redis-container"),
    ChecklistItem("Logs show no errors?", "ok", "docker logs redis-tts", "redis-logs"),
)
ACTS = (
    AuditEntry(
        NOW,
        "start-container",
        "docker start redis-tts",
        "done",
        "redis-tts",
        "apply=start-container",
        "Critical: Redis is stopped.",
        ("docker stop redis-tts",),
    ),
)
CAUSES = (
    JudgedCause(
        "container-stopped", "The Redis container is stopped", "supported", 0.97, True, ("redis-container",),
        proof="Docker says exited, code 0, at 11:56.", summary="Redis is stopped.", remedy=START,
    ),
    JudgedCause(
        "workers-none-registered", "No worker is registered", "supported", 0.5, False, ("port-reachable",),
        proof="There are no keys.", consequence_of="container-stopped", remedy=FLUSH,
    ),
    JudgedCause("loading", "Redis is loading its data", "untested", reason="Redis was not reached."),
    JudgedCause("firewall-drop", "A firewall drops packets", "ruled-out", reason="The port refuses at once."),
)  # fmt: skip


#: Every parameter of the target at its default.
DEFAULTS = {row.name: row.default for row in REDIS.parameters.values()}


def diagnosis(**changes: Any) -> Diagnosis:
    """A critical diagnosis with something in every field."""
    fields: dict[str, Any] = {
        "run_id": "3f2a9c1b77d0",
        "runbook": "redis-connection",
        "title": "Redis connection failures",
        "incident": "INC-42",
        "started_at": NOW,
        "finished_at": FINISHED,
        "parameters": {"redis_url": "redis://localhost:6379", "expected_workers": 3, "apply": ""},
        "verdict": "critical",
        "summary": "Redis is stopped: container redis-tts exited 4 minutes ago.",
        "causes": CAUSES,
        "findings": (STOPPED, REFUSED, INSIDE, LOGS),
        "ladder": RUNGS,
        "checklist": CHECKLIST,
        "not_observed": ("Not observed: its log, as Docker did not answer.", "The network."),
        "audit": ACTS,
        "ledger": (LedgerEntry("redis", "PING", 0.4), LedgerEntry("docker", "GET /info", 2.0)),
        "provenance": PROVENANCE,
    }
    return Diagnosis(**fields | changes)


def concluded(evidence: Evidence, **fields: Any) -> Diagnosis:
    """What our own judges conclude from ``evidence`` for the Redis runbook."""
    reported = outline(json.loads(RUNBOOK.read_text()))
    given: dict[str, Any] = {
        "run_id": "3f2a9c1b77d0",
        "runbook": "redis-connection",
        "title": reported.title,
        "started_at": NOW,
        "finished_at": FINISHED,
        "sections": reported.check_sections,
        "checklist": reported.checklist,
        "parameters": {**DEFAULTS, **evidence.target.values},
        "provenance": PROVENANCE,
    }
    return conclude(evidence, **given | fields)


# --- notebooks -------------------------------------------------------------------------------


def text(source: str, section: str = "") -> dict[str, Any]:
    """A Markdown cell."""
    return {"cell_type": "markdown", "metadata": _tags(section), "source": source}


def code(
    *outputs: dict[str, Any], source: str = "pass", section: str = "", run: bool = True
) -> dict[str, Any]:
    """A code cell with its outputs."""
    return {
        "cell_type": "code",
        "metadata": _tags(section),
        "source": source,
        "execution_count": 1 if run else None,
        "outputs": list(outputs),
    }


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A notebook of these cells."""
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """What a cell printed."""
    return {"output_type": "stream", "name": name, "text": text}


def display(**data: Any) -> dict[str, Any]:
    """A displayed output: ``display(text_html="<b>x</b>")`` has the MIME type text/html."""
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {mime.replace("_", "/", 1): content for mime, content in data.items()},
    }


def shown(mime: str, content: Any, **more: Any) -> dict[str, Any]:
    """An output as a cell displays it, with HTML and text beside the JSON that must not be used."""
    beside = {"text/html": "<p>FROM THE HTML</p>", "text/plain": "FROM THE TEXT"}
    data = {mime: msgspec.to_builtins(content), **beside, **more}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def view(kind: str, content: Any) -> dict[str, Any]:
    """A view as a cell displays it."""
    return shown(VIEW_MIME, {"kind": kind, kind: content})


def conclusion(diagnosis: Diagnosis, evidence: Evidence | None = None) -> dict[str, Any]:
    """The output of the last cell."""
    more = {EVIDENCE_MIME: msgspec.to_builtins(evidence)} if evidence else {}
    return shown(DIAGNOSIS_MIME, diagnosis, **more)


def executed(diagnosis: Diagnosis, evidence: Evidence | None = None) -> dict[str, Any]:
    """The Redis runbook's notebook as a run that came to ``diagnosis`` leaves it."""
    run = json.loads(RUNBOOK.read_text())
    for number, cell in enumerate(run["cells"], 1):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            for call in calls(source_of(cell)):
                cell["outputs"] += _outputs(call.name, call.argument, diagnosis, evidence)
    return run


def _outputs(name: str, argument: Any, run: Diagnosis, evidence: Evidence | None) -> list[dict[str, Any]]:
    by_id = {finding.id: finding for finding in run.findings}
    show: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "check": lambda: [shown(FINDING_MIME, by_id[argument])],
        "validate": lambda: [shown(FINDING_MIME, by_id[check]) for check in REDIS.validation],
        "diagnose": lambda: [view("diagnosis", {"verdict": run.verdict, "summary": run.summary})],
        "ladder": lambda: [view("ladder", run.ladder)],
        "checklist": lambda: [view("checklist", run.checklist)],
        "remedy": lambda: _remedy(argument, run, evidence),
        "conclude": lambda: [conclusion(run, evidence)],
    }
    return show[name]() if name in show else []


def _remedy(remedy_id: str, run: Diagnosis, evidence: Evidence | None) -> list[dict[str, Any]]:
    if evidence is None:
        return []
    causes = [cause.id for cause in run.causes if cause.remedy and cause.remedy.id == remedy_id]
    return [view("remedy", {"plan": REDIS.plan(remedy_id, evidence), "causes": causes})]


def _tags(section: str) -> dict[str, Any]:
    return {"tags": [f"section:{section}"]} if section else {}


# --- hostile text ----------------------------------------------------------------------------

#: What would do something if it were taken for markup, for a terminal's codes or for a direction of writing.
HOSTILE = (
    "<script>window.hit=1</script><img src=x onerror=window.hit=1><svg onload=window.hit=1>"
    "\"' onmouseover=window.hit=1 x='</style></title></textarea><!-- {{ 7*7 }} {% raw %} ${7*7}"
    "</script><iframe srcdoc='<script>parent.hit=1</script>'>[x](javascript:window.hit=1)"
    "\x1b[31m\x1b]8;;http://evil.example\x07link\x07 \u202egnp.exe\u2066 \u200b\udc80 &lt;b&gt;"
)
_CHOSEN = frozenset({"status", "state", "risk", "vantage", "verdict", "outcome", "to", "severity"})


def hostile(run: Diagnosis) -> Diagnosis:
    """``run`` with hostile text after every text in it that has no fixed set of values."""
    return msgspec.convert(_planted(msgspec.to_builtins(run)), Diagnosis)


def _planted(content: Any, name: str = "") -> Any:
    if isinstance(content, dict):
        free = name in ("parameters", "facts")
        return {(key + HOSTILE if free else key): _planted(value, key) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_planted(value, name) for value in content]
    return content + HOSTILE if isinstance(content, str) and name not in _CHOSEN else content
