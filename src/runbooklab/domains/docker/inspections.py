"""Commands by which a person makes sure of a cause that is only suspected: they read and change nothing."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.steps import Steps
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.remedies.names import refused
from runbooklab.domains.docker.remedies.site import Site
from runbooklab.domains.docker.shell import command

Command = Callable[[Evidence], str]


def at_site(words: Callable[[Site], str]) -> Command:
    """The command of a target; one with a name in it that no object can have is refused, as in a remedy."""
    return lambda e: refused(Steps((words(Site(e)),), ""), e).commands[0]


def shell(line: str) -> Command:
    """The same command on every target."""
    return lambda e: line


def docker(*words: str, options: tuple[str, ...] = ()) -> Command:
    """``docker WORDS NAME OPTIONS``, with the container's name."""
    return at_site(lambda site: command("docker", *words, site.name, *options))


def docker_inspect(part: str) -> Command:
    """One part of what the engine knows of the container, as JSON."""
    return docker("inspect", "--format", f"{{{{json {part}}}}}")


STATE = at_site(lambda site: command("docker", "ps", "--all", "--filter", f"name={site.name}"))
LOG = docker("logs", "--tail", "50")
NETWORK = at_site(lambda site: command("docker", "network", "inspect", site.network))
