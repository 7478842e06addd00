"""A file of this host: whether it is there, its size, age, owner and text."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.domain.shell import path_word
from runbooklab.domains.generic.probes.bounds import within
from runbooklab.domains.generic.probes.docker_names import refused_inside
from runbooklab.domains.generic.probes.file_seen import MOST_BYTES, TYPES, Stated, seen_file
from runbooklab.domains.generic.probes.paths import path_in, refused_path, unread
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.run_with_timeout import run_with_timeout

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: What a missing file ends in, whichever part of its path is missing.
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR})


def refused(asked: Asked) -> str:
    """Why this is never read."""
    return refused_path(asked.subject) or refused_inside(asked)


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be read."""
    where = f" in {asked.container}" if asked.container else ""
    return (Plan("docker" if asked.container else "file", f"read {asked.subject.plain}{where}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    words = ["docker", "exec", asked.container] if asked.container else []
    return asked.shell.command(*words, "stat", path_word(asked.subject.plain))


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Ask the kernel for it, and read its beginning if it is a plain file."""
    ctx = within(ctx, asked)
    if asked.container:
        from runbooklab.domains.generic.probes.inside import file_inside

        return file_inside(ctx, asked)
    path = path_in(asked.subject.plain, ctx.project)
    began = time.monotonic()
    try:
        found = run_with_timeout(lambda: _stated(path), ctx.remaining_s())
    except TimeoutError:
        raise NotObserved(Missing("deadline", f"{path} could not be read in time")) from None
    except PermissionError:
        raise NotObserved(Missing("permission", f"this user may not look for {path}")) from None
    except OSError as error:
        raise NotObserved(Missing("error", f"{path}: {error.strerror or error}")) from None
    finally:
        ctx.note("file", f"read {asked.subject.plain}", (time.monotonic() - began) * 1000)
    return seen_file(ctx, str(path), found)


def _stated(path: Path) -> Stated | None:
    """What the kernel says. Raises :class:`OSError` if it says nothing."""
    try:
        status = path.stat()
    except OSError as error:
        if error.errno not in _NOT_THERE and error.errno != errno.ELOOP:
            raise
        return Stated("link") if path.is_symlink() else None
    kind = next((name for test, name in TYPES if test(status.st_mode)), "file")
    content, unread = _content(path) if kind == "file" else (None, f"it is a {kind}")
    return Stated(
        kind,
        status.st_size,
        status.st_mtime,
        stat.S_IMODE(status.st_mode),
        f"{_user(status.st_uid)}:{_group(status.st_gid)}",
        content,
        unread,
    )


def _content(path: Path) -> tuple[bytes | None, str]:
    """The content of a plain file, or why there is none. It is opened so that nothing can hold it up."""
    if why := unread(path) or unread(path.resolve()):
        return None, why
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return None, (error.strerror or str(error)).lower()
    with os.fdopen(number, "rb") as opened:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            return None, "it is no plain file any more"
        try:
            data = opened.read(MOST_BYTES + 1)
        except OSError as error:
            return None, (error.strerror or str(error)).lower()
    return (data, "") if len(data) <= MOST_BYTES else (None, "it is longer than 1 MiB")


def _user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
