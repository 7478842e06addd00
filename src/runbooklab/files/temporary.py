"""Atomic writing, and temporary files and folders that do not outlive their process.

The process that makes a temporary file or folder locks it. The kernel releases the lock however the
process ends, so an unlocked one was left by a killed process, and the next process removes it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from runbooklab.files.bounded import kind

#: What follows the prefix in a temporary name.
_RANDOM = re.compile(r"[0-9a-f]{16}")

#: Another process may remove what was just made and is not locked yet; then another is made.
_ATTEMPTS = 5

#: Temporary files and folders that this process has created and not yet removed.
_OWN: set[Path] = set()


def write_atomic(path: Path, data: bytes | str, mode: int = 0o644) -> None:
    """Replace ``path`` by ``data`` in one step: a reader sees the old file or the new one, never a part.

    ``mode`` is the file's permission bits, less what the umask takes away. Raises :class:`OSError`
    (disk full, read-only folder, ``path`` is a device, a pipe, a socket or a folder, or a link to one);
    ``path`` is then as it was and no temporary file is left.
    """
    _refuse_no_file(path)
    content = data.encode() if isinstance(data, str) else data
    prefix = f".{path.name}."
    remove_leftovers(path.parent, prefix)
    temporary, handle = make_temporary(path.parent, prefix, partial(_new_file, mode=mode))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
            temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    finally:
        release_temporary(temporary)


def _refuse_no_file(path: Path) -> None:
    """A rename would take the place of a device or a pipe, and nobody gets that back."""
    with suppress(FileNotFoundError):  # also a link to nothing
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, f"it is {kind(mode)}, not a file", str(path))


def make_temporary(parent: Path, prefix: str, make: Callable[[Path], None]) -> tuple[Path, int]:
    """A new temporary path in ``parent`` and an open handle that locks it; ``make`` creates it.

    Raises :class:`OSError` if it cannot be made; nothing is left then.
    """
    for _ in range(_ATTEMPTS):
        path = parent / f"{prefix}{secrets.token_hex(8)}"
        _OWN.add(path)
        try:
            make(path)
            return path, hold(path)
        except (BlockingIOError, FileNotFoundError):  # it was mistaken for a leftover, or the parent is gone
            remove_temporary(path)
            parent.stat()
        except BaseException:
            remove_temporary(path)
            raise
    raise OSError(errno.EAGAIN, "a temporary file is removed each time it is made", str(parent))


def hold(path: Path) -> int:
    """An open handle that locks ``path`` until it is closed.

    Raises :class:`BlockingIOError` if another process has locked it, :class:`OSError` if it is gone.
    """
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR
    handle = os.open(path, flags | os.O_NOFOLLOW)
    try:
        _lock(handle)
        if not os.path.samestat(os.fstat(handle), path.lstat()):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    except BaseException:
        os.close(handle)
        raise
    return handle


def remove_temporary(path: Path) -> None:
    """Remove a temporary file or folder of ours with all that is in it, as far as possible."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
    release_temporary(path)


def release_temporary(path: Path) -> None:
    """The temporary path was renamed, or is to stay."""
    _OWN.discard(path)


def remove_own_temporaries() -> None:
    """Remove all temporary files and folders of this process; may be called from a signal handler."""
    for path in tuple(_OWN):
        remove_temporary(path)


def remove_leftovers(parent: Path, prefix: str) -> None:
    """Remove the temporary files and folders in ``parent`` that killed processes of this user left."""
    with suppress(OSError):
        for entry in os.scandir(parent):
            if entry.name.startswith(prefix) and _RANDOM.fullmatch(entry.name.removeprefix(prefix)):
                with suppress(OSError):
                    _remove_leftover(Path(entry.path))


def _new_file(path: Path, mode: int) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError as error:  # a file system without locks: nothing is removed there either
        if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.EINVAL):
            raise


def _remove_leftover(path: Path) -> None:
    if path in _OWN or path.lstat().st_uid != os.geteuid():
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove_temporary(path)
    finally:
        os.close(handle)
