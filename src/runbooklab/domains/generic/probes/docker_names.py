"""Names of containers as a runbook's author writes them. Pure."""

from __future__ import annotations

import re

from runbooklab.domains.generic.records import Asked

#: A container's name or id. Source: moby, ``RestrictedNamePattern``.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")
#: A whole path of characters that no shell and no option can take for something else.
PATH = r"/[A-Za-z0-9_./@:+,=%~-]{0,1000}"
_PATH = re.compile(PATH)


def refused_container(name: str) -> str:
    """Why this names no container; "" if it does."""
    return "" if NAME.fullmatch(name) else "Write the name of a container: letters, digits, _ . and -."


def refused_inside(asked: Asked) -> str:
    """Why this cannot be read from inside a container; "" if it can, or is read on this host."""
    if not asked.container:
        return ""
    if not _PATH.fullmatch(asked.subject.plain):
        return "Inside a container write a whole path, without blanks and special characters."
    return refused_container(asked.container)
