"""``runbook bundle``: one zip of an incident, the same bytes for the same runs, and no secret in it."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from cause_samples import VARIANTS
from evidence_samples import down, healthy
from report_samples import HOSTILE, concluded, diagnosis
from runbooklab.archive import secret_scan
from runbooklab.archive.bundle import bundle, runs_of
from runbooklab.archive.secret_scan import CONTEXT, authors_text, in_words, suspects
from runbooklab.archive.stored import read_run
from runbooklab.model.conclusions import JudgedCause
from runbooklab.redaction import TOKEN, Vault, redact_file
from situations import SITUATIONS
from stored_runs import call, stored

FILES = ("report.html", "report.ipynb", "diagnosis.json", "evidence.json")
FIRST, SECOND = "redis-connection/20260301T120000Z-3f2a9c1b", "redis-connection/20260301T121000Z-00000000"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``reports`` copies."""
    folder = tmp_path_factory.mktemp("made")
    after = concluded(healthy(), run_id="000000000001", started_at="2026-03-01T12:10:00.000Z")
    stored(folder / FIRST, down(), incident="INC-42")
    stored(folder / SECOND, healthy(), after, incident="INC-42", finished_at="2026-03-01T12:10:01.000Z")
    stored(folder / "redis-connection" / "20260302T120000Z-aaaaaaaa", healthy(), run_id="a" * 12)
    return folder


@pytest.fixture
def reports(made: Path, tmp_path: Path) -> Path:
    """A reports folder with two runs of one incident and one of another."""
    return shutil.copytree(made, tmp_path / "reports")


def opened(data: bytes) -> zipfile.ZipFile:
    """A zip of which every member is whole."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def test_an_incident_in_one_zip(reports, monkeypatch, capsys):
    """All runs of the incident and no other, each in its folder, with an index and checksums."""
    monkeypatch.chdir(reports.parent)
    assert call(monkeypatch, "bundle", "--incident", "INC-42", "--reports", reports) == 0
    assert capsys.readouterr().out == "INC-42.zip\n"
    archive = opened((reports.parent / "INC-42.zip").read_bytes())
    wanted = [f"{run}/{name}" for run in (FIRST, SECOND) for name in FILES]
    assert archive.namelist() == ["SHA256SUMS", "index.html", *wanted]
    assert archive.read(f"{FIRST}/report.html") == (reports / FIRST / "report.html").read_bytes()


def test_the_checksums_are_those_of_all_files(reports):
    """``SHA256SUMS`` names every other file, as ``sha256sum --check`` reads it."""
    archive = opened(bundle([read_run(reports / FIRST)]))
    lines = archive.read("SHA256SUMS").decode().splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())


def test_the_index_leads_to_every_file(reports):
    """The runs stand in the order in which they began, and each link leads to a file of the zip."""
    archive = opened(bundle([read_run(reports / SECOND), read_run(reports / FIRST)]))
    soup = BeautifulSoup(archive.read("index.html"), "html.parser")
    assert [part.text for part in soup.select(".verdict .word")] == ["Critical", "OK"]
    assert {link["href"] for link in soup.select("a")} == set(archive.namelist()) - {
        "SHA256SUMS",
        "index.html",
    }
    assert "Incident INC-42" in soup.h1.text


def test_the_same_runs_give_the_same_bytes(reports, tmp_path):
    """Order, doubling, place and time of the files make no difference; times in the zip are the runs'."""
    moved = tmp_path / "elsewhere"
    (reports / FIRST).rename(moved)
    for path in moved.iterdir():
        path.touch()
    once = bundle([read_run(moved), read_run(reports / SECOND)])
    assert once == bundle([read_run(reports / SECOND), read_run(moved), read_run(moved / "diagnosis.json")])
    times = {entry.filename: entry.date_time for entry in opened(once).infolist()}
    assert times[f"{FIRST}/report.html"] == (2026, 3, 1, 12, 0, 0)  # a zip counts in steps of two seconds
    assert times["index.html"] == times[f"{SECOND}/report.html"]
    assert {entry.external_attr >> 16 for entry in opened(once).infolist()} == {0o100644}


