"""Runs that strangers have stored: read in a bounded memory and time, and drawn by nobody's page but ours."""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evidence_samples import down
from runbooklab.files.bounded_json import MOST_ITEMS, MOST_TEXT, NotBounded, loads
from runbooklab.files.embedded_payload import MOST_PACKED, PAYLOAD_ELEMENT, Payload
from stored_runs import browser, call, stored

#: Most memory that a command may take, in MB, the interpreter included.
MOST_MB = 300
#: Runs a command and says its exit status and its peak memory in MB. The kernel's VmHWM is its own:
#: ru_maxrss would count what the tests' process had when it forked.
MEASURED = """
import re, sys
from pathlib import Path
from runbooklab.cli import main
sys.argv = ["runbook", *sys.argv[1:]]
status = 0
try:
    main()
except SystemExit as ended:
    status = ended.code
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(status, int(peak[1]) // 1024, file=sys.__stdout__)
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored(tmp_path_factory.mktemp("runs") / "run", down())


def carrying(run: Path, document: bytes, packed: str = "") -> bytes:
    """The run's page with another document in it."""
    text = packed or base64.b85encode(lzma.compress(document)).decode().replace("<", ",")
    digest = hashlib.sha256(document).hexdigest()
    element = Payload(digest, text).element.encode()
    return PAYLOAD_ELEMENT.sub(lambda match: element, (run / "report.html").read_bytes())


BOMBS = {
    "a million lists": lambda run: carrying(run, b"[" + b"[]," * 1_000_000 + b"[]]"),
    "gigabytes once unpacked": lambda run: carrying(run, b" " * (64 << 20)),
    "nested deep": lambda run: carrying(run, b"[" * 100_000),
    "one rare character in a long text": lambda run: carrying(
        run, json.dumps("\U0001f600" + "a" * (7 << 20), ensure_ascii=False).encode()
    ),
    "a number without end": lambda run: carrying(run, b"9" * 5_000_000),
    "too long to be unpacked": lambda run: carrying(run, b"", "0" * (MOST_PACKED + 5)),
    "a page of seals": lambda run: (
        (run / "report.html").read_bytes()
        + b'<meta content="%s" name="runbooklab-sha256"/>' % (b"0" * 64) * 100_000
    ),
}


@pytest.mark.parametrize("command", ["verify", "export", "redact"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_page_by_a_stranger_takes_no_more_memory_than_any(
    run: Path, tmp_path: Path, bomb: str, command: str
) -> None:
    """Whatever it carries, one line says that it can't be read, within 300 MB."""
    page = tmp_path / "report.html"
    page.write_bytes(BOMBS[bomb](run))
    more = {"export": ["--format", "md", "-o", str(tmp_path)], "redact": ["-o", str(tmp_path / "out.html")]}
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, command, str(page), *more.get(command, [])],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    status, peak = ran.stdout.splitlines()[-1].split()
    assert "Traceback" not in ran.stderr
    assert int(peak) < MOST_MB
    assert int(status) in {2, 3} or bomb == "a page of seals"
    assert len(ran.stderr.splitlines()) <= 1


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"[" + b"1," * MOST_ITEMS + b"1]", "items"),
        (b"[" * 200 + b"]" * 200, "nested"),
        (b"[" * 100_000, "nested"),
        (b'["' + b"a" * (MOST_TEXT + 1) + b'"]', "a text of more than"),
        (b"[12345678901234567890]", "a number of 20 digits"),
    ],
)
def test_json_that_would_take_too_much_is_not_read(document: bytes, said: str) -> None:
    """Items, depth, texts and numbers each have a bound, and the reason is said."""
    with pytest.raises(NotBounded, match=said):
        loads(document)


@pytest.mark.parametrize("name", ["diagnosis.json", "evidence.json", "report.ipynb", "report.html"])
def test_what_is_no_file_is_not_waited_for(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A named pipe or a device in a run's folder ends in a line at once."""
    import os

    folder = tmp_path / "run"
    folder.mkdir()
    for file in run.iterdir():
        if file.name != name:
            (folder / file.name).write_bytes(file.read_bytes())
    os.mkfifo(folder / name)
    began = time.monotonic()
    assert call(monkeypatch, "verify", folder) in {2, 3}
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")
    assert call(monkeypatch, "verify", folder) in {2, 3}
    assert time.monotonic() - began < 10


def test_a_pdf_is_drawn_from_the_run_and_never_from_its_page(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was changed, and sealed again or not, is opened in no browser: its run's data is drawn."""
    folder = tmp_path / "run"
    folder.mkdir()
    for file in run.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    hostile = "<iframe src='file:///etc/passwd'></iframe><script>steal()</script>"
    (folder / "report.html").write_text(hostile)
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    prints = '(echo "%PDF-1.4"; cat "${word#file://}"; echo "%%EOF") > "$made"'
    browser(programs, "chromium", prints)
    assert call(monkeypatch, "export", folder, "--format", "pdf", "-o", tmp_path) == 0
    printed = (tmp_path / "report.pdf").read_text()
    assert "redis-tts" in printed
    assert "Content-Security-Policy" in printed
    assert "steal()" not in printed
    assert "/etc/passwd" not in printed
