"""Reading a file that others made: a regular one, within a bound, and never waited for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from runbooklab.errors import UserError

#: Most bytes of a file that belongs to a run: a page, a notebook, a diagnosis, evidence.
MOST_BYTES = 16 << 20


def read_file(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of the file ``path``.

    Raises :class:`OSError`: as opening does, and for a folder, a pipe, a socket, a device and a file of more
    than ``most_bytes``, each with its own words in ``strerror``.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, f"it is {kind(status.st_mode)}, not a file", str(path))
        held = bytearray()
        while piece := os.read(handle, min(1 << 20, most_bytes + 1 - len(held))):
            held += piece
            if len(held) > most_bytes:
                raise OSError(errno.EFBIG, f"it is larger than {size(most_bytes)}", str(path))
        return bytes(held)
    finally:
        os.close(handle)


def read_of_user(path: Path, hint: str, most_bytes: int = MOST_BYTES) -> bytes:
    """The same for a file that a person named: raises :class:`UserError` with ``hint``."""
    try:
        return read_file(path, most_bytes)
    except (OSError, ValueError) as error:  # a NUL character in the path
        said = getattr(error, "strerror", None) or error
        raise UserError(f"cannot be read: {said}", path, hint=hint) from None


def text_of_user(path: Path, hint: str = "", most_bytes: int = MOST_BYTES) -> str:
    """The same as UTF-8 text with LF line ends: raises :class:`UserError` for any other text too."""
    data = read_of_user(path, hint, most_bytes)
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise UserError("is not UTF-8 text", path, hint="save it as UTF-8") from None


def kind(mode: int) -> str:
    """What a file is whose mode is no regular file's."""
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


def size(count: int) -> str:
    """A bound in words.

    >>> size(32 << 20), size(64 << 10)
    ('32 MiB', '64 KiB')
    """
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB"
