"""How a plan looks again at what it changed, or at another URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runbooklab.domain.steps import command
from runbooklab.redaction import TOKEN

_RUN = "runbook run environment-setup"


@dataclass(frozen=True)
class Again:
    """The command that looks at the target again, and the one that looks at a URL instead."""

    line: str
    at_url: Callable[[str], str]


def _at_url(url: str) -> str:
    return command(*_RUN.split(), "-p", "redis_url", url)


#: If a subject that uses this one has no runbook of its own.
AGAIN = Again(_RUN, _at_url)


def ask_for_password(url: str) -> tuple[str, ...]:
    """What fills ``$REDIS_PASSWORD`` in, if a command with ``url`` in it needs it."""
    return ("read -rs REDIS_PASSWORD",) if TOKEN.search(url) else ()


def look_at_url(again: Again, url: str) -> tuple[str, ...]:
    """Look at another URL, for whose password a person is asked if it has one."""
    return (*ask_for_password(url), again.at_url(url))


def look_at_another(again: Again) -> tuple[str, ...]:
    """Look at a URL that the person types, which then stands in no command line."""
    return ("read -rs REDIS_URL && export REDIS_URL", again.at_url("env:REDIS_URL"))
