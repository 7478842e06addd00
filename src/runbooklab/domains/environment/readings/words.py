"""How lines, files and lists are named in sentences. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.records.settings import Variable
from runbooklab.words import listed

#: What each reader of a .env file is called in a sentence.
READER_WORDS = {
    "compose": "Compose",
    "docker-run": "docker run --env-file",
    "shell": "the shell",
    "dotenv": "python-dotenv",
    "systemd": "systemd",
}


def near(e: Evidence, path: str) -> str:
    """A path below the project as people name it: relative to the project."""
    seen = e.file_systems.value
    root = seen.project if seen is not None else ""
    return path.removeprefix(f"{root}/") if root and path.startswith(f"{root}/") else path


def lines_of(numbers: Sequence[int]) -> str:
    """``line 3``, or ``lines 3, 5 and 9``."""
    words = [str(number) for number in numbers]
    return f"line {words[0]}" if len(words) == 1 else f"lines {listed(words)}"


def variables(found: Sequence[Variable], most: int = 3) -> str:
    """``REDIS_URL (line 3) and HF_TOKEN (line 5)``."""
    return listed([f"{each.name} (line {each.line})" if each.line else each.name for each in found], most)


def megabytes(amount: float) -> str:
    """Mebibytes, in GiB where there are many.

    >>> megabytes(0.4), megabytes(512), megabytes(20480)
    ('0.4 MiB', '512 MiB', '20.0 GiB')
    """
    if amount >= 10_240:
        return f"{amount / 1024:,.1f} GiB"
    return f"{amount:.1f} MiB" if 0 < amount < 10 else f"{amount:,.0f} MiB"
