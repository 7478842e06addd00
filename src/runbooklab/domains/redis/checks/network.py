"""The Docker network that Redis and the orchestrator share."""

from __future__ import annotations

from runbooklab.domain.judgement import critical, ok, skipped, table, warning
from runbooklab.domains.docker.meant import is_default, source_words
from runbooklab.domains.docker.readings.containers import container as redis_container
from runbooklab.domains.docker.readings.containers import orchestrator
from runbooklab.domains.docker.readings.networks import network_names
from runbooklab.domains.redis.checks.not_reached import absent_in_docker
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import in_container
from runbooklab.domains.redis.readings.destination import outside_docker
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.observe.docker.records import Container, NetworkLook
from runbooklab.words import be, listed


def docker_network(e: Evidence) -> Judgement:
    name, look = e.target.docker_network, e.network.value
    if not name:
        return skipped("No Docker network is named.")
    if look is None:
        return absent_in_docker(e, e.network, f"Network {name}")
    found = redis_container(e)
    shown = (_attachments(found),) if found and found.networks else ()
    if look.found is None:
        return _missing(e, look, found)
    asked, name = name, look.found.name
    facts = {
        "Network": name,
        "Asked for": f"{source_words(e.target, 'docker_network')}, which is not there; {look.meant_because}"
        if asked != name
        else source_words(e.target, "docker_network"),
        "Driver": look.found.driver,
        "Internal": "yes" if look.found.internal else "no",
        "Subnets": ", ".join(look.found.subnets),
        "Containers": ", ".join(f"{each} ({ip})" for each, ip in look.found.containers.items()) or "none",
    }
    more = {"facts": facts, "tables": shown}
    client = orchestrator(e)
    apart = [each.name for each in (found, client) if each is not None and not _attached(each, name)]
    if not apart:
        there = [each.name for each in (found, client) if each is not None]
        return ok(
            f"Network {name} exists" + (f", and {listed(there)} {be(there)} on it." if there else "."), **more
        )
    said = f"Network {name} exists, but {listed(apart)} {be(apart)} not on it."
    if in_container(e) and found and client and not network_names(found) & network_names(client):
        return critical(said, **more)
    return warning(said, **more)


def _missing(e: Evidence, look: NetworkLook, found: Container | None) -> Judgement:
    facts = {"Networks on this engine": listed(look.names, 20)}
    elsewhere = outside_docker(e)
    if elsewhere and found is None:
        return skipped(
            f"There is no network named {look.name}, and nothing needs it: {elsewhere}.", facts=facts
        )
    depends = any(each.network_mode == look.name for each in (found, orchestrator(e)) if each)
    if is_default(e.target, "docker_network") and not depends:
        return skipped(
            f"There is no network named {look.name}, which is the runbook's default and nobody's choice.",
            facts=facts,
        )
    if in_container(e):
        return critical(f"There is no Docker network named {look.name}.", facts=facts)
    return warning(f"There is no Docker network named {look.name}; this host does not need it.", facts=facts)


def _attached(found: Container, name: str) -> bool:
    return name in network_names(found) or found.network_mode == "host"


def _attachments(found: Container) -> Table:
    rows = [
        (net.network, net.ip or "none while it does not run", ", ".join(net.aliases))
        for net in found.networks
    ]
    return table(("Network", "Address", "Names"), rows, f"Networks of {found.name}")
