"""``runbook verify``: any changed byte is found, the changed part is named, and nothing else is accused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import nbformat
import pytest

from evidence_samples import down, healthy
from report_samples import concluded, executed
from runbooklab import __version__
from runbooklab.archive.verify import FILES, verify
from runbooklab.errors import UserError
from runbooklab.files import PAYLOAD_ELEMENT, pack_payload, unpack_payload
from runbooklab.model.conclusions import Diagnosis, Provenance
from runbooklab.model.digests import diagnosis_sha256, sha256
from runbooklab.report.embedded_run import run_in
from runbooklab.report.from_notebook import render_notebook
from runbooklab.report.seal import is_as_sealed
from stored_runs import call, stored

MADE = Provenance(version=__version__, runbook_sha256="5e" * 32)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that saw Redis down."""
    return stored(tmp_path / "run", down(), provenance=MADE)


def states(path: Path) -> dict[str, str]:
    return {f"{part.file}: {part.part}": part.state for part in verify(path).parts}


def changed(path: Path) -> list[str]:
    return [name for name, state in states(path).items() if state == "changed"]


def edit(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


@pytest.mark.parametrize("name", ["", *FILES])
def test_what_a_run_wrote_is_as_written(run: Path, name: str) -> None:
    """The folder and each of its files alone, under any name; and the run is named."""
    found = verify(run / name)
    assert found.state == "as written"
    assert {part.state for part in found.parts} == {"as written"}
    assert found.run_id == "3f2a9c1b77d0"


def test_a_report_is_verified_wherever_it_is(run: Path, tmp_path: Path) -> None:
    """A page or a notebook that was attached somewhere under another name needs nothing beside it."""
    for name in ("report.html", "report.ipynb"):
        copy = tmp_path / f"INC-42 {name}"
        copy.write_bytes((run / name).read_bytes())
        assert verify(copy).state == "as written"


def test_a_changed_byte_is_found_wherever_it_stands(run: Path) -> None:
    """All of the head, the end and the seal, one byte in a hundred of the rest: flipped, lost, added."""
    page = (run / "report.html").read_bytes()
    seal = page.index(b"runbooklab-sha256")
    near = {*range(300), *range(seal - 90, seal + 40), *range(len(page) - 60, len(page))}
    for place in sorted({*near, *range(0, len(page), 101)}):
        for other in (bytes([page[place] ^ 1]), b"", page[place : place + 1] * 2):
            tampered = page[:place] + other + page[place + 1 :]
            assert tampered == page or not is_as_sealed(tampered), place


@pytest.mark.parametrize("name", ["report.html", "report.ipynb", "diagnosis.json"])
def test_a_damaged_digest_is_a_change(run: Path, name: str) -> None:
    """If the digest itself or its name was damaged, the file is still recognised as ours."""
    path = run / name
    whole = path.read_bytes()
    field = rb'content="([0-9a-f]{64})' if name == "report.html" else rb'"diagnosis_sha256": "([0-9a-f]{64})'
    match = re.search(field, whole)
    assert match is not None
    for place in (match.start(), match.start(1), match.end() - 1, match.end()):
        path.write_bytes(whole[:place] + b"#" + whole[place + 1 :])
        assert verify(path).state == "changed", place


def repacked(page: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The page with its carried run changed and packed again, its digest with it."""
    payload = pack_payload(change(unpack_payload(page)))
    return PAYLOAD_ELEMENT.sub(lambda _: payload.element.encode(), page)


@pytest.mark.parametrize(
    ("name", "old", "new", "accused"),
    [
        ("report.html", b"<h2", b"<h2 ", ["report.html: page"]),
        ("report.ipynb", b"# Redis connection", b"# Valkey connection", ["report.ipynb: notebook"]),
        ("report.ipynb", b'"verdict": "critical"', b'"verdict": "ok"', None),
        ("diagnosis.json", b'"critical"', b'"warning"', ["diagnosis.json: diagnosis"]),
        (
            "diagnosis.json",
            b'{\n  "schema',
            b'{\n  "verdict": "ok",\n  "schema',
            ["diagnosis.json: diagnosis"],
        ),
        ("diagnosis.json", b"\n", b" \n", ["diagnosis.json: diagnosis"]),
        ("evidence.json", b"redis-tts", b"redis-abc", ["evidence.json: evidence"]),
    ],
)
def test_the_changed_part_is_named(
    run: Path, name: str, old: bytes, new: bytes, accused: list[str] | None
) -> None:
    """Prose, cell, verdict, a key given twice, white space, an observation: that part and no other."""
    edit(run / name, old, new)
    assert verify(run).state == "changed"
    if accused is not None:
        assert changed(run) == accused


@pytest.mark.parametrize(
    ("old", "new", "accused"),
    [
        (b'"verdict":"critical"', b'"verdict":"ok"', "carried diagnosis"),
        (b'"hostname":"', b'"hostname":"x', "carried evidence"),
        (b'{"cell_type":"markdown"', b'{"cell_type":"raw"', None),
    ],
)
def test_a_page_that_was_packed_anew_does_not_hold_together(
    run: Path, old: bytes, new: bytes, accused: str | None
) -> None:
    """A carried run that was changed with its own digest differs from those in it and from the seal."""
    path = run / "report.html"
    path.write_bytes(repacked(path.read_bytes(), lambda document: document.replace(old, new, 1)))
    expected = ["report.html: page", *([f"report.html: {accused}"] if accused else [])]
    assert changed(path) == expected


def test_a_block_that_was_damaged_is_named(run: Path) -> None:
    """If it cannot be unpacked any more, the part says so."""
    path = run / "report.html"
    page = path.read_bytes()
    start = page.index(b'+xz">') + 500
    path.write_bytes(page[:start] + page[start + 1 :])
    assert changed(path) == ["report.html: page", "report.html: carried run"]


def test_a_missing_file_and_a_foreign_one_are_changes(run: Path, tmp_path: Path) -> None:
    """A folder is a run's only with all its files, and with no other run's."""
    other = stored(tmp_path / "other", healthy(), provenance=MADE)
    (run / "report.ipynb").write_bytes((other / "report.ipynb").read_bytes())
    assert changed(run) == ["run: folder"]
    (run / "report.ipynb").unlink()
    assert changed(run) == ["report.ipynb: file"]


@pytest.mark.parametrize("name", ["report.html", "report.ipynb", "diagnosis.json"])
def test_a_file_that_was_emptied_is_a_change_of_its_run(run: Path, name: str) -> None:
    """Beside the other files it is known what it was; alone it is no artefact."""
    (run / name).write_bytes(b"")
    assert changed(run) == [f"{name}: file"]


def test_evidence_alone_holds_no_digest(run: Path, tmp_path: Path) -> None:
    """It is compared with a diagnosis beside it, of a file that is whole; without one it is not judged."""
    edit(run / "diagnosis.json", b'"evidence_sha256": "', b'"evidence_sha256": "0')
    assert verify(run / "evidence.json").state == "as written"
    alone = tmp_path / "evidence.json"
    alone.write_bytes((run / "evidence.json").read_bytes())
    with pytest.raises(UserError, match="holds no digest"):
        verify(alone)


def test_a_page_of_a_plain_papermill_run_has_its_seal_alone(tmp_path: Path) -> None:
    """nbconvert seals the page; that nobody sealed the run in it is said, and is no accusation."""
    run = msgspec.structs.replace(concluded(healthy()), provenance=MADE)
    book = executed(run, healthy())
    (tmp_path / "out.html").write_text(render_notebook(json.loads(json.dumps(book))))
    (tmp_path / "out.ipynb").write_text(nbformat.v4.writes(nbformat.from_dict(book)))
    assert verify(tmp_path / "out.html").state == "as written"
    assert states(tmp_path / "out.html")["out.html: carried diagnosis"] == "not told"
    assert verify(tmp_path / "out.ipynb").state == "not told"


def test_a_run_of_another_version_is_not_accused(tmp_path: Path) -> None:
    """This version may spell its records otherwise; its seal and its bytes are compared all the same."""
    older = stored(tmp_path / "run", down(), provenance=Provenance(version="0.0.1"))
    assert verify(older).state == "as written"
    assert states(older)["report.html: carried diagnosis"] == "not told"


def test_the_digests_are_those_that_are_documented(run: Path) -> None:
    """SHA-256 of the files' bytes; a digest that a file cannot hold is 64 zeros in its place."""
    diagnosis = (run / "diagnosis.json").read_bytes()
    made = msgspec.json.decode(diagnosis, type=Diagnosis).provenance
    blank = diagnosis.replace(made.diagnosis_sha256.encode(), b"0" * 64)
    assert made.evidence_sha256 == sha256((run / "evidence.json").read_bytes())
    assert made.diagnosis_sha256 == sha256(blank) == diagnosis_sha256(diagnosis)
    notebook = (run / "report.ipynb").read_bytes()
    for digest in (made.diagnosis_sha256, made.notebook_sha256):
        notebook = notebook.replace(digest.encode(), b"0" * 64)
    assert made.notebook_sha256 == sha256(notebook)


def test_a_record_with_a_whole_number_for_a_float_is_sealed_as_it_is_read(tmp_path: Path) -> None:
    """The file says 1.0 where the record said 1, so that readers compute the same digest."""
    evidence = down()
    run = concluded(evidence)
    ledger = (msgspec.structs.replace(run.findings[0], duration_ms=1), *run.findings[1:])
    folder = stored(tmp_path / "run", evidence, findings=ledger, parameters={"b": 1, "a": 2}, provenance=MADE)
    assert states(folder) == dict.fromkeys(states(folder), "as written")


@pytest.mark.parametrize(
    ("arguments", "name", "status", "said"),
    [
        ((), "", 0, "report.html: page: as written"),
        ((), "report.html", 2, "report.html: page: changed (its bytes are not those that were sealed)"),
        (("--json",), "report.html", 2, '"state": "changed"'),
        ((), "missing.html", 3, "No such file"),
        ((), "notes.html", 3, "has no seal"),
        ((), "notes.ipynb", 3, "holds no diagnosis"),
        ((), "notes.json", 3, "holds no digest"),
        ((), "notes.txt", 3, "is no artefact of a run"),
        ((), "empty", 3, "holds no run"),
    ],
)
def test_the_command_line_says_it_in_a_line_and_a_status(
    run: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    name: str,
    status: int,
    said: str,
) -> None:
    """0 as written, 2 changed, 3 not ours or unreadable."""
    (run / "empty").mkdir()
    for suffix in ("html", "ipynb", "json", "txt"):
        (run / f"notes.{suffix}").write_text("{}")
    for beside in ("diagnosis.json", "report.ipynb") if name == "notes.json" else ():
        (run / beside).unlink()
    if status == 2:
        edit(run / "report.html", b"<h2", b"<h2 ")
    if name == "notes.json":
        (run / "report.html").unlink()
    assert call(monkeypatch, "verify", *arguments, run / name) == status
    out, err = capsys.readouterr()
    assert said in (err if status == 3 else out)
    assert len(err.splitlines()) == (1 if status == 3 else 0)


def test_a_report_that_could_not_be_drawn_is_sealed_and_carries_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plain page that stands in for it is verified and opened as any other."""

    def fail(*_: object, **__: object) -> str:
        raise ValueError("no drawing today")

    monkeypatch.setattr("runbooklab.report.page.draw", fail)
    page = stored(tmp_path / "run", down(), provenance=MADE) / "report.html"
    assert b"no drawing today" in page.read_bytes()
    assert {part.state for part in verify(page).parts} == {"as written"}
    assert run_in(page.read_bytes()).diagnosis.verdict == "critical"
