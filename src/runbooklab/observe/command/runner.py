"""Carrying out a script that only reads: the tree that was judged, and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from runbooklab.observe.command.result import CommandResult
from runbooklab.observe.command.run import NEEDS_ROOT, TABLE, Limits, Note, Run, State, Stopped
from runbooklab.shell.deciding import PATH
from runbooklab.shell.judge import judge
from runbooklab.shell.parser import parse
from runbooklab.shell.programs import Programs
from runbooklab.shell.ruling import Ruling
from runbooklab.shell.tree import Script

MOST_BYTES = 1_000_000


def run_script(
    script: Script | str,
    *,
    values: Mapping[str, str],
    timeout_s: float,
    cwd: Path,
    programs: Programs,
    note: Note,
    most_bytes: int = MOST_BYTES,
    path: Sequence[str] = PATH,
    as_root: bool | None = None,
) -> CommandResult:
    """Carry out a script in ``cwd``, within ``timeout_s`` seconds and ``most_bytes`` of output.

    It is judged with ``values`` in, and each command once more before it starts: what is not live is not
    started, and the result says why. ``note(to, what, ms)`` is called for all that is started, with the walls
    it stood behind. ``path``: the folders in which programs are looked for. ``as_root``: whether what has a
    ``sudo`` may run (without it); by default, if this process is root. The output is not redacted.
    """
    root = os.geteuid() == 0 if as_root is None else as_root
    limits = Limits(time.monotonic() + timeout_s, most_bytes, tuple(path), root)
    return carry_out(script, Run(programs, values, limits, note), cwd)


def carry_out(script: Script | str, run: Run, cwd: Path) -> CommandResult:
    """Carry out ``script`` by a run that has begun nothing yet, with its values in."""
    ruling = judge(script, run.programs, run.values)
    if ruling.kind == "empty":
        return CommandResult(0)
    if reason := _refusal(ruling, run.limits.as_root):
        return CommandResult(refused=reason)
    state = State(str(cwd.absolute()))
    began, refused = time.perf_counter(), ""
    try:
        run.script(parse(script) if isinstance(script, str) else script, state)
    except Stopped as stopped:
        refused = "" if run.timed_out else str(stopped)
    return CommandResult(
        exit=None if refused or run.timed_out else state.status,
        out=run.out.decode("utf-8", "backslashreplace"),
        err=run.err.decode("utf-8", "backslashreplace"),
        ms=round((time.perf_counter() - began) * 1000, 1),
        stages=tuple(run.stages),
        truncated=run.truncated,
        timed_out=run.timed_out,
        walls=(TABLE, *run.walls) if run.stages else (),
        refused=refused,
        missing=run.missing,
    )


def _refusal(ruling: Ruling, root: bool) -> str:
    """Why nothing is started; "" if it may be."""
    if ruling.kind != "live":
        return f"{ruling.program}: {ruling.reason}".removeprefix(": ")
    return NEEDS_ROOT if ruling.needs_root and not root else ""
