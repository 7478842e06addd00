"""The Docker network that Redis and the orchestrator share."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.judgement import skipped
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.checks import network as docker
from runbooklab.domains.container.readings.containers import container as redis_container
from runbooklab.domains.container.readings.containers import orchestrator
from runbooklab.domains.container.readings.networks import network_names
from runbooklab.domains.redis.checks.not_reached import absent_in_docker
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.destination import outside_docker
from runbooklab.model.conclusions import Judgement


def docker_network(e: Evidence) -> Judgement:
    """What Docker says of it, as far as the client needs the network."""
    said, name, look = docker.docker_network(e), e.target.docker_network, e.network.value
    if name and look is None:
        return absent_in_docker(e, e.network, f"Network {name}")
    if name and look is not None and look.found is None:
        return _missing(e, said, name)
    apart = said.status == "warning" and in_container(e) and _share_nothing(e)
    return replace(said, status="critical") if apart else said


def _missing(e: Evidence, said: Judgement, name: str) -> Judgement:
    elsewhere = outside_docker(e)
    if elsewhere and redis_container(e) is None:
        return skipped(
            f"There is no network named {name}, and nothing needs it: {elsewhere}.", facts=said.facts
        )
    if said.status != "critical" or in_container(e):
        return said
    unharmed = f"{said.summary.removesuffix('.')}; this host does not need it."
    return replace(said, status="warning", summary=unharmed)


def _share_nothing(e: Evidence) -> bool:
    found, client = redis_container(e), orchestrator(e)
    return found is not None and client is not None and not network_names(found) & network_names(client)
