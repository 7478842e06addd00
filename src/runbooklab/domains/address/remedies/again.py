"""How a plan checks again what it changed, or another URL."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.container.remedies import site as docker
from runbooklab.domains.container.remedies.site import again, given
from runbooklab.domains.container.shell import ASK
from runbooklab.redaction import TOKEN

#: Parameters beside the URL that say what is observed.
PLACES = ("orchestrator_config", "redis_url_key", *docker.PLACES)

#: Asks for a URL, which is then in the variable REDIS_URL.
TYPED_URL = "read -rs REDIS_URL && export REDIS_URL"


class Again(Struct, frozen=True):
    """The command that checks the target again, and the one that checks a URL instead."""

    line: str
    at_url: Callable[[str], str]


def of_runbook(e: Evidence, slug: str = "environment-setup", places: tuple[str, ...] = PLACES) -> Again:
    """That runbook once more, with the parameters that this run was given: the URL, and of ``places``."""

    def at_url(url: str) -> str:
        return again(f"runbook run {slug}", {"redis_url": (url, "")} | given(e.target, places))

    url = e.target.redis_url
    return Again(at_url("env:REDIS_URL" if TOKEN.search(url) else url), at_url)


def ask_for_password(url: str) -> tuple[str, ...]:
    """What fills the password in, if a command with ``url`` in it needs it."""
    return (ASK,) if TOKEN.search(url) else ()


def run_with_url(again: Again, url: str) -> tuple[str, ...]:
    """Check another URL; a person is asked for its password if it has one."""
    return (*ask_for_password(url), again.at_url(url))


def run_with_typed_url(again: Again) -> tuple[str, ...]:
    """Check a URL that the person types, so that it is in no command line."""
    return (TYPED_URL, again.at_url("env:REDIS_URL"))
