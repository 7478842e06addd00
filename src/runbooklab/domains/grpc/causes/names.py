"""The address that the orchestrator is given: does it lead to the worker."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.meant import BUILT_IN_NETWORKS
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.probes.table import CONTAINERS
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.readings.client import is_alive, is_unresolved
from runbooklab.domains.grpc.readings.said import said
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.domains.grpc.records import Containers
from runbooklab.domains.grpc.signs.texts import TEXTS
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import is_ip
from runbooklab.words import listed

_NAME = ("worker-name",)


def _by_whom(w: Worker) -> str:
    return f"{w.end.key} is registered at" if w.end.key else "The worker's address is"


def advertised_unroutable(w: Worker) -> Ruling:
    """An address that means the caller itself, in the orchestrator's container."""
    host = w.end.host
    own = host.lower() == "localhost" or places.is_loopback(host) or places.is_any(host)
    if not own and not places.is_link_local(host):
        return RuledOut(f"{host} is no address that only the worker itself can use.")
    if not w.from_container and own:
        return RuledOut("The orchestrator runs on this host, where such an address is right.")
    if w.walk is None:
        return Untested(f"The way to {w.end.address} was not seen {w.client}.")
    if w.greets or w.speaks_tls:
        return RuledOut(f"{w.end.address} answers {w.client}.")
    if own and w.connects:
        return RuledOut(f"Something in the orchestrator's own container listens at {w.end.address}.")
    what = "means the orchestrator's own container there" if own else "is valid on one link only"
    return Supported(
        f"{_by_whom(w)} {w.end.address}, which {what}: {listed(list(w.outcomes) or ['not tried'])}"
        f" {w.client}.",
        ("worker-name", "worker-port"),
        0.96,
        f"The worker is advertised as {w.end.address}, which {what}; the orchestrator cannot reach it.",
    )


def address_stale(w: Worker) -> Ruling:
    """An IP address that nobody has any more."""
    host = w.end.host
    if not is_ip(host):
        return RuledOut(f"{host} is a name.")
    if w.walk is None:
        return Untested(f"The way to {w.end.address} was not seen {w.client}.")
    if w.greets or w.leads_here or places.is_loopback(host) or places.is_any(host):
        return RuledOut(f"{host} belongs to this host, or answers.")
    known = w.known or (Containers() if _no_engine(w.e) else None)
    if known is None:
        return Untested(why_missing(w.e, CONTAINERS))
    owner = known.owners.get(places.plain(host), "")
    named = w.named
    if owner and (named is None or owner == named.name):
        return RuledOut(f"{host} is the address of container {owner}.")
    own = [net.ip for net in named.networks if net.ip] if named is not None else []
    network = places.subnet_of(known, host)
    if not own and not network:
        return _of_nobody_here(w)
    who = f"belongs to container {owner}" if owner else "belongs to no container and no interface"
    has = f"; container {named.name} has {listed(own)}" if named is not None and own else ""
    where = f" (it is in the subnet of {network})" if network and not has else ""
    return Supported(
        f"{_by_whom(w)} {w.end.address}: {host} {who}{where}{has}.",
        ("worker-name", "worker-port"),
        0.95 if own else 0.85,
        f"The worker's address {w.end.address} is out of date: {host} {who}{has}.",
    )


def _of_nobody_here(w: Worker) -> Ruling:
    """An address outside Docker's networks: its owner may be a host that is down."""
    host = w.end.host
    if not (w.times_out or w.has_no_route):
        return Untested(
            f"Whose address {host} is, is not known: it is neither this host's nor a container's."
        )
    how = "there is no route to it" if w.has_no_route else "nothing answers there"
    return Supported(
        f"{_by_whom(w)} {w.end.address}: {host} belongs to no container and no interface, and {how}"
        f" {w.client}.",
        ("worker-name", "worker-port"),
        0.7,
        f"The worker's address {w.end.address} leads nowhere: {host} belongs to no container and no interface"
        f" here, and {how}. It is out of date, or its host is down.",
    )


def _unresolved(w: Worker) -> bool:
    return w.walk is not None and w.walk.name.outcome in ("not-found", "temporary-failure")


def _of_that_name(w: Worker) -> tuple[Container | None, bool]:
    """The container that goes by the endpoint's host, and whether there is one at all."""
    known = w.known
    if known is None:
        return None, False
    found = places.named(known, w.end.host)
    return found, found is not None or w.end.host in known.names


def _no_engine(e: Evidence) -> bool:
    return e.docker.value is not None and e.docker.value.outcome in ("unreachable", "context-missing")


