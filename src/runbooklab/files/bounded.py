"""Reads files that others made: within a bound, and a pipe only if a person named it, until a deadline."""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from pathlib import Path

from runbooklab.errors import UserError

#: Most bytes of a file that belongs to a run: a page, a notebook, a diagnosis, evidence.
MOST_BYTES = 16 << 20
#: How long to wait for a pipe that a person named, in seconds: a shell makes one of ``<(command)``.
PIPE_S = 10.0


def read_file(path: Path, most_bytes: int = MOST_BYTES, pipe_s: float = 0.0) -> bytes:
    """The bytes of the file ``path``; also of a pipe, which must end within ``pipe_s`` seconds.

    Raises :class:`OSError`: as opening does, and for a folder, a socket, a device, a pipe that is not allowed
    or does not end, and a file of more than ``most_bytes``, each with its own ``strerror``.
    """
    deadline = time.monotonic() + pipe_s
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        status = os.fstat(handle)
        is_pipe = stat.S_ISFIFO(status.st_mode) and pipe_s > 0
        if not (is_pipe or stat.S_ISREG(status.st_mode)):
            raise OSError(errno.EINVAL, f"it is {kind(status.st_mode)}, not a file", str(path))
        held = bytearray()
        while True:
            if is_pipe and not select.select([handle], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise OSError(
                    errno.ETIMEDOUT, f"it is a pipe that did not end within {pipe_s:g} s", str(path)
                )
            piece = os.read(handle, min(1 << 20, most_bytes + 1 - len(held)))
            if not piece:
                break
            held += piece
            if len(held) > most_bytes:
                raise OSError(errno.EFBIG, f"it is larger than {limit_in_words(most_bytes)}", str(path))
        return bytes(held)
    finally:
        os.close(handle)


def read_of_user(path: Path, hint: str, most_bytes: int = MOST_BYTES, pipe_s: float = 0.0) -> bytes:
    """The same for a file that a person named: raises :class:`UserError` with ``hint``."""
    try:
        return read_file(path, most_bytes, pipe_s)
    except (OSError, ValueError) as error:  # a NUL character in the path
        said = getattr(error, "strerror", None) or error
        raise UserError(f"cannot be read: {said}", path, hint=hint) from None


def text_of_user(path: Path, hint: str = "", most_bytes: int = MOST_BYTES) -> str:
    """The same as UTF-8 text with LF line ends, of a pipe too. Raises :class:`UserError`."""
    data = read_of_user(path, hint, most_bytes, PIPE_S)
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise UserError("is not UTF-8 text", path, hint="save it as UTF-8") from None


def kind(mode: int) -> str:
    """What kind of file has this mode, if it is not a regular one."""
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


def limit_in_words(count: int) -> str:
    """A bound in words.

    >>> limit_in_words(32 << 20), limit_in_words(64 << 10)
    ('32 MiB', '64 KiB')
    """
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB"
