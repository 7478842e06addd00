"""The PDF as Chromium prints it, and the pages of a comparison and of a bundle in a real browser."""

from __future__ import annotations

import http.server
import io
import re
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from opened import Opened

from evidence_samples import down, healthy
from machine import lacking
from report_samples import HOSTILE, concluded, diagnosis, executed, hostile
from runbooklab.archive.bundle import bundle
from runbooklab.archive.comparison import compare
from runbooklab.archive.stored import read_run
from runbooklab.execution.pdf import BROWSERS, print_pdf
from runbooklab.report.drawing import draw
from runbooklab.report.page import render
from stored_runs import stored

pytestmark = pytest.mark.browser


@pytest.fixture
def printed(tmp_path: Path) -> Callable[[str], bytes]:
    """``printed(html)``: the PDF of a page."""
    if not any(map(shutil.which, BROWSERS)):
        lacking("there is no Chromium on this machine")

    def print_it(html: str) -> bytes:
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        print_pdf(tmp_path / "page.html", tmp_path / "page.pdf")
        return (tmp_path / "page.pdf").read_bytes()

    return print_it


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_what_matters_is_open_on_paper(printed: Callable[[str], bytes]) -> None:
    """With all parts shut the report has fewer pages, and with those open that are well it has more."""
    evidence = down()
    run = concluded(evidence)
    page = render(run, evidence, executed(run, evidence))
    calm = page.replace("<details>", '<details class="">').replace(
        '<details class="', '<details class="calm '
    )
    shut = re.sub(r"(<details [^>]*?) open>", r"\1>", calm)
    whole = page.replace(' calm"', '"').replace('<details class="calm">', "<details>")
    assert printed(page).startswith(b"%PDF")
    assert pages(printed(shut)) < pages(printed(page)) < pages(printed(whole))


@pytest.fixture
def server() -> Iterator[tuple[int, list[str]]]:
    """A web server on this host: its port, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_port, asked
        running.shutdown()


def test_printing_asks_no_network(printed: Callable[[str], bytes], server: tuple[int, list[str]]) -> None:
    """Whatever a page names, by name or by address, this host's own servers too, nothing is asked."""
    port, asked = server
    hosts = ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "evil.example")
    images = "".join(f"<img src='http://{host}:{port}/image'>" for host in hosts)
    script = f"<script>fetch('http://127.0.0.1:{port}/script').catch(() => 0)</script>"
    assert pages(printed(f"<h1>x</h1>{images}{script}")) == 1
    assert asked == []


PAGES: dict[str, Callable[[Path], str]] = {
    "comparison": lambda _: draw(
        "diff", comparison=compare(concluded(down()), down(), concluded(healthy()), healthy())
    ),
    "hostile comparison": lambda _: draw(
        "diff", comparison=compare(hostile(diagnosis()), down(), hostile(concluded(healthy())), healthy())
    ),
    "bundle": lambda folder: _index(folder, title=HOSTILE.replace("\udc80", "")),
}


def _index(folder: Path, title: str) -> str:
    run = read_run(stored(folder / "run", down(), title=title, incident="INC-42"))
    return zipfile.ZipFile(io.BytesIO(bundle([run]))).read("index.html").decode()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_they_open_offline_and_are_quiet(
    open_page: Callable[..., Opened], tmp_path: Path, name: str, dark: bool
) -> None:
    """No request but the file's own, a silent console, nothing hostile runs or scrolls sideways."""
    seen = open_page(PAGES[name](tmp_path), dark=dark)
    assert len(seen.requests) == 1
    assert seen.complaints == []
    assert seen.evaluate("window.hit") is None
    seen.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    for width in (320, 768, 1200):
        seen.page.set_viewport_size({"width": width, "height": 800})
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.evaluate("document.querySelector('main').clientWidth") > 700
