"""The file systems that the project uses: room, inodes, and how they are mounted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.place import at, path_of, project, shown
from runbooklab.domains.environment.probes.env_values import env_values
from runbooklab.domains.environment.probes.venv import site_packages
from runbooklab.domains.environment.records.host import FileSystem, FileSystems
from runbooklab.domains.environment.target import VENV, items
from runbooklab.redaction import clean

MIB = 1 << 20
MOST_PATHS = 50
_NOEXEC = 8  # ST_NOEXEC, which os does not have everywhere


def file_systems(ctx: Context) -> FileSystems:
    """Each file system once, with what it is used for. Source: statvfs(3), proc(5) on mountinfo."""
    root = project(ctx)
    mounts = _mounts()
    found: dict[tuple[int, str], FileSystem] = {}
    for path, use in _paths(ctx, root):
        real = _nearest(path)
        try:
            device, said = real.stat().st_dev, os.statvfs(real)
        except OSError:
            continue
        mount, kind, options = _mount_of(real, mounts)
        ctx.note("file", f"statvfs {real}")
        before = found.get((device, mount))
        uses = tuple(dict.fromkeys((*(before.uses if before is not None else ()), use)))
        found[(device, mount)] = FileSystem(
            path=before.path if before is not None else shown(ctx, path),
            uses=uses,
            mount=shown(ctx, mount),
            kind=kind,
            options=clean(options, ctx.vault),
            total_mb=said.f_blocks * said.f_frsize / MIB,
            free_mb=said.f_bavail * said.f_frsize / MIB,
            inodes=said.f_files,
            free_inodes=said.f_favail,
            read_only=bool(said.f_flag & os.ST_RDONLY),
            noexec=bool(said.f_flag & _NOEXEC),
        )
    return FileSystems(tuple(found.values()), shown(ctx, root))


def _paths(ctx: Context, root: Path) -> Iterator[tuple[Path, str]]:
    for item in items(ctx.vault.reveal(ctx.target.writable_paths))[:MOST_PATHS]:
        yield at(root, item), "writable path"
    yield root, "project"
    venv = path_of(ctx, VENV)
    for folder in site_packages(venv) if venv is not None else ():
        yield folder, "site-packages"
    temporary = env_values(ctx).get("TMPDIR") or os.environ.get("TMPDIR") or tempfile.gettempdir()
    yield at(root, temporary), "temporary files"


def _nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    real = Path(os.path.realpath(path))
    return next((each for each in (real, *real.parents) if os.access(each, os.F_OK)), Path("/"))


def _mounts() -> list[tuple[str, str, str]]:
    """Mount point, type and options of each mount; the last of a point counts."""
    found = []
    try:
        lines = Path("/proc/self/mountinfo").read_text(errors="replace").splitlines()[:10_000]
    except OSError:
        return []
    for line in lines:
        fields, _, rest = line.partition(" - ")
        words, after = fields.split(), rest.split()
        if len(words) > 5 and len(after) > 2:
            point = words[4].encode().decode("unicode_escape", "replace")
            found.append((point, after[0], f"{words[5]},{after[2]}"))
    return found


def _mount_of(path: Path, mounts: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    best = ("", "", "")
    for point, kind, options in mounts:
        is_in = point == "/" or str(path) == point or str(path).startswith(f"{point}/")
        if is_in and len(point) >= len(best[0]):
            best = (point, kind, options)
    return best