def test_names_are_safe(tmp_path, monkeypatch, capsys):
    """A run that calls itself what it likes gets a name that is no path, in the zip and of the zip."""
    fields = {"runbook": "../../etc", "run_id": "/../x", "started_at": "../2026", "incident": "../a b/\x00c"}
    folder = stored(tmp_path / "run", healthy(), **fields)
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "bundle", folder) == 0
    name = capsys.readouterr().out.strip()
    assert name == "a-b-c.zip"
    for member in opened((tmp_path / name).read_bytes()).namelist():
        assert ".." not in member
        assert not member.startswith("/")


def test_what_else_lies_in_the_folder_stays_there(reports):
    """Only what a run writes goes along, and no link to a file elsewhere."""
    (reports / FIRST / "notes.txt").write_text("mine")
    (reports / FIRST / "report.md").symlink_to("/etc/hostname")
    (reports / FIRST / "postmortem.md").write_text("# Postmortem\n")
    names = opened(bundle([read_run(reports / FIRST)])).namelist()
    assert f"{FIRST}/postmortem.md" in names
    assert not {f"{FIRST}/notes.txt", f"{FIRST}/report.md"} & set(names)


def test_hostile_text_is_shown_in_the_index(tmp_path):
    """Nothing a run saw becomes markup."""
    evil = HOSTILE.replace("\udc80", "")  # no stored JSON can hold it
    run = diagnosis(
        summary=evil, title=evil, incident=evil, causes=(JudgedCause("x", evil, "supported", 1, True),)
    )
    archive = opened(bundle([read_run(stored(tmp_path / "run", healthy(), run))]))
    soup = BeautifulSoup(archive.read("index.html"), "html.parser")
    assert len(soup.find_all("script")) == 1
    assert soup.select("img, iframe, [onmouseover], [onerror]") == []


@pytest.mark.parametrize("name", FILES)
def test_what_looks_like_a_secret_stops_it(reports, tmp_path, monkeypatch, capsys, name):
    """A password in any of the files is named by its file, never by its value, and there is no zip."""
    path = reports / FIRST / name
    text = path.read_text()
    assert "exited" in text
    path.write_text(text.replace("exited", "redis://:hunter22pw@db"))
    assert call(monkeypatch, "bundle", reports / FIRST, "-o", tmp_path / "x.zip") == 3
    said = capsys.readouterr().err
    assert f"what looks like a secret stands in {name} (after " in said
    assert "redis://:" in said
    assert "hunter22pw" not in said
    assert not (tmp_path / "x.zip").exists()
    assert call(monkeypatch, "bundle", reports / FIRST, "-o", tmp_path / "x.zip", "--unchecked") == 0


def test_a_report_that_came_alone(reports, tmp_path):
    """What it carries stands beside it in the zip; beside its own folder it changes nothing."""
    alone = tmp_path / "attached.html"
    alone.write_bytes((reports / FIRST / "report.html").read_bytes())
    archive = opened(bundle([read_run(alone)]))
    for name in ("report.html", "diagnosis.json", "evidence.json"):
        assert archive.read(f"{FIRST}/{name}") == (reports / FIRST / name).read_bytes()
    assert f"{FIRST}/report.ipynb" in archive.namelist()
    folder = read_run(reports / FIRST)
    assert bundle([read_run(alone), folder]) == bundle([folder]) == bundle([folder, read_run(alone)])


def test_two_copies_that_differ_are_no_one_run(reports, tmp_path, monkeypatch, capsys):
    """A copy that was changed is not passed over in silence."""
    other = stored(tmp_path / "other", down(), incident="INC-42", summary="All is well.")
    assert call(monkeypatch, "bundle", reports / FIRST, other, "-o", tmp_path / "x.zip") == 3
    assert "differs from the other copy of run 3f2a9c1b77d0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to bundle: name runs"),
        (["--reports", "reports"], "--reports and --dir need --incident"),
        (["--incident", "INC-7", "--reports", "reports"], "holds nothing of incident 'INC-7'"),
        (["nowhere"], "nowhere: cannot be read"),
        ([f"reports/{FIRST}", "-o", "nowhere/x.zip"], "x.zip: cannot be written: No such file"),
    ],
)
def test_mistakes_are_one_line_and_status_3(reports, monkeypatch, capsys, arguments, said):
    """What cannot be bundled is named in one line, and nothing is left."""
    monkeypatch.chdir(reports.parent)
    before = sorted(reports.parent.rglob("*"))
    assert call(monkeypatch, "bundle", *arguments) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert said in captured.err
    assert sorted(reports.parent.rglob("*")) == before


