"""Paths of files as a runbook's author writes them, and what is refused in them. Pure."""

from __future__ import annotations

import re
from pathlib import Path

from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.records import Text
from runbooklab.shell.values import fits

#: Longest path that is taken. Source: Linux, PATH_MAX.
MOST_PATH = 4_096


def refused_path(text: Text) -> str:
    """Why ``text`` names no path; "" if it does."""
    if why := refused_values(text):
        return why
    if re.search(r"[\0\ud800-\udfff]", text.plain):
        return "The path holds a character that no path has."
    if not text.plain.strip():
        return "Write the path of a file or a folder."
    if len(text.plain.encode("utf-8", "replace")) >= MOST_PATH:
        return f"The path is longer than {MOST_PATH:,} bytes."
    if any(".." in value.split("/") for at, value in enumerate(text.values) if at or text.pieces[0]):
        return "A parameter's value leads upwards with `..`: give it a name within the folder."
    return ""


def unread(path: Path | str) -> str:
    """Why the content of ``path`` is never read; "" if it may be. The same rule as for commands."""
    verdict = fits("FILE", str(path))
    return "" if verdict.kind == "live" else verdict.reason


def path_in(text: str, project: Path) -> Path:
    """The path; a relative one begins at the project's folder, ``~`` is the user's own."""
    return project / Path(text).expanduser() if text.startswith("~") else project / text
