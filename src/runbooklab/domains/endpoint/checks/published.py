"""What the container asks for and has of this host's ports."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.container.meant import container_name, is_default, source_words
from runbooklab.domains.container.readings.containers import container, is_running, tcp_bindings
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.endpoint.checks.owner import not_of_this_host
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import addresses
from runbooklab.domains.endpoint.readings.listeners import covers
from runbooklab.domains.endpoint.readings.publishing import published_words
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed, short


def port_published(e: Evidence) -> Judgement:
    stop = no_url(e) or not_of_this_host(e)
    if stop:
        return stop
    name, found = container_name(e), container(e)
    if not name:
        return skipped("No container is named (redis_container), so none is asked for its ports.")
    if e.container.value is None:
        return absent(e, e.container, f"The ports of container {name}")
    if found is None:
        judge = unknown if is_default(e.target, "redis_container") else critical
        return judge(f"There is no container named {source_words(e.target, 'redis_container')}.")
    return _of_host(found) if host_network(found) else _published(e, found)


def _of_host(found: Container) -> Judgement:
    said = f"Container {found.name} uses the host's network: its ports are the host's"
    return ok(f"{said}.") if is_running(found) else critical(f"{said}, and it does not run ({found.state}).")


def _published(e: Evidence, found: Container) -> Judgement:
    port, shown = url_port(e), (_table(found),) if found.ports or found.ports_asked else ()
    here = [binding for binding in tcp_bindings(found) if binding.host_port == port]
    if not here:
        return critical(
            f"Container {found.name} does not publish port {port} of this host: {published_words(found)}.",
            tables=shown,
        )
    if not is_running(found):
        reason = f": {short(found.error).rstrip('.')}" if found.error else ""
        return critical(
            f"Container {found.name} asks for port {port} of this host and does not have it: "
            f"it is {found.state}{reason}.",
            tables=shown,
        )
    tried, at = addresses(e), sorted({binding.host_ip for binding in here})
    if tried and not any(covers(ip, address) for ip in at for address in tried):
        return critical(
            f"Container {found.name} publishes port {port} on {listed(at)} only, and the URL leads to "
            f"{listed(tried)}.",
            tables=shown,
        )
    return ok(f"Container {found.name} publishes port {port} of this host.", tables=shown)


def _table(found: Container) -> Table:
    rows = [
        (str(port.container_port), port.protocol, port.host_ip, str(port.host_port or ""))
        for port in found.ports or found.ports_asked
    ]
    return table(("Inside", "Protocol", "Host address", "Host port"), rows, "Ports")