def test_what_cannot_be_read_belongs_to_no_incident(reports):
    """A broken run beside others does not keep an incident from being found."""
    for name, text in (("cut", '{"incident": "INC-42"'), ("odd", '["INC-42"]'), (".unfinished-x", "{}")):
        (reports / "redis-connection" / name).mkdir()
        (reports / "redis-connection" / name / "diagnosis.json").write_text(text)
    assert runs_of("INC-42", reports) == [reports / FIRST, reports / SECOND]


def test_examples_in_a_runbook_are_no_secrets():
    """Examples in the runbook's own text and in our remedies are not taken for what was observed."""
    page = b"<p>redis://:mypassword@db</p>"
    assert suspects({"report.html": page}, ["redis://:mypassword@localhost"]) == {}
    assert suspects({"report.html": page}) == {"report.html": "redis://:"}
    assert suspects({"x.json": b"redis://:***secret-1a2b3c4d***@db"}) == {}


def test_what_stands_before_one_secret_is_no_other():
    """Two secrets in one line: the second is not shown to say where the first is."""
    line = b"redis://:hunter22pw@a redis://:swordfish7@b"
    (before,) = suspects({"x.json": line}, ["redis://:hunter22pw@c"]).values()
    assert before == "@a redis://:"


def test_what_stands_before_is_said_on_one_line():
    """A line break, an indentation or a quote before the value hides nothing of what stands before."""
    listed = json.dumps({"commands": ["redis-server", "--requirepass", "hunter22pw"]}, indent=8).encode()
    (before,) = suspects({"x.json": listed}).values()
    assert before == 'redis-server", "--requirepass", "'[-CONTEXT:]
    assert in_words({"x.json": ""}) == "x.json (at the start of a text)"


OWN = {
    name: VARIANTS[name] for name in ("container-stopped", "auth-wrong-credentials", "config-invalid-yaml")
}
OWN["protected-mode"] = SITUATIONS["protected-mode"]


@pytest.fixture(scope="module", params=OWN)
def own_files(request, tmp_path_factory) -> dict[str, bytes]:
    """The files of a run that met no secret."""
    return read_run(stored(tmp_path_factory.mktemp("own") / "run", OWN[request.param]())).files()


def test_what_a_run_says_many_times_is_searched_once(own_files, monkeypatch):
    """A page has its notebook and its evidence in its payload: each text costs its time once."""
    searched: list[str] = []
    monkeypatch.setattr(secret_scan, "find_secrets", lambda text: searched.append(text) or ())
    assert suspects(own_files) == {}
    assert len(searched) == len(set(searched))
    evidence = own_files["evidence.json"].decode()
    assert [text for text in searched if text.startswith(evidence[:300])] == [evidence]


def test_our_own_reports_are_no_suspects(own_files):
    """A run's files as they are pass."""
    assert suspects(own_files, authors_text(own_files["report.ipynb"])) == {}


def test_our_own_reports_are_redacted_to_themselves(own_files):
    """``runbook redact`` replaces nothing but the passwords that the runbook's author wrote."""
    for name, data in own_files.items():
        vault = Vault(b"a key for tests")
        changed = redact_file(data, name, vault).data.decode()
        shown = {vault.reveal(token) for token in TOKEN.findall(changed)}
        assert shown <= {"mypassword", "password", *TOKEN.findall(data.decode())}, name


def test_a_secret_inside_what_our_rules_wrote_is_a_suspect(tmp_path):
    """The command that sets a password, with one in the place of its variable, does not pass."""
    path = stored(tmp_path / "run", SITUATIONS["protected-mode"]()) / "diagnosis.json"
    text = path.read_text()
    ours = r"printf %s \"$REDIS_PASSWORD\" |"
    assert ours in text
    written = text.replace(ours, "printf %s hunter22pw |").encode()
    (before,) = suspects({"diagnosis.json": written}).values()
    assert before.endswith("printf %s ")
    assert b"hunter22pw" not in redact_file(written, "diagnosis.json", Vault(b"a key for tests")).data
