"""The run inside a page: whole, inert, bounded, and looked at by the last gate before it is packed."""

from __future__ import annotations

import json
import lzma
import re

import pytest
from bs4 import BeautifulSoup

from evidence_samples import down, healthy
from report_samples import code, concluded, diagnosis, executed, notebook, shown, stream, text
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.execution.last_gate import leaks_in
from runbooklab.files import NoPayload, embedded_payload, pack_payload
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME, FINDING_MIME
from runbooklab.redaction import Vault
from runbooklab.report.embedded_run import document_of, lean, run_in
from runbooklab.report.page import render


def in_a_page(document: bytes) -> bytes:
    return f"<p>{pack_payload(document).element}</p>".encode()


def test_a_page_gives_back_what_it_was_drawn_from() -> None:
    """Diagnosis and evidence are equal; the notebook has its cells, sources and what our outputs say."""
    evidence = down()
    run = concluded(evidence)
    done = json.loads(json.dumps(executed(run, evidence)))
    back = run_in(render(run, evidence, done).encode())
    assert back.diagnosis == run
    assert Evidence.of(back.evidence) == evidence
    assert back.notebook is not None
    for cell, before in zip(back.notebook["cells"], done["cells"], strict=True):
        assert (cell["cell_type"], cell["source"]) == (before["cell_type"], "".join(before["source"]))
        for output, had in zip(cell.get("outputs", ()), before.get("outputs", ()), strict=True):
            for mime in (FINDING_MIME, DIAGNOSIS_MIME, EVIDENCE_MIME):
                assert output.get("data", {}).get(mime) == had.get("data", {}).get(mime)


def test_the_page_of_an_embedded_run_is_the_same_page() -> None:
    """Nothing that a page shows is left out of the run in it."""
    evidence = healthy()
    run = concluded(evidence)
    page = render(run, evidence, executed(run, evidence))
    back = run_in(page.encode())
    assert render(back.diagnosis, back.evidence, back.notebook) == page


def test_what_was_not_there_is_embedded_as_nothing() -> None:
    """A run that left neither notebook nor evidence has a page all the same."""
    back = run_in(render(diagnosis(), None, None).encode())
    assert (back.notebook, back.evidence) == (None, None)
    assert back.diagnosis.run_id == diagnosis().run_id


def test_only_what_can_be_drawn_again_is_left_out() -> None:
    """Our own HTML goes, anyone else's stays; a text is one string however the file held it."""
    book = notebook(
        text("# T"),
        code(shown(FINDING_MIME, {"id": "x"})),
        {**code(stream("a\nb")), "source": ["one\n", "two"]},
        code({"output_type": "display_data", "metadata": {}, "data": {"text/html": ["<b>", "</b>"]}}),
    )
    ours, lines, theirs = lean(book)["cells"][1:]
    assert ours["outputs"][0]["data"] == {FINDING_MIME: {"id": "x"}}
    assert lines["source"] == "one\ntwo"
    assert theirs["outputs"][0]["data"] == {"text/html": "<b></b>"}


def test_the_block_is_inert() -> None:
    """It is a data block of a type that no browser runs, and no character in it begins markup."""
    page = render(diagnosis(), None, notebook(code(stream("</script><script>window.hit = 1</script><!--"))))
    block = BeautifulSoup(page, "html.parser").select("#carried")
    assert [(item.name, item["type"]) for item in block] == [("script", embedded_payload.TYPE)]
    assert re.fullmatch("[^<\\s]+", str(block[0].string))


def test_the_same_run_gives_the_same_bytes() -> None:
    """Also if the keys of what was read from a file come in another order."""
    evidence = down()
    run = concluded(evidence)
    done = executed(run, evidence)
    turned = dict(reversed(done.items()))
    assert document_of(run, evidence, done) == document_of(run, evidence, turned)
    document = document_of(run, evidence, done)
    assert pack_payload(document) == pack_payload(document)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "has no embedded run"),
        (in_a_page(b"{}") * 2, "more than one embedded run"),
        (in_a_page(b"{}").replace(b'">', b'"><'), "has no embedded run"),
        (in_a_page(b"[]"), "cannot be read"),
        (in_a_page(b'{"notebook": 1, "diagnosis": {}, "evidence": null}'), "cannot be read"),
        (in_a_page(b"[" * 100_000), "cannot be read"),
        (in_a_page(b"\xff"), "cannot be read"),
        (re.sub(b">([^<]{40})[^<]+", rb">\1", in_a_page(bytes(range(256)) * 9)), "cut short|unpacked"),
    ],
)
def test_a_damaged_block_is_said_to_be_one(page: bytes, reason: str) -> None:
    """Whatever stands there, the failure is one clause."""
    with pytest.raises(NoPayload, match=reason):
        run_in(page)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the bound is never held, and a dictionary that wants too much memory is refused."""
    monkeypatch.setattr(embedded_payload, "MOST_BYTES", 1 << 20)
    with pytest.raises(NoPayload, match="more than 1 MiB"):
        run_in(in_a_page(bytes(64 << 20)))
    greedy = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 512 << 20}]
    monkeypatch.setattr(embedded_payload, "_FILTERS", greedy)
    with pytest.raises(NoPayload, match="cannot be unpacked"):
        run_in(in_a_page(b"{}"))


def test_the_last_gate_sees_what_is_packed() -> None:
    """A secret that stands only in what is embedded is found; one that is a token there is not."""
    vault = Vault(b"key")
    vault.learn("hunter22pw")
    book = notebook(code(source="print()"), note="hunter22pw")
    page = in_a_page(document_of(diagnosis(), None, book))
    assert b"hunter22pw" not in page
    assert list(leaks_in({"report.html": page}, vault)) == ["report.html"]
    clean = notebook(code(source="print()"), note=vault.redact("hunter22pw"))
    assert not leaks_in({"report.html": in_a_page(document_of(diagnosis(), None, clean))}, vault)
