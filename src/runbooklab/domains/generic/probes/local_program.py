"""A fixed program of this host that only reads, through the runner of commands."""

from __future__ import annotations

import shutil
import time

from msgspec import Struct

from runbooklab.model.parameter import Target
from runbooklab.observe.command.environment import clean_environment
from runbooklab.observe.command.pipeline import Start, run_pipeline
from runbooklab.observe.context import Context

#: Where programs are looked for, whatever PATH says.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: systemd's programs: no pager, no colours, times in UTC.
_PLAIN = {"SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0", "TZ": "UTC"}
MOST_OUTPUT = 4 << 20


class Ran(Struct, frozen=True):
    """What a program wrote; ``code`` None: it did not end in time, or there is none."""

    out: str = ""
    err: str = ""
    code: int | None = None
    is_missing: bool = False  # there is no such program


def run(ctx: Context[Target], words: str, *argv: str) -> Ran:
    """Run a program by its name, without a shell; the ledger says it in ``words``."""
    program = shutil.which(argv[0], path=PATH)
    if program is None:
        return Ran(is_missing=True)
    began = time.monotonic()
    start = Start(program, argv, {**clean_environment(PATH), **_PLAIN})
    piped = run_pipeline([start], cwd="/", deadline=ctx.deadline, most_bytes=MOST_OUTPUT)
    ctx.note("process", words, (time.monotonic() - began) * 1000)
    return Ran(
        piped.out.decode("utf-8", "surrogateescape"),
        piped.err.decode("utf-8", "surrogateescape"),
        None if piped.timed_out or not piped.stages else piped.stages[-1].exit,
    )
