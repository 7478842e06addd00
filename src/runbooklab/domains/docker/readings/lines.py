"""What the logs of the containers in question, and the engine's errors, say."""

from __future__ import annotations

import re

from runbooklab.domains.container.readings.logs import lines_of_last_run
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import focused
from runbooklab.observe.docker.records import Container


def last_line_with(e: Evidence, view: ContainerView, pattern: re.Pattern[str]) -> str:
    """The last line of the container's last run that the pattern is found in; "" if none is."""
    lines = (line.text.strip() for line in reversed(lines_of_last_run(focused(e, view))))
    return next((line for line in lines if pattern.search(line)), "")


def said_of(e: Evidence, view: ContainerView, known: Container, pattern: re.Pattern[str]) -> str:
    """What the engine's error, or the log, says that the pattern is found in; "" if nothing does."""
    return known.error if pattern.search(known.error) else last_line_with(e, view, pattern)


def in_error_text(e: Evidence, pattern: re.Pattern[str]) -> str:
    """The line of the given error text that the pattern is found in; "" if none is."""
    text = e.target.error_text
    return next((line.strip() for line in text.splitlines() if pattern.search(line)), "")
