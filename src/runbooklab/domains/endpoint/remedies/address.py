"""The plan for a URL that does not lead to where the container is published."""

from __future__ import annotations

from runbooklab.domain.steps import Steps
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.address.remedies.again import of_runbook
from runbooklab.domains.address.remedies.config_file import fix_config_file
from runbooklab.domains.address.remedies.redis_url import changed, with_place
from runbooklab.domains.container.readings.containers import tcp_bindings
from runbooklab.domains.endpoint.readings.destination import addresses
from runbooklab.domains.endpoint.readings.listeners import covers
from runbooklab.domains.endpoint.remedies.place import Place


def fix_redis_url(place: Place) -> Steps:
    """The URL with the port and the address on which the container is published."""
    e, again = place.e, of_runbook(place.e, "port-conflicts")
    address = e.address.value
    if address is None:
        return fix_config_file(e, again=again)
    new = address.suggestion if address.problem else _where_published(place, address)
    return changed(e, address, new, again)


def _where_published(place: Place, address: RedisAddress) -> str:
    """The URL with the place at which the container's port is published; "" if there is none."""
    bindings = tcp_bindings(place.found) if place.found is not None and address.port else ()
    there = [
        (each.host_ip, each.host_port)
        for each in bindings
        if each.container_port == place.inside and each.host_port
    ]
    if not there:
        return ""
    ip, port = min(there, key=lambda at: at[1] != place.port)
    stays = any(covers(ip, tried) for tried in addresses(place.e))
    return with_place(address.text, address.host if stays else ip, port)
