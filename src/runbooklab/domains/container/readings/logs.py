"""What a container's log and the engine's errors say, whatever program runs in it."""

from __future__ import annotations

import re

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.container.readings.restarts import is_looping
from runbooklab.model.observation import LogLine
from runbooklab.words import short

#: A shell or the kernel found no program of the name.
NO_COMMAND = re.compile(
    r"\bexec \S+: no such file or directory|^\S*sh: .*not found|no such file or directory.*exec",
    re.IGNORECASE,
)
#: What the engine puts in front of what it says: an endpoint's id, its layers.
_PREAMBLE = re.compile(
    r"driver failed programming external connectivity on endpoint \S+ \([0-9a-f]+\): "
    r"|failed to create (?:shim )?task: |OCI runtime create failed: |runc create failed: "
)


def _moment(at: str) -> str:
    """A UTC time in ISO 8601 as text that sorts, whatever the number of decimals."""
    return at.removesuffix("Z").removesuffix("+00:00")


def lines_of_last_run(e: Evidence) -> tuple[LogLine, ...]:
    """The log since the container's last start; all of it if it restarts again and again."""
    tail, found = e.logs.value, container(e)
    if tail is None:
        return ()
    if found is None or not found.started_at or is_looping(e):
        return tail.lines
    since = _moment(found.started_at)[:19]
    return tuple(line for line in tail.lines if not line.at or _moment(line.at)[:19] >= since)


def last_line(e: Evidence) -> str:
    """The last error of the last run, else its last line; "" if it wrote none."""
    lines = [line for line in lines_of_last_run(e) if line.text.strip()]
    errors = [line for line in lines if line.severity == "error"]
    return (errors or lines)[-1].text.strip() if lines else ""


def quote(text: str, limit: int = 160) -> str:
    """A line of a log or of the engine, without its preamble and short enough for a sentence."""
    return f'"{short(_PREAMBLE.sub("", text), limit)}"'
