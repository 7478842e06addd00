"""Writing machine-readable output."""

from __future__ import annotations

import sys
from contextlib import suppress


def to_stdout(data: bytes) -> None:
    """Write bytes as they are: JSON is UTF-8 in every locale. A reader may have gone away."""
    with suppress(OSError):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
