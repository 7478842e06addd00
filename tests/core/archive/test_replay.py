"""``runbook replay``: a stored run judged again by today's rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evidence_samples import down, healthy, refused
from judging import conclude
from runbooklab.archive.replay import judge_again
from runbooklab.cli import main
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.as_json import as_json
from runbooklab.model.conclusions import Diagnosis, Provenance

CHECKLIST = (("Redis container running?", "docker ps | grep redis", "redis-container"),)


def concluded(evidence: Evidence, **values: Any) -> Diagnosis:
    parts: dict[str, Any] = {
        "run_id": "1a2b3c4d5e6f", "runbook": "redis-connection", "title": "Redis", "incident": "INC-7",
        "sections": {"redis-container": "check-redis-container-status"}, "checklist": CHECKLIST,
        "parameters": {"redis_url": "redis://localhost:6379"},
        "started_at": "2026-03-01T12:00:00.000Z", "finished_at": "2026-03-01T12:00:01.000Z",
        "provenance": Provenance(version="0.0.9", host="lab"),
    }  # fmt: skip
    return conclude(evidence, **parts | values)


def store(folder: Path, diagnosis: Diagnosis, evidence: Evidence) -> Path:
    (folder / "diagnosis.json").write_bytes(as_json(diagnosis))
    (folder / "evidence.json").write_bytes(as_json(evidence))
    return folder


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["runbook", "replay", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(("evidence", "status"), [(healthy(), 0), (down(), 2), (refused(), 2)])
def test_the_same_rules_change_nothing(evidence, status, tmp_path, monkeypatch, capsys):
    """A run judged again by the rules that judged it is as it was; the status is its verdict's."""
    store(tmp_path, concluded(evidence), evidence)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert call(monkeypatch, str(tmp_path)) == status
    said = capsys.readouterr().out
    assert said.endswith("nothing changed\n")
    assert "run 1a2b3c4d5e6f, judged by 0.0.9, now by " in said
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_all_but_the_judgement_stays():
    """Run id, parameters, sections, checklist, times and incident are the stored ones."""
    before = concluded(down(), missing=("The kernel died in cell 4.",))
    after = judge_again(before, down())
    assert msgspec.structs.replace(after, provenance=before.provenance) == before
    assert after.provenance.host == "lab"


def test_a_run_cut_short_stays_unknown():
    """What the run itself could not do counts in the new verdict as it did in the old one."""
    before = concluded(healthy(), missing=("The run ended at its deadline.",))
    assert judge_again(before, healthy()).verdict == "unknown"


def test_changed_evidence_shows_what_changed(tmp_path, monkeypatch, capsys):
    """Verdict, summary, primary cause, findings and causes that differ are named with was and now."""
    store(tmp_path, concluded(healthy()), down())
    assert call(monkeypatch, str(tmp_path)) == 2
    said = capsys.readouterr().out
    assert said.startswith("CRITICAL: ")
    assert "  verdict: ok -> critical\n" in said
    assert "  primary cause: none -> container-stopped\n" in said
    assert "  finding redis-container: ok -> critical\n" in said
    assert "  cause container-stopped: ruled-out -> supported\n" in said
    assert "  summary: Redis at localhost:6379 answers" in said
    assert "nothing changed" not in said


def test_json(tmp_path, monkeypatch, capsys):
    """``--json`` prints the changes and the new diagnosis, and nothing else."""
    store(tmp_path, concluded(down()), healthy())
    assert call(monkeypatch, str(tmp_path), "--json") == 0
    reported = json.loads(capsys.readouterr().out)
    assert {"what": "verdict", "id": "", "was": "critical", "now": "ok"} in reported["changes"]
    assert reported["diagnosis"]["verdict"] == "ok"
    assert reported["diagnosis"]["run_id"] == reported["run_id"] == "1a2b3c4d5e6f"


