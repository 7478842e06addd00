"""The same script inside a container: the first program of each pipeline runs there, its filters here."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from runbooklab.observe.command.result import NOT_FOUND, CommandResult, Stage
from runbooklab.observe.command.run import Limits, Run
from runbooklab.observe.command.runner import MOST_BYTES, carry_out
from runbooklab.observe.docker.execute import MOST_OUTPUT, run_inside
from runbooklab.observe.docker.guard import Tool
from runbooklab.observe.docker.records import HOW_IT_ENDED
from runbooklab.shell.deciding import PATH, Where, decide
from runbooklab.shell.judge import judge
from runbooklab.shell.programs import Programs
from runbooklab.shell.ruling import Arg, Ruling
from runbooklab.shell.tree import Script

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context


def run_in_container(
    ctx: Context[Target],
    container: str,
    script: Script | str,
    *,
    values: Mapping[str, str],
    programs: Programs,
    most_bytes: int = MOST_BYTES,
) -> CommandResult:
    """Carry out ``script`` for ``container`` (name or id), within the probe's time.

    As :func:`~runbooklab.observe.command.runner.run_script`: judged with ``values`` in, and each command once
    more by the guard of the Docker client, which sends no other. What the container prints is redacted and
    at most 64 KiB. A container that does not run, and a program that is not in it, are values.
    """
    limits = Limits(time.monotonic() + ctx.timeout_s(), most_bytes, PATH, as_root=True)
    tool = Tool(judged=partial(is_live_inside, programs=programs))

    def elsewhere(argv: tuple[str, ...], without_errors: bool) -> tuple[Stage, bytes, str]:
        done = run_inside(ctx, container, argv, keep=MOST_OUTPUT, tool=tool, errors=not without_errors)
        stage = Stage(argv, NOT_FOUND if done.exit_code is None else done.exit_code, done.ms)
        is_gone = done.outcome == "error" and "no such container" in done.output.lower()
        ended = "there is no such container" if is_gone else HOW_IT_ENDED.get(done.outcome, "")
        problem = f"in {container}: {ended}" if ended else done.outcome.removeprefix("ok")
        return stage, done.output.encode(), problem

    return carry_out(script, Run(programs, values, limits, ctx.note, elsewhere), ctx.project)


def is_live_inside(argv: Sequence[str], programs: Programs) -> bool:
    """Whether exactly these words only read, run by somebody else word for word."""
    if not argv:
        return False
    decision = decide([Arg(word) for word in argv], Where(programs, partial(_judged, programs), inside=True))
    return decision.kind == "live" and decision.argv == tuple(argv)


def _judged(programs: Programs, script: Script, *, inside: bool) -> Ruling:
    return judge(script, programs, {}, inside=inside)
