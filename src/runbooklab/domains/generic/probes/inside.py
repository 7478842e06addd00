"""What a check sees from inside a container: by the guarded exec, with programs that only read."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

from runbooklab.domains.generic.probes.docker_names import PATH
from runbooklab.domains.generic.probes.file_seen import MOST_BYTES, TYPES, Stated, seen_file
from runbooklab.domains.generic.probes.log_sources import Tail, end_of
from runbooklab.domains.generic.probes.paths import unread
from runbooklab.domains.generic.probes.room import Room, absent, seen_room
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.execute import MOST_OUTPUT, run_inside
from runbooklab.observe.docker.guard import LIMIT, Tool

if TYPE_CHECKING:
    from runbooklab.domains.generic.records import Asked, Seen
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context
    from runbooklab.observe.docker.records import ExecResult

_FORMAT = "%f,%s,%Y,%U:%G"
_END = 60_000
READERS = Tool(
    tuple(
        re.compile(f"{LIMIT}{line}")
        for line in (
            rf"stat -L -c {re.escape(_FORMAT)} {PATH}",
            rf"head -c \d{{1,6}} {PATH}",
            rf"tail -c \d{{1,6}} {PATH}",
            rf"df -P(?:k|i) {PATH}",
        )
    )
)
_STATED = re.compile(r"([0-9a-f]+),([0-9]+),([0-9]+),(\S+:\S+)")
_NOT_THERE = re.compile(r"no such file|not a directory", re.IGNORECASE)


def file_inside(ctx: Context[Target], asked: Asked) -> Seen:
    """A file of the container. Raises :class:`NotObserved` if nothing can be said."""
    path = asked.subject.plain
    said = _run(ctx, asked, "stat", "-L", "-c", _FORMAT, path)
    found = _STATED.search(said.output) if said.exit_code == 0 else None
    if found is None:
        if _NOT_THERE.search(said.output):
            return seen_file(ctx, path, None)
        raise NotObserved(Missing("error", said.output[:200] or "stat said nothing"))
    mode, size = int(found[1], 16), int(found[2])
    kind = next((name for test, name in TYPES if test(mode)), "file")
    content, unread = None, f"it is a {kind}"
    if kind == "file":
        content, unread = _content(ctx, asked, size)
    stated = Stated(kind, size, float(found[3]), stat.S_IMODE(mode), found[4], content, unread)
    return seen_file(ctx, path, stated)


def disk_inside(ctx: Context[Target], asked: Asked) -> Seen:
    """The file system of the container's path. Raises :class:`NotObserved` if nothing can be said."""
    path = asked.subject.plain
    said = _run(ctx, asked, "df", "-Pk", path)
    if said.exit_code != 0 and _NOT_THERE.search(said.output):
        return absent(ctx, path)
    total, used, available = _numbers(said)
    inodes = _run(ctx, asked, "df", "-Pi", path)
    counts = _numbers(inodes) if inodes.exit_code == 0 else (-1, 0, -1)
    room = Room(total << 10, (total - used) << 10, available << 10, counts[0] or -1, counts[0] - counts[1])
    return seen_room(ctx, path, room)


def tail_inside(ctx: Context[Target], asked: Asked, last: int) -> Tail:
    """The end of a file of the container. Raises :class:`NotObserved` if nothing can be said."""
    if why := unread(asked.subject.plain):
        return Tail(exists=None, unread=why)
    said = _run(ctx, asked, "tail", "-c", str(_END), asked.subject.plain)
    if said.exit_code != 0:
        missing = _NOT_THERE.search(said.output) is not None
        return Tail(exists=False if missing else None, unread="" if missing else said.output[:200])
    data = said.output.encode("utf-8", "surrogateescape")
    return end_of(data, last, is_whole=len(data) < _END)


def _content(ctx: Context[Target], asked: Asked, size: int) -> tuple[bytes | None, str]:
    if why := unread(asked.subject.plain):
        return None, why
    most = min(MOST_BYTES, _END)
    if size > most:
        return None, f"it is longer than {most >> 10} KiB"
    said = _run(ctx, asked, "head", "-c", str(most), asked.subject.plain)
    if said.exit_code != 0:
        return None, said.output[:200] or "it could not be read"
    return said.output.encode("utf-8", "surrogateescape"), ""


def _run(ctx: Context[Target], asked: Asked, *argv: str) -> ExecResult:
    """What the program said. Raises :class:`NotObserved` if it did not run."""
    said = run_inside(ctx, asked.container, argv, keep=MOST_OUTPUT, tool=READERS)
    if said.outcome == "ok":
        return said
    where = asked.container
    why = {
        "no-tool": ("unsupported", f"the image of {where} has no {argv[0]}"),
        "container-paused": ("unreachable", f"{where} is paused"),
        "container-not-running": ("not-applicable", f"{where} is not running"),
        "timeout": ("deadline", f"{argv[0]} in {where} did not end in time"),
    }.get(said.outcome, ("not-applicable", said.output[:200] or f"nothing can be run in {where}"))
    raise NotObserved(Missing(*why))  # type: ignore[arg-type] # of its literals


def _numbers(said: ExecResult) -> tuple[int, int, int]:
    """Size, used and free of df's last line. Raises :class:`NotObserved`. Source: POSIX, df -P."""
    words = said.output.strip().splitlines()[-1].split() if said.output.strip() else []
    numbers = [int(word) for word in words[1:4] if word.isdigit()]
    if said.exit_code != 0 or len(numbers) != 3:
        raise NotObserved(Missing("error", said.output[:200] or "df said nothing"))
    return numbers[0], numbers[1], numbers[2]
