"""A whole run against a target that says nothing but hostile text: on disk, on a terminal, in a browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opened import Opened

from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.ports import free_port

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.browser

MARKUP = (
    "<script>window.hit=1</script><img src=//evil.example/x onerror=window.hit=1><svg onload=window.hit=1>"
    "\"' onmouseover=window.hit=1 x='</style></title></textarea></pre></script><!--"
    "<iframe srcdoc='<script>parent.hit=1</script>'>[x](javascript:window.hit=1) ![y](//evil.example/y)"
    "{{ 7*7 }} {% raw %} $\\href{javascript:window.hit=1}{x}$ <a href='javascript:window.hit=1'>z</a>"
)
TERMINAL = (
    "\x1b[2J\x1b[31m\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\\x1b]52;c;b3duZWQ=\x07"
    "\x1bP$q\x1b\\\x9b31m\x9d52;c;x\x9c\x08\x08\u202egnp.exe\u2066\u200b\u2028\ufeff\U000e0041"
)
HOSTILE = MARKUP + TERMINAL
#: Bytes that are no UTF-8, and NUL.
BROKEN = b"\xff\xfe \x00 \xc3( \xed\xa0\x80 \xf5\x80"

#: Everything that a terminal or a bidirectional display would act on; a line end and a tab are text.
ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


@dataclass
class Done:
    """A finished run: what it said, and its files."""

    stdout: str
    stderr: str
    folder: Path

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def target(testbed: RedisTestbed, tmp_path: Path) -> dict[str, Any]:
    """Parameters of a Redis whose log, keys, labels and configuration are hostile; one log line has 10 MB."""
    port = free_port()
    lines = [HOSTILE.encode(), BROKEN, b"# WARNING " + MARKUP.encode() + b"A" * 10_000_000, HOSTILE.encode()]
    log = testbed.file("lines", b"\n".join(lines) + b"\n")
    container = testbed.container(
        "hostile",
        ["sh", "-c", 'cat /lines; exec redis-server "$@"', HOSTILE, "--save", "", "--protected-mode", "no"],
        ports={"6379/tcp": ("127.0.0.1", port)},
        volumes=[f"{log}:/lines:ro"],
        environment={f"X{TERMINAL}": HOSTILE},
        labels={f"label{HOSTILE}": HOSTILE},
    )
    testbed.says(container, "Ready to accept connections")
    client = testbed.client(f"redis://127.0.0.1:{port}")
    client.set("worker:" + HOSTILE, HOSTILE)
    client.set(b"worker:" + BROKEN, BROKEN)
    client.set("worker:json", json.dumps({"host": HOSTILE, "port": HOSTILE, HOSTILE: HOSTILE}))
    client.hset("worker:hash", HOSTILE, HOSTILE)
    config = tmp_path / "orchestrator.yaml"
    config.write_text(
        f"redis:\n  url: redis://127.0.0.1:{port}/0\n  name: {json.dumps(MARKUP)}\n  # {MARKUP}\n"
    )
    return {
        "orchestrator_config": str(config), "redis_url": "", "redis_container": container.name,
        "docker_network": "", "worker_key_pattern": "worker:*",
        "error_text": f"{HOSTILE}\nConnection refused",
    }  # fmt: skip


def runbook(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "runbooklab", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=100, check=False)


@pytest.fixture
def done(target: dict[str, Any], tmp_path: Path) -> Done:
    """The run itself."""
    words = [word for name, value in target.items() for word in ("-p", name, str(value))]
    ran = runbook("run", "redis-connection", *words, "--reports", str(tmp_path / "reports"), "--format", "md")
    (folder,) = (tmp_path / "reports" / "redis-connection").iterdir()
    return Done(ran.stdout.decode(), ran.stderr.decode(), folder)


def test_a_hostile_target_is_shown_as_text(done: Done, open_page: Callable[..., Opened]) -> None:
    """Nothing that was seen is acted on: not by a terminal, nor a notebook's viewer, nor a browser."""
    for said in (done.stdout, done.stderr):
        assert not ACTIVE.search(said)
    for name in ("report.html", "report.md", "diagnosis.json", "evidence.json"):
        assert not ACTIVE.search(done.read(name)), name
    for what in ("replay", "diff"):
        said = runbook(what, *[str(done.folder)] * (1 if what == "replay" else 2))
        assert not ACTIVE.search((said.stdout + said.stderr).decode())

    notebook = json.loads(done.read("report.ipynb"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            assert output["output_type"] == "display_data", output
            assert "text/markdown" not in output["data"]
            shown = "".join(output["data"]["text/plain"]) + "".join(output["data"].get("text/html", ""))
            assert not ACTIVE.search(shown)

    observed = json.loads(done.read("evidence.json"))["observations"]
    assert any("window.hit" in line["text"] for line in observed["logs"]["value"]["lines"])
    assert any("window.hit" in key["key"] for key in observed["registrations"]["value"]["keys"])
    assert any("\\x1b[2J" in key for key in observed["container"]["value"]["found"]["labels"])
    assert len(done.read("report.html")) < 3_000_000

    _is_quiet(open_page(done.read("report.html")))
    displayed = "".join(
        "".join(output["data"].get("text/html", ""))
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
    )
    # As JupyterLab does with the output of a cell that was just run: live, without any policy.
    seen = open_page("<!doctype html><meta charset=utf-8><body></body>")
    seen.evaluate("html => { document.body.innerHTML = html }", displayed)
    assert "window.hit" in seen.evaluate("document.body.textContent")
    assert seen.page.locator("img, iframe, svg[onload], [onerror], [onmouseover]").count() == 0
    _is_quiet(seen)


def _is_quiet(seen: Opened) -> None:
    seen.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert seen.evaluate("window.hit") is None
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []


def test_an_explanation_shows_hostile_text_as_text() -> None:
    """`runbook explain` quotes what it was given without giving it to the terminal."""
    said = runbook("explain", f"Error 111 connecting to redis:6379. Connection refused. {HOSTILE}")
    assert said.returncode == 0
    assert not ACTIVE.search((said.stdout + said.stderr).decode())


def test_a_complaint_shows_hostile_text_as_text(tmp_path: Path) -> None:
    """The one line of a failure names a file, a runbook or an option by what was given."""
    odd = str(tmp_path / f"no{TERMINAL}")
    for words in (
        ("replay", odd),
        ("redact", odd),
        ("diff", odd, odd),
        ("lint", odd),
        ("run", TERMINAL),
        ("run", "redis-connection", "-p", TERMINAL, "x"),
        (TERMINAL,),
    ):
        said = runbook(*words)
        assert said.returncode == 3, words
        assert not ACTIVE.search((said.stdout + said.stderr).decode()), words
