"""Where a connection to some addresses ends: on this host, in the container, or on another machine."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domains.address.readings.address import NOWHERE, url_host
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.container.readings.networks import gateways, in_docker_range
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.observe.net.addresses import HOST_NAMES, is_loopback


def addresses(e: Evidence) -> tuple[str, ...]:
    """What the URL's host stands for on this host; empty if that is not known."""
    return e.name.value.addresses if e.name.value else ()


def is_this_host(e: Evidence, tried: Sequence[str]) -> bool:
    """Whether one of these addresses, or the name in the URL, is this host's."""
    here = set(e.host_addresses) | gateways(e)
    return url_host(e).lower() in HOST_NAMES or any(each in here or is_loopback(each) for each in tried)


def is_the_container(e: Evidence, tried: Sequence[str]) -> bool:
    """Whether one of these addresses is the container's own, past every published port."""
    found = container(e)
    return found is not None and not set(tried).isdisjoint(net.ip for net in found.networks if net.ip)


def is_elsewhere(e: Evidence, tried: Sequence[str]) -> bool:
    """Whether these addresses are known to be another machine's; False if there are none."""
    if not tried or is_this_host(e, tried) or is_the_container(e, tried):
        return False
    return not any(is_loopback(each) or in_docker_range(e, each) for each in tried)


def in_docker_only(e: Evidence) -> bool:
    """Whether the URL is one for clients in Docker: this host does not resolve its host's name.

    Its client is in a container then, and goes past the ports of this host.
    """
    name = e.name.value
    return in_container(e) and name is not None and name.outcome in NOWHERE
