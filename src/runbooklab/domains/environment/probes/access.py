"""Whether the service's user may write where it must: by owner, group and mode, of the parents too."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.identity import (
    SEARCH,
    WRITE,
    Barrier,
    User,
    barrier,
    is_immutable,
    owner_of,
    service_user,
)
from runbooklab.domains.environment.place import at, project, shown
from runbooklab.domains.environment.records.host import Accesses, PathAccess
from runbooklab.domains.environment.target import items
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

MOST_PATHS = 50


def access(ctx: Context) -> Accesses:
    """Each path of ``writable_paths``."""
    root, user = project(ctx), service_user(ctx)
    paths = items(ctx.vault.reveal(ctx.target.writable_paths))
    if not paths:
        raise NotObserved(Missing("not-applicable", "no path must be writable"))
    ctx.note("file", f"stat {', '.join(paths[:MOST_PATHS])}")
    return Accesses(
        clean(user.name, ctx.vault),
        user.is_root,
        tuple(_seen(ctx, at(root, each), user) for each in paths[:MOST_PATHS]),
    )


def _seen(ctx: Context, path: Path, user: User) -> PathAccess:
    real = Path(os.path.realpath(path))
    try:
        exists = path.exists()
    except PermissionError:  # we may not look: the path's own parents say who may
        return _behind(ctx, path, real, user)
    there = next((each for each in (real, *real.parents) if each.exists()), Path("/"))
    try:
        status = there.stat()
        kept_out = _kept_out(there, user, is_folder=stat.S_ISDIR(status.st_mode))
        read_only = bool(os.statvfs(there).f_flag & os.ST_RDONLY)
    except OSError as error:
        raise NotObserved(Missing("permission", f"{shown(ctx, there)}: {error.strerror}")) from None
    why = kept_out.why if kept_out is not None else ""
    if not why and not read_only and is_immutable(there):
        why = f"{there} is immutable (chattr +i), which keeps root out too"
    if why and not exists:
        why = f"it does not exist, and {why}"
    if not why and not stat.S_ISDIR(status.st_mode) and not exists:
        why = f"{there} is a file, so nothing can be created below it"
    return PathAccess(
        shown(ctx, path),
        exists,
        clean(why, ctx.vault),
        read_only,
        owner_of(status),
        stat.S_IMODE(status.st_mode),
        shown(ctx, kept_out.path if kept_out is not None else there),
        kept_out.has_acl if kept_out is not None else False,
        immutable=why.endswith("keeps root out too"),
    )


def _behind(ctx: Context, path: Path, real: Path, user: User) -> PathAccess:
    """A path behind a folder that we may not enter: the service's user may not either, or nobody knows."""
    try:
        kept_out = barrier(real, user, SEARCH)
    except OSError as error:
        raise NotObserved(Missing("permission", f"{shown(ctx, path)}: {error.strerror}")) from None
    assert kept_out is not None  # else nothing would have kept us from looking
    why, fix = clean(kept_out.why, ctx.vault), shown(ctx, kept_out.path)
    return PathAccess(shown(ctx, path), why_not=why, fix=fix, has_acl=kept_out.has_acl)


def _kept_out(path: Path, user: User, *, is_folder: bool) -> Barrier | None:
    """What keeps the user from writing: into a folder, entering it is needed as well."""
    return barrier(path, user, WRITE | SEARCH if is_folder else WRITE)
