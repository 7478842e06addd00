"""The name in the URL, as this host resolves it."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.readings.address import NOWHERE
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.address.records import NameResolution
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed


def name_resolution(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    name = e.name.value
    if name is None:
        return absent(e, e.name, "The name")
    return only_in_docker(e, name) if in_container(e) and name.outcome in NOWHERE else resolved(name)


def only_in_docker(e: Evidence, name: NameResolution) -> Judgement:
    """Said of a name that leads nowhere on this host, and is looked up in the client's container."""
    return skipped(
        f"{name.host} does not resolve on this host, and need not: "
        f"the orchestrator runs in container {e.target.orchestrator_container}."
    )


def resolved(name: NameResolution, place_of_it: str = "") -> Judgement:
    """What a resolver said; ``place_of_it`` says where it was asked: " inside container x"."""
    facts = {"Name": name.host}
    if name.addresses:
        facts["Addresses"] = ", ".join(name.addresses)
    if name.outcome == "not-applicable":
        return skipped("The URL holds no name to resolve.")
    if name.outcome == "literal":
        return ok(f"{name.host} is an address: there is no name to resolve.", facts=facts)
    if name.outcome == "resolved":
        return ok(f"{name.host} resolves{place_of_it} to {listed(name.addresses)}.", facts=facts)
    if name.outcome == "temporary-failure":
        return critical(
            f"The name server did not answer for {name.host}{place_of_it}: {name.message}.", facts=facts
        )
    return critical(f"The name {name.host} is not known{place_of_it}.", facts=facts)
