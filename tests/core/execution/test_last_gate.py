"""The last gate takes out what it finds, and a report is written whatever was seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from nbformat.v4 import new_code_cell, new_notebook, new_output

from judging import target_with
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.execution.last_gate import LEFT_OUT, Passed, leaks_in, through_the_gate
from runbooklab.model.conclusions import AuditEntry, Diagnosis, JudgedCause
from runbooklab.model.evidence import LedgerEntry
from runbooklab.model.observation import LogLine, Observation
from runbooklab.notebook.scratch import Handover
from runbooklab.observe.collect import redact_all
from runbooklab.observe.docker.records import LogTail
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.redaction import Vault
from runbooklab.report.wanted_texts import NO_TEXTS, WantedTexts

SECRET = "Zq7wV-bT9xKm2"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


def diagnosis(summary: str) -> Diagnosis:
    return Diagnosis(
        run_id="1a2b3c4d5e6f", runbook="stub", started_at="2026-11-29T10:00:00.000Z",
        finished_at="2026-11-29T10:00:01.000Z", parameters={}, verdict="critical", summary=summary,
    )  # fmt: skip


def passed(summary: str, seen: str, printed: str, vault: Vault) -> Passed:
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[new_output("stream", text=printed)])])
    evidence = Evidence(target=target_with(error_text=seen))
    return through_the_gate(diagnosis(summary), evidence, notebook, NO_TEXTS, vault)


def test_what_is_well_passes_as_it_is(vault: Vault) -> None:
    """Without a secret nothing is changed or noted."""
    vault.learn(SECRET)
    result = passed("Redis is stopped", "refused", "hello", vault)
    assert (result.note, result.diagnosis.summary) == ("", "Redis is stopped")


def test_a_secret_is_taken_out_wherever_it_slipped_through(vault: Vault) -> None:
    """In the diagnosis, the evidence and what a cell printed: the report is whole except for the secret."""
    token = vault.learn(SECRET)
    result = passed(f"it is {SECRET}", f"AUTH {SECRET}", f"printed {SECRET}", vault)
    assert result.note == ""
    assert result.diagnosis.summary == f"it is {token}"
    assert leaks_in(result.files, vault) == {}
    assert not any(SECRET.encode() in data for data in result.files.values())


def test_a_secret_of_the_run_is_taken_out_of_the_acts_of_notebooks(vault: Vault) -> None:
    """What this run knows as a secret is none in a draft that tells what was done elsewhere."""
    token = vault.learn(SECRET)
    act = AuditEntry("2026-11-29T09:00:00.000Z", "x", "do it", "done", f"it said {SECRET}")
    wanted = WantedTexts(("postmortem.md",), (act,))
    result = through_the_gate(diagnosis("It is down"), Evidence(), new_notebook(), wanted, vault)
    assert (result.note, result.diagnosis.summary) == ("", "It is down")
    assert f"it said {token}".encode() in result.files["postmortem.md"]
    assert SECRET.encode() not in result.files["postmortem.md"]


def test_what_cannot_be_taken_out_is_left_out(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that still holds the secret once it is redacted gives way to a sentence."""
    vault.learn(SECRET)
    monkeypatch.setattr(vault, "redact", lambda text, **_: text)
    result = passed("Redis is stopped", f"AUTH {SECRET}", "hello", vault)
    assert json.loads(result.files["evidence.json"])["target"]["values"]["error_text"] == LEFT_OUT
    assert result.diagnosis.verdict == "critical"


