"""Commands by which a person sees what a check of the surroundings sees: they read and change nothing."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.steps import Steps
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.readings.address import NOWHERE, url
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.address.remedies.config_file import config_path, show
from runbooklab.domains.address.remedies.names import named
from runbooklab.domains.container.remedies.names import refused
from runbooklab.domains.container.shell import command

Command = Callable[[Evidence], str]

#: What a file has if there is nothing in it to show.
_NOTHING_TO_READ = ("missing", "not-a-file", "unreadable", "too-large", "not-text")


def _filled(words: Callable[[Evidence], str]) -> Command:
    """A command of a target; one with a name in it that no object can have is refused, as in a remedy."""

    def filled(e: Evidence) -> str:
        line = words(e)
        return refused(Steps((line,), ""), e, named(e)).commands[0] if line else ""

    return filled


def _file(e: Evidence) -> str:
    """What the file says of Redis, or what is where it should be."""
    config = e.config.value
    if config is not None and config.problem in _NOTHING_TO_READ:
        return command("ls", "-l", config_path(e))
    return show(e)


def _config(e: Evidence) -> str:
    """The same; nothing if the URL was a parameter, so that the file does not count."""
    return "" if e.target.redis_url else _file(e)


def resolve(e: Evidence, *, in_client: bool) -> str:
    """How the URL's name resolves: on this host, or in the client's container."""
    address = url(e)
    if address is None:
        return _config(e)
    if address.scheme == "unix":
        return command("ls", "-l", address.socket_path)
    # ahosts, not hosts: it asks as a client does, and takes an address as well
    there = ("docker", "exec", e.target.orchestrator_container) if in_client else ()
    return command(*there, "getent", "ahosts", address.host)


def _resolve(e: Evidence) -> str:
    seen = e.name.value
    return resolve(e, in_client=in_container(e) and seen is not None and seen.outcome in NOWHERE)


def _mistakes(e: Evidence) -> str:
    """The URL as it is written; of one that a person gave, what its name leads to."""
    return _resolve(e) if e.target.redis_url else _config(e)


FILE = _filled(_file)
CONFIG = _filled(_config)
RESOLVE = _filled(_resolve)
MISTAKES = _filled(_mistakes)
