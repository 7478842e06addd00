"""A small suite whose runbook does as its parameters say, and what must hold whatever happened to it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from runbooklab.authoring.build import build
from runbooklab.authoring.project import Suite

ARTEFACTS = {"report.html", "report.ipynb", "diagnosis.json", "evidence.json"}

#: Every process of a test's runs has this variable in its environment, and the test's own value in it.
MARKER = "RUNBOOKLAB_CHAOS"

#: Leaves behind what a kernel leaves, and has ``act`` carry out Python statements in the section ``where``.
SETUP = """
import ctypes, json, os, pathlib, resource, signal, subprocess, sys, time
scratch = pathlib.Path(os.environ.get("RUNBOOKLAB_SCRATCH", "."))
with open(notes, "a") as file:
    print(scratch, file=file)
if "RUNBOOKLAB_SCRATCH" in os.environ:
    (scratch / "evidence.json").write_text(json.dumps({"target": {"redis_container": "planted"}}))

def act(section):
    if section == where:
        exec(what, globals())

def wait():
    pathlib.Path(notes + ".waits").touch()
    time.sleep(600)
"""


def cell(source: str, tags: str = "") -> str:
    return f"```{{code-cell}}\n{tags}{source.strip()}\n```\n"


RUNBOOK = f"""\
---
title: Stub
parameters:
- {{name: where, type: str, default: "", help: Section that acts}}
- {{name: what, type: str, default: "", help: What it does}}
- {{name: notes, type: str, default: "/dev/null", help: File that gets the scratch folders}}
---
# Stub

{cell(SETUP, ":tags: [setup]" + chr(10) + chr(10))}
""" + "\n".join(f"## {name}\n\n{cell(f'act({name!r})')}" for name in ("First", "Middle", "Last"))


@dataclass
class Chaos:
    """A suite in ``root`` and the runs that a test makes of it."""

    root: Path
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @classmethod
    def make(cls, root: Path) -> Chaos:
        for name in ("runbooks", "configs"):
            (root / name).mkdir(parents=True)
        (root / "runbooks" / "stub.md").write_text(RUNBOOK)
        build(Suite(root))
        return cls(root)

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def notes(self) -> Path:
        return self.root.with_name("notes")

    def environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, MARKER: self.id, **more}

    def command(self, *arguments: str, do: str = "", where: str = "Middle") -> list[str]:
        """``runbook run`` whose cell of section ``where`` does ``do``."""
        doing = ["-p", "where", where, "-p", "what", do] if do else []
        program = [sys.executable, "-m", "runbooklab", "run", "stub", "-p", "notes", str(self.notes)]
        return [*program, *doing, *arguments]

    def run(
        self, *arguments: str, do: str = "", where: str = "Middle", **options: Any
    ) -> subprocess.CompletedProcess[str]:
        return self.execute(self.command(*arguments, do=do, where=where), **options)

    def execute(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        common = {"cwd": self.root, "env": self.environment(), "capture_output": True, "timeout": 100}
        return subprocess.run(command, check=False, text=True, errors="replace", **{**common, **options})

    def start(self, *arguments: str, do: str = "", **options: Any) -> subprocess.Popen[str]:
        common = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": self.environment()}
        command = self.command(*arguments, do=do)
        return subprocess.Popen(command, cwd=self.root, text=True, **{**common, **options})

    def start_waiting(self, **options: Any) -> subprocess.Popen[str]:
        """A run whose middle section waits for ten minutes, and has begun to."""
        process = self.start(do="wait()", **options)
        self.until_it_waits(process)
        return process

    def until_it_waits(self, process: subprocess.Popen[str]) -> None:
        until(lambda: self.notes.with_name("notes.waits").exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate(timeout=10)

    def processes(self) -> list[psutil.Process]:
        """The living processes of this test's runs."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return (
                process.environ().get(MARKER) == self.id
                and process.pid != os.getpid()
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False

    def runs(self, reports: Path | None = None) -> list[Path]:
        """The run folders, of which each must be whole."""
        folder = (reports or self.reports) / "stub"
        found = [path for path in folder.glob("*") if not path.name.startswith(".")]
        for path in found:
            assert {file.name for file in path.iterdir()} == ARTEFACTS
            for name in ("diagnosis.json", "evidence.json", "report.ipynb"):
                json.loads((path / name).read_bytes())
            assert b"</html>" in (path / "report.html").read_bytes()
        return sorted(found)

    def reported(self) -> str:
        """What the only run says that it could not observe."""
        (run,) = self.runs()
        diagnosis = json.loads((run / "diagnosis.json").read_text())
        assert diagnosis["verdict"] != "ok"
        return " ".join(diagnosis["not_observed"])

    def assert_clean(self) -> None:
        """No process, no scratch folder and no temporary file is left, and every run is whole and listed."""
        self.assert_no_process()
        if self.notes.exists():
            assert [path for path in self.notes.read_text().split() if Path(path).exists()] == []
        assert [path for path in self.root.rglob(".*") if "reports" in path.parts] == []
        index = self.reports / "index.html"
        listed = index.read_text() if index.exists() else ""
        assert [run.name for run in self.runs() if f"{run.name}/report.html" not in listed] == []

    def assert_no_process(self) -> None:
        until(lambda: not self.processes())
        assert self.processes() == []

    def end(self) -> None:
        """Kill what a failed test left."""
        for process in self.processes():
            process.kill()


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until the condition holds, or for a time that is long on any machine."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def assert_one_line(said: str, *words: str) -> None:
    """stderr has exactly one line of ``runbook:``, with these words in it, and no traceback."""
    assert "Traceback" not in said, said
    (line,) = re.findall(r"^runbook: .*$", said, re.MULTILINE)
    for word in words:
        assert word in line
