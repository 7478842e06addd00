"""Commands by which a person makes sure of a cause that is only suspected: they read and change nothing."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import is_running
from runbooklab.domains.container.remedies.names import refused
from runbooklab.domains.container.remedies.site import Site
from runbooklab.domains.container.shell import command
from runbooklab.domains.container.target import LOG_LINES

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

# --- what a check sees

#: If no container is known by the name: what there is.
ALL_CONTAINERS = "docker ps --all"


def container(words: Callable[[Site], str]) -> Command:
    """A command about the container; the list of all if there is none of that name."""

    def filled(site: Site) -> str:
        look = site.e.container.value
        known = bool(container_name(site.e)) if look is None else look.found is not None
        return words(site) if known else ALL_CONTAINERS

    return at_site(filled)


def of_container(*words: str) -> Command:
    """``docker WORDS NAME``."""
    return container(lambda site: command("docker", *words, site.name))


def inspected(part: str) -> Command:
    """One part of what the engine knows of the container, as JSON."""
    return of_container("inspect", "--format", f"{{{{json {part}}}}}")


def _log(site: Site) -> str:
    return command("docker", "logs", "--tail", str(site.e.target.log_lines or LOG_LINES.default), site.name)


def _events(site: Site) -> str:
    """Its events of the last day, up to now: without an end it would wait for more."""
    return command(
        "docker", "events", "--since", "24h", "--until", "0s", "--filter", f"container={site.name}"
    )


def _processes(site: Site) -> str:
    """Its processes; its state if it has none."""
    found = site.found
    return command("docker", "top", site.name) if found is None or is_running(found) else STATE(site.e)


def _network(site: Site) -> str:
    look = site.e.network.value
    if look is None or look.found is None:
        return "docker network ls"
    return command("docker", "network", "inspect", look.found.name)


ENGINE = shell("docker info")
CONTAINER = container(lambda site: STATE(site.e))
CONTAINER_LOG = container(_log)
EVENTS = container(_events)
PROCESSES = container(_processes)
PORTS = of_container("port")
NETWORK_OR_ALL = at_site(_network)
