"""Docker's remedies, one row each: id, what it does as an imperative, who plans it."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.remedy import Remedy, RemedyRows
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.remedies import containers, engine, networks
from runbooklab.domains.container.remedies.names import refused
from runbooklab.domains.container.remedies.site import Site

#: Those of the engine: id, title and plan. A domain that knows more of the place takes them as they are.
ENGINE: tuple[tuple[str, str, Callable[[Site], Steps]], ...] = (
    ("start-docker", "Start Docker", engine.start_docker),
    ("grant-docker-access", "Let this user use Docker", engine.grant_docker_access),
    ("restart-docker", "Restart Docker", engine.restart_docker),
    ("set-docker-api-version", "Speak the engine's API version", engine.set_docker_api_version),
    ("reach-docker-endpoint", "Make the engine reachable for this tool", engine.reach_docker_endpoint),
    ("fix-docker-context", "Use a Docker context that exists", engine.fix_docker_context),
)


_remedy = RemedyRows(Site, refused).row

REMEDIES: tuple[Remedy[Evidence], ...] = (
    *(_remedy(*row) for row in ENGINE),
    _remedy(
        "create-network",
        "Create the Docker network",
        networks.create_network,
        fits=networks.network_is_missing,
    ),
    _remedy("connect-network", "Put the container on the network", networks.connect_network),
    _remedy("run-container", "Create and start the container", containers.run_container),
    _remedy("start-container", "Start the container", containers.start_container, is_sure=True),
    _remedy("restart-container", "Restart the container", containers.restart_container),
    _remedy("unpause-container", "Unpause the container", containers.unpause_container, is_sure=True),
    _remedy("stop-crash-loop", "Stop the restarts and read the log", containers.stop_crash_loop),
    _remedy("raise-memory-limit", "Raise the container's memory limit", containers.raise_memory_limit),
)
