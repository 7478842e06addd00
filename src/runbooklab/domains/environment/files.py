"""Files of the project, read within bounds; a pipe, a device or a folder is told, not waited for."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from runbooklab.domains.environment.records.settings import State

#: A settings file larger than this is none.
MOST_BYTES = 1 << 20


class Content(Struct, frozen=True):
    """What is at a path."""

    state: State
    data: bytes = b""
    status: os.stat_result | None = None
    message: str = ""
    link_to: str = ""


def content(path: Path, most: int = MOST_BYTES) -> Content:
    """The bytes of the file at ``path``, or why there are none. Never raises."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        return _unopened(path, error)
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            return Content("folder", status=status, message="it is a folder")
        if not stat.S_ISREG(status.st_mode):
            return Content("not-a-file", status=status, message="it is a pipe, a socket or a device")
        if status.st_size > most:
            return Content("too-large", status=status, message=f"it has {status.st_size:,} bytes")
        return Content("file", os.read(handle, most), status)
    except OSError as error:
        return Content("unreadable", message=error.strerror or str(error))
    finally:
        os.close(handle)


def _unopened(path: Path, error: OSError | ValueError) -> Content:
    if isinstance(error, ValueError):
        return Content("missing", message="this is no usable path")
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        try:
            return Content("missing", link_to=str(path.readlink()))
        except (OSError, ValueError):
            return Content("missing")
    if error.errno == errno.ENXIO:
        return Content("not-a-file", message="it is a socket or a pipe")
    status = None
    with suppress(OSError):
        status = path.stat()
    return Content("unreadable", status=status, message=error.strerror or str(error))


def text_of(path: Path, most: int = MOST_BYTES) -> str:
    """The text of a small file; "" if it cannot be read."""
    return content(path, most).data.decode("utf-8", "replace")


def exists(path: Path) -> bool:
    """Whether something is at ``path``, be it a link that leads nowhere.

    Raises :class:`PermissionError` if we may not look: then nobody knows.
    """
    try:
        path.lstat()
    except PermissionError:
        raise
    except (OSError, ValueError):
        return False
    return True


def is_there(path: Path | str) -> bool:
    """Whether something is at ``path``, links followed; False too if we may not look. Never raises."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def is_file(path: Path | str) -> bool:
    """Whether a file is at ``path``; False too if we may not look. Never raises."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path | str) -> bool:
    """Whether a folder is at ``path``; False too if we may not look. Never raises."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def is_link(path: Path | str) -> bool:
    """Whether ``path`` is a link, wherever it leads; False too if we may not look. Never raises."""
    try:
        return Path(path).is_symlink()
    except (OSError, ValueError):
        return False
