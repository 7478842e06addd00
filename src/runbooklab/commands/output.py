"""The two ways in which a command speaks: prose for people on stderr, its answer on stdout."""

from __future__ import annotations

import sys
from contextlib import suppress


def to_stderr(line: str) -> None:
    """Print a line to stderr, its control characters written out.

    A reader who has gone away costs the line, never the command.
    """
    from runbooklab.redaction import visible

    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):
        print(visible(line), file=sys.stderr, flush=True)  # noqa: T201 # this is where prose for people goes


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
