"""A .env file as each of its readers reads it: Compose, docker run, a shell, python-dotenv and systemd.

The same file means another thing to each of them. The values are secrets: they must not outlive their use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.observe.env_file.readers import READERS, values_as
    from runbooklab.observe.env_file.records import Assignment, EnvReading, Mistake, Reader
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "readers": ("READERS", "values_as"),
            "records": ("Assignment", "EnvReading", "Mistake", "Reader"),
        },
    )

__all__ = [
    "READERS",
    "Assignment",
    "EnvReading",
    "Mistake",
    "Reader",
    "values_as",
]
