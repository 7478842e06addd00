"""What must be so before a judge considers the container's port of this host."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from runbooklab.domain.cause import RuledOut, Ruling
from runbooklab.domain.preconditions import needs
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.readings.address import place, url
from runbooklab.domains.container.causes import preconditions as docker
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import addresses, is_this_host
from runbooklab.observe.docker.records import Container

Judge = Callable[[Evidence], Ruling]


def of_port(judge: Judge) -> Judge:
    """Ruled out if the URL names no port of this host."""

    @needs(ADDRESS)
    @wraps(judge)
    def gated(e: Evidence) -> Ruling:
        address = url(e)
        if address is None or address.scheme == "unix":
            return RuledOut("The URL names no port.")
        if not is_this_host(e, addresses(e)):
            return RuledOut(f"{place(e)} is no port of this host.")
        return judge(e)

    return gated


def of_container(judge: Callable[[Evidence, Container], Ruling]) -> Judge:
    """The same, for judges of the container: hands it over, if there is one."""

    return of_port(docker.of_container(judge))


def of_publishing(judge: Callable[[Evidence, Container], Ruling]) -> Judge:
    """The same, for judges of published ports: on the host's network nothing needs publishing."""

    @of_container
    @wraps(judge)
    def gated(e: Evidence, found: Container) -> Ruling:
        if host_network(found):
            return RuledOut(f"Container {found.name} uses the host's network, nothing needs publishing.")
        return judge(e, found)

    return gated
