"""The end of a log, wherever it is; never the whole of it."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from typing import TYPE_CHECKING

from msgspec import Struct, field

from runbooklab.domains.generic.probes.local_program import run
from runbooklab.domains.generic.probes.paths import path_in, unread
from runbooklab.domains.generic.probes.service import without_systemd
from runbooklab.observe.run_with_timeout import run_with_timeout

if TYPE_CHECKING:
    from pathlib import Path

    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: What a subject begins with that is no file.
JOURNAL, CONTAINER = "journal:", "container:"
#: Bytes of a log's end that are read, and characters of a line that are searched.
MOST_BYTES = 4 << 20
MOST_LINE = 16 << 10
_STAMP = re.compile(r"^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) ?", re.MULTILINE)


class Tail(Struct, frozen=True):
    """The last lines of a log, the oldest first."""

    lines: list[str] = field(default_factory=list)
    exists: bool | None = True  # None: not known
    unread: str = ""  # why it could not be read
    cut: bool = False  # there are earlier lines
    short: str = ""  # why these are fewer lines than were asked for, although there are more
    is_since: bool = False  # the source has left out what is too old


def of_file(ctx: Context[Target], subject: str, last: int) -> Tail:
    """The end of a file of this host."""
    path, began = path_in(subject, ctx.project), time.monotonic()
    try:
        return run_with_timeout(lambda: _end_of(path, last), ctx.remaining_s())
    except TimeoutError:
        return Tail(exists=None, unread=f"{path} could not be read in time")
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return Tail(exists=False)
        return Tail(exists=None, unread=(error.strerror or str(error)).lower())
    finally:
        ctx.note("file", f"the last {last} lines of {subject}", (time.monotonic() - began) * 1000)


def of_journal(ctx: Context[Target], unit: str, last: int, back: float | None) -> Tail:
    """The last lines of a unit in the journal. Source: journalctl(1)."""
    if why := without_systemd():
        return Tail(exists=None, unread=why)
    ago = [f"--since=@{time.time() - back:.0f}"] if back is not None else []
    words = ("--no-pager", "--quiet", "--output=short-iso", f"--lines={last}", *ago, f"--unit={unit}")
    said = run(ctx, f"the last {last} lines of {JOURNAL}{unit}", "journalctl", *words)
    if said.is_missing:
        return Tail(exists=None, unread="journalctl is not installed")
    if said.code != 0:
        first = said.err.strip().splitlines()
        return Tail(exists=None, unread=first[0] if first else "journalctl did not answer in time")
    lines = _lines(said.out)
    return Tail(lines, cut=len(lines) >= last, is_since=True)


def of_container(ctx: Context[Target], name: str, last: int, back: float | None) -> Tail:
    """The last lines of a container, through the guarded client.

    Raises :class:`~runbooklab.observe.context.NotObserved` if no engine was reached.
    """
    from docker.errors import APIError, DockerException, NotFound  # most logs are files
    from requests.exceptions import RequestException

    from runbooklab.observe.docker.client import reading_client
    from runbooklab.observe.docker.stream import read_stream

    ago = f"&since={time.time() - back:.0f}" if back is not None else ""
    try:
        with reading_client(ctx) as client:
            path = f"{logs_of(name, last)}{ago}"
            data, more = read_stream(client, "GET", path, most_bytes=MOST_BYTES, seconds=ctx.remaining_s())
    except NotFound:
        return Tail(exists=False)
    except TimeoutError:
        return Tail(exists=True, unread="Docker did not send the log in time")
    except (APIError, DockerException, RequestException, ValueError) as error:
        said = getattr(error, "explanation", "") or str(error)
        return Tail(exists=None, unread=f"Docker: {str(said)[:300]}")
    if more:
        return Tail(exists=True, unread="these lines are longer than 4 MiB: ask for fewer with `last`")
    lines = _lines(_STAMP.sub("", data.decode("utf-8", "surrogateescape")))
    return Tail(lines[-last:], cut=len(lines) >= last, is_since=True)


def logs_of(name: str, last: int) -> str:
    """The engine's address of a container's last lines. Source: Docker Engine API, ContainerLogs."""
    return f"/containers/{name}/logs?stdout=1&stderr=1&timestamps=1&tail={last}"


def end_of(data: bytes, last: int, *, is_whole: bool) -> Tail:
    """The last lines of what was read; unless it is the whole file, its first line is half a line."""
    lines = _lines(data.decode("utf-8", "surrogateescape"))
    if is_whole:
        return Tail(lines[-last:], cut=len(lines) > last)
    lines = lines[1:]
    short = "" if len(lines) >= last else _fewer(len(data), len(lines))
    return Tail(lines[-last:], cut=True, short=short)


def _fewer(size: int, lines: int) -> str:
    held = f"{size >> 20} MiB" if size >= 1 << 20 else f"{size // 1000} kB"
    return f"only the last {held} are read, which hold {lines:,} lines: ask for as many with `last`"


def _end_of(path: Path, last: int) -> Tail:
    """Raises :class:`OSError`. A file is opened so that nothing can hold it up."""
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(number, "rb") as opened:
        if why := unread(path) or unread(path.resolve()):
            return Tail(exists=True, unread=why)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return Tail(exists=True, unread="it is no plain file")
        size = opened.seek(0, os.SEEK_END)
        start = max(size - MOST_BYTES, 0)
        opened.seek(start)
        return end_of(opened.read(MOST_BYTES), last, is_whole=start == 0)


def _lines(text: str) -> list[str]:
    """The lines, each of a bounded length; a file's last line break begins no line."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line[:MOST_LINE].rstrip("\r") for line in lines]
