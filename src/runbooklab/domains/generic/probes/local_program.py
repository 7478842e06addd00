"""A program of this host that only reads, run to its end or to the end of its time."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import time
from contextlib import suppress

from msgspec import Struct

from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context

#: Where programs are looked for, whatever PATH says.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: All that a program gets of an environment: no pager, no colours, English.
ENVIRONMENT = {
    "PATH": PATH,
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PAGER": "cat",
    "SYSTEMD_PAGER": "",
    "SYSTEMD_COLORS": "0",
    "SYSTEMD_LESS": "",
    "TZ": "UTC",
}
MOST_OUTPUT = 4 << 20
MOST_ERRORS = 8 << 10
_PIECE = 64 << 10
#: How long a killed program is waited for, in seconds.
_GONE_S = 1.0


class Ran(Struct, frozen=True):
    """What a program wrote; ``code`` None: it did not end by itself."""

    out: str = ""
    err: str = ""
    code: int | None = None
    is_missing: bool = False  # there is no such program
    cut: bool = False  # it wrote more than is read


def run(ctx: Context[Target], *argv: str, to: str = "process") -> Ran:
    """Run a program by its name, without a shell, and note it. Nothing that it does raises."""
    program = shutil.which(argv[0], path=PATH)
    if program is None:
        return Ran(is_missing=True)
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 # a fixed program; its words are judged by the kind
            [program, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            start_new_session=True,
        )
    except OSError as error:
        return Ran(err=str(error.strerror or error))
    try:
        return _read(process, ctx.deadline)
    finally:
        _end(process)
        ctx.note(to, " ".join(argv), (time.monotonic() - began) * 1000)


def _read(process: subprocess.Popen[bytes], until: float) -> Ran:
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, (out, MOST_OUTPUT))
        selector.register(process.stderr, selectors.EVENT_READ, (err, MOST_ERRORS))
        while selector.get_map() and (left := until - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                held, most = key.data
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fileobj)
                held += piece
                if len(held) > most:
                    return _ran(out, err, None, cut=True)
    code = None
    with suppress(subprocess.TimeoutExpired):
        code = process.wait(max(until - time.monotonic(), 0.001))
    return _ran(out, err, code, cut=False)


def _ran(out: bytearray, err: bytearray, code: int | None, *, cut: bool) -> Ran:
    return Ran(
        out.decode("utf-8", "surrogateescape"),
        err[:MOST_ERRORS].decode("utf-8", "surrogateescape"),
        code,
        cut=cut,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it with all that it started, and close its pipes."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GONE_S)
