"""The Docker network that the target names, and who is on it."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, warning
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import is_default, source_words
from runbooklab.domains.container.readings.containers import container, orchestrator
from runbooklab.domains.container.readings.networks import is_on
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.observe.docker.records import Container, Network, NetworkLook
from runbooklab.words import be, listed


def docker_network(e: Evidence) -> Judgement:
    name, look = e.target.docker_network, e.network.value
    if not name:
        return skipped("No Docker network is named.")
    if look is None:
        return absent(e, e.network, f"Network {name}")
    return _missing(e, look) if look.found is None else _judged(e, look, look.found)


def _missing(e: Evidence, look: NetworkLook) -> Judgement:
    facts = {"Networks on this engine": listed(look.names, 20)}
    depends = any(each.network_mode == look.name for each in (container(e), orchestrator(e)) if each)
    if is_default(e.target, "docker_network") and not depends:
        return skipped(
            f"There is no network named {look.name}, which is the runbook's default and nobody's choice.",
            facts=facts,
        )
    return critical(f"There is no Docker network named {look.name}.", facts=facts)


def _judged(e: Evidence, look: NetworkLook, network: Network) -> Judgement:
    """A network that exists: are the containers that should be on it there?"""
    found = container(e)
    asked = source_words(e.target, "docker_network")
    facts = {
        "Network": network.name,
        "Asked for": f"{asked}, which is not there; {look.meant_because}"
        if look.name != network.name
        else asked,
        "Driver": network.driver,
        "Internal": "yes" if network.internal else "no",
        "Subnets": ", ".join(network.subnets),
        "Containers": ", ".join(f"{each} ({ip})" for each, ip in network.containers.items()) or "none",
    }
    shown = (_attachments(found),) if found and found.networks else ()
    both = [each for each in (found, orchestrator(e)) if each is not None]
    apart = [each.name for each in both if not is_on(each, network.name)]
    if apart:
        said = f"Network {network.name} exists, but {listed(apart)} {be(apart)} not on it."
        return warning(said, facts=facts, tables=shown)
    there = [each.name for each in both]
    said = f"Network {network.name} exists" + (f", and {listed(there)} {be(there)} on it." if there else ".")
    return ok(said, facts=facts, tables=shown)


def _attachments(found: Container) -> Table:
    rows = [
        (net.network, net.ip or "none while it does not run", ", ".join(net.aliases))
        for net in found.networks
    ]
    return table(("Network", "Address", "Names"), rows, f"Networks of {found.name}")
