"""The file system that holds a path, as df shows it."""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING

from runbooklab.domain.shell import path_word
from runbooklab.domains.generic.probes.bounds import within
from runbooklab.domains.generic.probes.docker_names import refused_inside
from runbooklab.domains.generic.probes.paths import path_in, refused_path
from runbooklab.domains.generic.probes.room import Room, absent, seen_room
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.run_with_timeout import run_with_timeout

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def refused(asked: Asked) -> str:
    """Why this is never read."""
    return refused_path(asked.subject) or refused_inside(asked)


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be read."""
    where = f" in {asked.container}" if asked.container else ""
    return (Plan("docker" if asked.container else "file", f"room on {asked.subject.plain}{where}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    words = ["docker", "exec", asked.container] if asked.container else []
    return asked.shell.command(*words, "df", "-h", path_word(asked.subject.plain))


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Ask the kernel. Source: statvfs(3)."""
    ctx = within(ctx, asked)
    if asked.container:
        from runbooklab.domains.generic.probes.inside import disk_inside

        return disk_inside(ctx, asked)
    path, began = path_in(asked.subject.plain, ctx.project), time.monotonic()
    try:
        said = run_with_timeout(lambda: os.statvfs(path), ctx.remaining_s())
    except TimeoutError:
        raise NotObserved(Missing("deadline", f"{path} did not answer in time: it may be remote")) from None
    except PermissionError:
        raise NotObserved(Missing("permission", f"this user may not look at {path}")) from None
    except OSError as error:
        if error.errno in _NOT_THERE:
            return absent(ctx, str(path))
        raise NotObserved(Missing("error", f"{path}: {error.strerror or error}")) from None
    finally:
        ctx.note("file", f"room on {asked.subject.plain}", (time.monotonic() - began) * 1000)
    unit = said.f_frsize or said.f_bsize
    room = Room(
        said.f_blocks * unit,
        said.f_bfree * unit,
        said.f_bavail * unit,
        said.f_files or -1,
        said.f_ffree,
        bool(said.f_flag & os.ST_RDONLY),
    )
    return seen_room(ctx, str(path), room)