def hostname_unresolvable(w: Worker) -> Ruling:
    if not _unresolved(w):
        return RuledOut(f"{w.end.host} leads to {listed(list(w.addresses)) if w.addresses else 'no place'}.")
    if w.known is None and not _no_engine(w.e):
        return Untested(why_missing(w.e, CONTAINERS))
    if _of_that_name(w)[1]:
        return RuledOut(f"{w.end.host} is the name of a container.")
    assert w.walk is not None
    message = w.walk.name.message.rstrip(".") or w.walk.name.outcome
    return Supported(
        f"{w.end.host} does not resolve {w.client} ({message}), and no container has that name.",
        _NAME,
        0.95,
        f"The worker's name {w.end.host} does not exist: it does not resolve {w.client}.",
    )


def container_name_from_host(w: Worker) -> Ruling:
    if w.e.target.orchestrator_container:
        return RuledOut("The orchestrator is a container itself.")
    if not _unresolved(w):
        return RuledOut(f"{w.end.host} resolves on this host.")
    if w.known is None:
        return Untested(why_missing(w.e, CONTAINERS))
    found, is_one = _of_that_name(w)
    if not is_one:
        return RuledOut(f"No container is named {w.end.host}.")
    bound = places.tcp_bindings(found) if found is not None else ()
    published = [f"{each.host_ip}:{each.host_port}" for each in bound]
    has = f"; it is published at {listed(published)}" if published else "; none of its ports is published"
    return Supported(
        f"{w.end.host} is a container's name, which Docker's networks know and this host does not{has}.",
        _NAME,
        0.96,
        f"The worker is called by its container's name {w.end.host} from this host, which does not know that"
        " name.",
    )


def network_not_shared(w: Worker) -> Ruling:
    """Two containers without a network in common."""
    client = w.orchestrator
    if not w.from_container:
        return RuledOut("The orchestrator is no container with a network of its own.")
    if w.known is None:
        return Untested(why_missing(w.e, CONTAINERS))
    if client is None:
        return Untested("The orchestrator's container was not seen.")
    if w.walk is not None and (w.connects or w.is_refused):
        return RuledOut(f"{w.end.address} can be reached {w.client}.")
    found = places.named(w.known, w.end.host) or places.with_address(w.known, w.end.host)
    if found is None:
        return RuledOut(f"{w.end.host} is no container's name or address.")
    if found.network_mode == "host":
        return RuledOut(f"Container {found.name} has this host's network.")
    own = {net.network for net in client.networks}
    theirs = {net.network for net in found.networks}
    if (own & theirs) - BUILT_IN_NETWORKS:
        return RuledOut(f"{client.name} and {found.name} share {listed(sorted(own & theirs))}.")
    if is_ip(w.end.host) and own & theirs:
        return RuledOut(f"{client.name} and {found.name} are both on {listed(sorted(own & theirs))}.")
    if w.walk is None and is_ip(w.end.host):
        return Untested(f"The way to {w.end.address} was not seen {w.client}.")
    return Supported(
        f"{client.name} is on {listed(sorted(own)) if own else 'no network'}, {found.name} is on "
        f"{listed(sorted(theirs)) if theirs else 'no network'}: they share none that somebody made.",
        _NAME,
        0.96 if w.walk is not None else 0.85,
        f"The orchestrator {client.name} and the worker {found.name} are not on a common Docker network.",
        parameters={"container": found.name},
    )


def resolver_mismatch(w: Worker) -> Ruling:
    own, system = w.client_call("ares"), w.client_call("native")
    clients = w.e.clients.value
    if clients is not None and clients.set_to == "native" and not w.from_container:
        return RuledOut("gRPC asks the system's resolver here (GRPC_DNS_RESOLVER=native).")
    if own and system and not w.from_container and is_alive(system) and is_unresolved(own):
        return Supported(
            f"With gRPC's own resolver a client gets {own.code} ({own.details}); with the system's it gets"
            f" {system.code} from the same worker.",
            ("worker-client",),
            0.95,
            f"gRPC's own resolver does not find {w.end.host}, which the system knows.",
        )
    line = said(w.e, TEXTS["dns-resolver-mismatch"])
    if line is None:
        return RuledOut("No text speaks of gRPC's own resolver.")
    if w.walk is None:
        return Untested(f"The way to {w.end.address} was not seen {w.client}.")
    if not w.addresses:
        return RuledOut(f"{w.end.host} is no name that this host's resolver knows.")
    if is_ip(w.end.host):
        return Supported(
            f"{line.source[:1].upper()}{line.source[1:]} says: {line.line}; {w.end.address} itself is called"
            " by its address.",
            ("worker-limits",),
            0.7,
            "gRPC's own resolver fails on a name, as the text says.",
        )
    return Supported(
        f"{w.end.host} resolves to {listed(list(w.addresses))} {w.client}, and {line.source} says:"
        f" {line.line}.",
        _NAME,
        0.85,
        f"gRPC's own resolver fails on {w.end.host}, which the system's resolver knows.",
    )
