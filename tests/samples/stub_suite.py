"""A small suite whose runbook ``stub`` does as its parameters say, without a probe."""

from __future__ import annotations

from pathlib import Path

from runbooklab.authoring.build import build
from runbooklab.authoring.project import Suite

SECTIONS = ("First", "Middle", "Last")

#: The set-up cell does without probes. It leaves behind what a kernel leaves: evidence, and secrets met.
SETUP = """
import json, os, pathlib, signal, subprocess, time
scratch = pathlib.Path(os.environ["RUNBOOKLAB_SCRATCH"])
here = pathlib.Path(mark)
here.with_name("scratch").write_text(str(scratch))
secret = "-".join(["s3cret", "met", "on", "the", "way"])
(scratch / "evidence.json").write_text(json.dumps({
    "target": {"redis_container": "planted-in-the-kernel"}, "hostname": leak.replace("SECRET", secret),
}))
from runbooklab.notebook.scratch import Handover
rows = [["***secret-0a0b0c0d***", secret, secret, False, False]]
Handover.from_environment().share({"secrets": rows, "names": {}})

def act(section):
    if section != where:
        return
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "raise":
        raise ValueError("on purpose")
    if what == "wait":
        child = subprocess.Popen(["sleep", "600"])
        here.write_text(f"{os.getpid()} {child.pid}")
        time.sleep(600)
"""


def cell(source: str, tags: str = "") -> str:
    return f"```{{code-cell}}\n{tags}{source.strip()}\n```\n"


RUNBOOK = f"""\
---
title: Stub
parameters:
- {{name: redis_url, type: str, default: "", help: A URL}}
- {{name: where, type: str, default: "", help: Section that acts}}
- {{name: what, type: str, default: "", help: What it does}}
- {{name: mark, type: str, default: "", help: File to write once it waits}}
- {{name: leak, type: str, default: "", help: Text to put into the evidence}}
- {{name: incident, type: str, default: "", help: Incident}}
---
# Stub

{cell(SETUP, ":tags: [setup]" + chr(10) + chr(10))}
""" + "\n".join(f"## {name}\n\n{cell(f'act({name!r})')}\n{cell('print(redis_url)')}" for name in SECTIONS)


def stub_suite(root: Path) -> Suite:
    """A project in the new folder ``root`` with that runbook, compiled."""
    for name in ("runbooks", "configs"):
        (root / name).mkdir(parents=True)
    (root / "runbooks" / "stub.md").write_text(RUNBOOK)
    build(Suite(root))
    return Suite(root)
