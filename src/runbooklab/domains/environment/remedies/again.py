"""How a plan checks again what it changed, or another URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runbooklab.domains.docker.shell import ASK, command
from runbooklab.redaction import TOKEN

_RUN = "runbook run environment-setup"


@dataclass(frozen=True)
class Again:
    """The command that checks the target again, and the one that checks a URL instead."""

    line: str
    at_url: Callable[[str], str]


def _at_url(url: str) -> str:
    return command(*_RUN.split(), "-p", "redis_url", url)


#: If a subject that uses this one has no runbook of its own.
AGAIN = Again(_RUN, _at_url)


def ask_for_password(url: str) -> tuple[str, ...]:
    """What fills the password in, if a command with ``url`` in it needs it."""
    return (ASK,) if TOKEN.search(url) else ()


def run_with_url(again: Again, url: str) -> tuple[str, ...]:
    """Check another URL; a person is asked for its password if it has one."""
    return (*ask_for_password(url), again.at_url(url))


def run_with_typed_url(again: Again) -> tuple[str, ...]:
    """Check a URL that the person types, so that it is in no command line."""
    return ("read -rs REDIS_URL && export REDIS_URL", again.at_url("env:REDIS_URL"))
