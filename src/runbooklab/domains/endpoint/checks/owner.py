"""Who has the port of this host."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.container.meant import container_name, is_default, publishes
from runbooklab.domains.container.readings.containers import container, is_running
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import addresses, in_docker_only, is_elsewhere
from runbooklab.domains.endpoint.readings.holder import container_of, holder
from runbooklab.domains.endpoint.readings.listeners import host_listeners, is_proxy, owner_words
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.observe.host.records import Listener
from runbooklab.words import listed


def port_owner(e: Evidence) -> Judgement:
    stop = no_url(e) or not_of_this_host(e)
    if stop:
        return stop
    if e.listeners.value is None:
        return absent(e, e.listeners, "Who listens on the port")
    here = host_listeners(e)
    if not here:
        return _nobody(e, e.listeners.value.port)
    foreign = holder(e)
    if foreign is not None:
        return _foreign(e, foreign, (listeners_table(here),))
    seen = owned(e, here)
    return seen if seen.status != "ok" else _meant(e, here, seen)


def not_of_this_host(e: Evidence) -> Judgement | None:
    """The judgement on ports of this host if the URL leads past all of them; else None."""
    if in_docker_only(e):
        return skipped(f"{place(e)} is inside Docker, past the ports of this host.")
    if e.host_addresses and is_elsewhere(e, addresses(e)):
        return skipped(f"{place(e)} is another machine: its listeners cannot be seen from here.")
    return None


def owned(e: Evidence, here: tuple[Listener, ...]) -> Judgement:
    """Who the listeners at the port are, as far as their owners are seen."""
    seen, shown = e.listeners.value, (listeners_table(here),)
    port = here[0].port
    if not any(listener.process or listener.container for listener in here):
        hidden = seen is not None and not seen.owners_visible
        hint = ": other users' processes are hidden from this one" if hidden else ""
        return unknown(f"Something listens on port {port}, but its owner cannot be seen{hint}.", tables=shown)
    owners = list(dict.fromkeys(owner_words(listener) for listener in here))
    return ok(f"Port {port} belongs to {listed(owners)}.", tables=shown)


def _nobody(e: Evidence, port: int) -> Judgement:
    found = container(e)
    connects = any(attempt.outcome == "connected" for attempt in e.tcp.value or ())
    if not connects:
        return ok(f"Nothing on this host listens on port {port}: it is free.")
    if found is not None and is_running(found) and publishes(found, port):
        return ok(
            f"Port {port} belongs to container {found.name}: the kernel passes its connections on to it."
        )
    return unknown(f"Port {port} takes connections, and who listens there cannot be seen.")


def _foreign(e: Evidence, listener: Listener, shown: tuple[Table, ...]) -> Judgement:
    """The port belongs to something other than the container."""
    said, name = f"Port {listener.port} belongs to {owner_words(listener)}", container_name(e)
    if not name:
        return unknown(
            f"{said}; no container is named (redis_container), so nothing says whose it should be.",
            tables=shown,
        )
    if e.container.value is None:
        return unknown(f"{said}; container {name} was not observed.", tables=shown)
    if container(e) is None and is_default(e.target, "redis_container"):
        return unknown(
            f"{said}; there is no container {name}, the default, so nothing says whose it should be.",
            tables=shown,
        )
    return critical(f"{said}, not to container {name}.", tables=shown)


def _meant(e: Evidence, here: tuple[Listener, ...], seen: Judgement) -> Judgement:
    """The port belongs to nothing else that is known: whether it is the container's."""
    found = container(e)
    if found is None or not is_running(found):
        name = container_name(e)
        why = f"whether that is container {name} was not observed" if name else "no container is named"
        return unknown(f"{seen.summary.rstrip('.')}; {why}.", tables=seen.tables)
    proxy = next((listener for listener in here if is_proxy(listener)), None)
    is_its_own = any(container_of(e, listener) for listener in here) or publishes(found, here[0].port)
    if not is_its_own:
        return seen
    through = f", through {proxy.process}" + (f" (pid {proxy.pid})" if proxy.pid else "") if proxy else ""
    return ok(f"Port {here[0].port} belongs to container {found.name}{through}.", tables=seen.tables)


def listeners_table(listeners: tuple[Listener, ...], caption: str = "Listeners") -> Table:
    """The listeners, a row each."""
    rows = [
        (
            listener.address,
            str(listener.port),
            listener.protocol,
            listener.process or "not visible",
            "" if listener.pid is None else str(listener.pid),
            listener.forwards_to,
            listener.container,
        )
        for listener in listeners
    ]
    return table(("Address", "Port", "Protocol", "Process", "PID", "Forwards to", "Container"), rows, caption)
