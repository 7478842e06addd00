"""Writing machine-readable output."""

from __future__ import annotations

import sys


def to_stdout(data: bytes) -> None:
    """Write bytes as they are: JSON is UTF-8 in every locale. A reader may have gone away.

    Raises :class:`UserError` if they cannot be written for another reason (disk full).
    """
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        return
    except OSError as error:
        from runbooklab.errors import UserError

        raise UserError(f"stdout cannot be written: {error.strerror or error}") from None
