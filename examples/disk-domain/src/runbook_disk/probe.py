"""The probe: one system call, which reads."""

import os

from runbook_disk.evidence import DiskTarget, FileSystem
from runbooklab.model import Missing
from runbooklab.observe import Context, NotObserved


def file_system(ctx: Context[DiskTarget]) -> FileSystem:
    """The file system that holds the path. Source: statvfs(3)."""
    path = ctx.project / ctx.target.path  # an absolute path stays as it is
    ctx.note("file", f"statvfs {path}")
    try:
        said = os.statvfs(path)
    except PermissionError as error:
        raise NotObserved(Missing("permission", f"{path}: {error.strerror}")) from error
    except OSError as error:
        raise NotObserved(Missing("error", f"{path}: {error.strerror}")) from error
    return FileSystem(
        total_bytes=said.f_blocks * said.f_frsize,
        free_bytes=said.f_bavail * said.f_frsize,
        read_only=bool(said.f_flag & os.ST_RDONLY),
    )