def test_rules_that_came_and_went(tmp_path, monkeypatch, capsys):
    """A cause that the catalogue did not have, and a check that it has no longer, are changes."""
    store(tmp_path, concluded(healthy()), healthy())

    def older(diagnosis: dict[str, Any]) -> None:
        diagnosis["causes"] = [cause for cause in diagnosis["causes"] if cause["id"] != "loading"]
        diagnosis["findings"].append({**diagnosis["findings"][0], "id": "bygone"})

    edit(tmp_path / "diagnosis.json", older)
    assert call(monkeypatch, str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "  cause loading: none -> ruled-out\n" in said
    assert "  finding bygone: ok -> none\n" in said


def test_fields_of_a_newer_version_are_passed_over(tmp_path, monkeypatch, capsys):
    """A field that is not known here, or was not known there, is no reason not to judge."""
    store(tmp_path, concluded(healthy()), healthy())
    edit(tmp_path / "evidence.json", lambda e: (e.update(weather={"value": 1}), e.pop("hostname")))
    assert call(monkeypatch, str(tmp_path)) == 0


BROKEN: list[tuple[str, Callable[[Path], object], str]] = [
    ("no diagnosis", lambda f: (f / "diagnosis.json").unlink(),
     "diagnosis.json: cannot be read: No such file"),
    ("no evidence", lambda f: (f / "evidence.json").unlink(), "evidence.json: cannot be read: No such file"),
    ("cut short", lambda f: (f / "evidence.json").write_bytes(b'{"target": {'),
     "evidence.json: is not whole JSON"),
    ("no text", lambda f: (f / "evidence.json").write_bytes(b'{"gathered_at": "\xff"}'),
     "evidence.json: is not"),
    ("a list", lambda f: (f / "diagnosis.json").write_bytes(b"[]"), "diagnosis.json: is not as version"),
    ("deep", lambda f: (f / "diagnosis.json").write_bytes(b'{"a":' + b"[" * 100_000),
     "diagnosis.json: is not"),
    ("other schema", lambda f: edit(f / "diagnosis.json", lambda d: d.update(schema_version=2)),
     "has schema version 2, and this is 1; read it with runbooklab 0.0.9"),
    ("other verdict", lambda f: edit(f / "diagnosis.json", lambda d: d.update(verdict="fine")),
     "is not as version"),
    ("other evidence",
     lambda f: edit(f / "evidence.json", lambda e: e["observations"].update(tcp={"probe": 7})),
     "evidence.json: is not as version"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_cannot_be_read_is_one_line_and_status_3(damage, said, tmp_path, monkeypatch, capsys):
    """A missing, broken or foreign file is named in one line."""
    store(tmp_path, concluded(healthy()), healthy())
    damage(tmp_path)
    assert call(monkeypatch, str(tmp_path)) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert said in captured.err


def test_a_folder_that_is_not_there(tmp_path, monkeypatch, capsys):
    """The line says what to name instead."""
    assert call(monkeypatch, str(tmp_path / "nowhere")) == 3
    assert "name a run's folder" in capsys.readouterr().err


def test_a_rule_that_fails_on_old_evidence(tmp_path, monkeypatch, capsys):
    """Evidence that the rules cannot take is one clear line."""

    def broken(*_: object, **__: object) -> None:
        raise KeyError("redis")

    store(tmp_path, concluded(healthy()), healthy())
    monkeypatch.setattr("runbooklab.archive.replay.conclude", broken)
    assert call(monkeypatch, str(tmp_path)) == 3
    assert "evidence.json: cannot be judged by version" in capsys.readouterr().err


def test_terminal_codes_in_a_stored_run_are_written_out(tmp_path, monkeypatch, capsys):
    """A folder from elsewhere does not write to the terminal what it likes."""
    store(tmp_path, concluded(healthy(), run_id="\x1b[31mred"), healthy())
    call(monkeypatch, str(tmp_path))
    assert "\x1b" not in capsys.readouterr().out