def test_a_report_is_reduced_rather_than_refused(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a file holds a secret even so, the verdict is written, with one line that says so."""
    token = vault.learn(SECRET)
    found = iter([{"report.html": (token,)}, {"report.html": (token,)}])
    monkeypatch.setattr("runbooklab.execution.last_gate.leaks_in", lambda *_: next(found))
    result = passed("Redis is stopped", f"AUTH {SECRET}", f"printed {SECRET}", vault)
    assert "report.html" in result.note
    assert token in result.note
    assert set(result.files) == {"report.html", "report.ipynb", "diagnosis.json", "evidence.json"}
    assert json.loads(result.files["diagnosis.json"])["verdict"] == "critical"
    assert not any(SECRET.encode() in data for data in result.files.values())


@pytest.mark.parametrize(
    "password", ["display", "isplay", "gateway", "critical", "title", "Provenance", "verdict"]
)
def test_our_own_text_is_no_leak(password: str, vault: Vault) -> None:
    """A password that stands in our style sheet, our fields or our headings costs nothing of the report."""
    vault.learn(password)
    result = passed("Redis is stopped", "refused", "hello", vault)
    assert result.note == ""
    assert result.diagnosis.summary == "Redis is stopped"


@pytest.mark.parametrize("password", ["dragon", "matrix", "gateway", "whatever", "unavailable", "listens"])
def test_a_password_that_is_a_word_of_our_source_is_found(password: str, vault: Vault) -> None:
    """In what a cell printed, in the evidence and in a page in which it stands anywhere."""
    token = vault.learn(password)
    result = passed("Redis is stopped", f"login with {password}", f"login as {password}", vault)
    assert result.note == ""
    assert (
        json.loads(result.files["evidence.json"])["target"]["values"]["error_text"] == f"login with {token}"
    )
    assert not any(password.encode() in data for data in result.files.values())
    page = result.files["report.html"].replace(b"</main>", f"<p>it is {password}</p></main>".encode())
    assert leaks_in({"report.html": page}, vault) == {"report.html": (token,)}


@pytest.mark.parametrize("password", ["refused", "supported", "ruled-out", "flange", "error_text", "process"])
def test_states_ids_and_names_of_fields_are_no_leak(password: str, vault: Vault) -> None:
    """Nor are the titles of the causes, which every report lists: such a password leaves the report whole."""
    vault.learn(password)
    whole = replace(
        diagnosis("Redis is stopped"),
        causes=(JudgedCause("broken-flange", "The flange is loose", "ruled-out", reason="It holds."),),
        audit=(AuditEntry("2026-11-29T10:00:00.000Z", "tighten-flange", "true", "refused"),),
        ledger=(LedgerEntry("process", "true"),),
    )
    evidence = Evidence().having(Observation("tcp", value=(TcpAttempt("127.0.0.1", 6379, "refused"),)))
    result = through_the_gate(whole, evidence, new_notebook(), NO_TEXTS, vault)
    assert result.note == ""
    assert result.diagnosis == whole
    assert (
        json.loads(result.files["evidence.json"])["observations"]["tcp"]["value"][0]["outcome"] == "refused"
    )


def test_a_secret_over_two_lines_of_a_log_is_taken_out_of_both(vault: Vault) -> None:
    """The lines keep their number."""
    token = vault.learn(SECRET)
    lines = tuple(LogLine("", text) for text in (f"x {SECRET[:6]}", f"   {SECRET[6:]} y", "z"))
    seen: Observation[LogTail] = redact_all(Observation("logs", value=LogTail(lines)), vault)
    assert seen.value is not None
    assert [line.text for line in seen.value.lines] == [f"x {token}", " y", "z"]


def test_secrets_pass_without_a_name(tmp_path: Path, vault: Vault) -> None:
    """Two holders of the file inform each other; and no name in the folder leads to it."""
    token = vault.learn("p\udcff" + SECRET)
    with Handover.made(tmp_path) as handover:
        handover.share(vault.export())
        other = Vault(b"another key")
        for met in Handover(handover.handle).shared():
            other.import_(met)
        other.reserve(["cache-01"])
        Handover(handover.handle).share(other.export())
        assert list(tmp_path.iterdir()) == []
        assert other.redact(f"p\udcff{SECRET}") == token
        assert list(handover.shared())[1]["names"] == {"cache-01": False}
