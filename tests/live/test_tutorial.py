"""docs/tutorial.md, done word for word: its files, its commands, and what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text()


class Step(NamedTuple):
    """A file to write, text to put above a line of one, a command to leave running, or commands to follow."""

    what: str  # file, above, terminal, console
    place: str
    text: str


_STEP = re.compile(
    r"(?:\*\*(?P<head>[^*\n]+)\*\*\n\n)?(?P<fence>`{3,})(?P<language>\w+)\n(?P<text>.*?)(?P=fence)\n",
    re.DOTALL,
)


def steps() -> Iterator[Step]:
    """What the page has its reader do, in order."""
    for found in _STEP.finditer(PAGE):
        head = found["head"] or ""
        if found["language"] == "console":
            yield Step("console", "", found["text"])
        elif head == "In another terminal":
            yield Step("terminal", "", found["text"].strip())
        elif above := re.fullmatch(r"Above `(.+)` in `(.+)`", head):
            yield Step("above", f"{above[2]}\n{above[1]}", found["text"])
        elif head:
            yield Step("file", head.strip("`"), found["text"])


def pattern(line: str) -> str:
    """A shown line as a pattern: ``…`` stands for anything."""
    return re.escape(line).replace("…", ".*")


def follow(text: str, folder: Path) -> None:
    """Run each command; every line that the page shows is in its output, in that order."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for part in text.split("$ ")[1:]:
        command, *shown = part.splitlines()
        done = subprocess.run(
            command, shell=True, cwd=folder, env={**os.environ, "PATH": path}, text=True, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        lines = iter(done.stdout.splitlines())
        for line in shown:
            assert any(re.fullmatch(pattern(line), each) for each in lines), (
                f"{command}: {line!r} is not in:\n{done.stdout}"
            )
        assert done.returncode == (2 if "CRITICAL" in done.stdout and "run " in command else 0), done.stdout


@pytest.fixture
def terminal() -> Iterator[list[subprocess.Popen[bytes]]]:
    """What runs in another terminal; it is ended with the test."""
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for process in running:
        process.kill()
        process.wait()


def test_the_page_can_be_followed_to_its_end(tmp_path: Path, terminal: list[subprocess.Popen[bytes]]) -> None:
    """A reader who types what it says gets what it shows, from the note to the target that is well again."""
    for step in steps():
        if step.what == "file":
            (tmp_path / step.place).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / step.place).write_text(step.text)
        elif step.what == "above":
            name, line = step.place.split("\n")
            text = (tmp_path / name).read_text()
            assert text.count(f"\n{line}\n") == 1
            (tmp_path / name).write_text(text.replace(f"\n{line}\n", f"\n{step.text}\n{line}\n"))
        elif step.what == "terminal":
            terminal.append(subprocess.Popen(step.text.split(), cwd=tmp_path, stderr=subprocess.DEVNULL))
            time.sleep(1)  # as long as a person takes to change to the other terminal
        else:
            follow(step.text, tmp_path)
    assert terminal
