"""How a container's program failed to start: by its file, the engine's error and its log. Pure."""

from __future__ import annotations

import re

from runbooklab.domains.container.exit_codes import NOT_EXECUTABLE
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.observe.docker.records import Container

NO_FILE = re.compile(r"no such file or directory|not found", re.IGNORECASE)
FORMAT = re.compile(r"exec format error|cannot execute binary file|Exec format", re.IGNORECASE)
DENIED = re.compile(r"permission denied|cannot execute: ", re.IGNORECASE)
#: A script read with carriage returns says so in its own way.
RETURNS = re.compile(r"\\r|\^M|\r|bad interpreter|illegal option -|not a valid identifier", re.IGNORECASE)


def texts(view: ContainerView, known: Container) -> list[str]:
    """What the engine and the end of the log say."""
    lines = [line.text for line in view.logs.lines[-30:]] if view.logs else []
    return [known.error, *reversed(lines)] if known.error else list(reversed(lines))


def has_failed(view: ContainerView, known: Container) -> bool:
    """Whether it is not up and did not end well, or ends again and again."""
    if known.state in ("exited", "dead", "restarting", "created"):
        return bool(known.exit_code or known.error or known.restart_count)
    return (
        known.restart_count > 0
        and view.look is not None
        and view.look.state_later in ("restarting", "exited")
    )


def line_with(view: ContainerView, known: Container, pattern: re.Pattern[str], word: str = "") -> str:
    """The newest text that the pattern is found in, and that names ``word``; "" if none does."""
    return next((text for text in texts(view, known) if pattern.search(text) and word in text), "")


def is_not_executable(view: ContainerView, known: Container) -> bool:
    """Whether its program is there and may not be executed."""
    program = view.extras.program
    if not has_failed(view, known):
        return False
    if (
        program is not None
        and program.seen == "read"
        and not program.executable
        and not program.mode.startswith("d")
    ):
        return bool(line_with(view, known, DENIED)) or known.exit_code == NOT_EXECUTABLE
    if program is not None and program.seen == "missing":
        return False
    return known.exit_code == NOT_EXECUTABLE and bool(line_with(view, known, DENIED))
