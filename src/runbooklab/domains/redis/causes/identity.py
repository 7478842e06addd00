"""Whether the Redis that answers is the one that is meant."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domains.address.meant import REDIS_LIKE
from runbooklab.domains.address.readings.address import place, url_port
from runbooklab.domains.container.readings.containers import asks_for_port, is_running, others
from runbooklab.domains.container.readings.networks import host_network, owner_of
from runbooklab.domains.container.readings.restarts import is_settled
from runbooklab.domains.endpoint.readings.listeners import owner_words
from runbooklab.domains.redis.causes.preconditions import client_is, of_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.readings.conversation import server_codes
from runbooklab.domains.redis.readings.destination import to_container, to_this_host
from runbooklab.domains.redis.readings.identity import of_one_master, run_ids
from runbooklab.domains.redis.readings.listeners import is_redis
from runbooklab.domains.redis.readings.port_holder import foreign_listener
from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.records import Listener


@client_is("pong", "error")
@of_container
def wrong_redis_answering(e: Evidence, found: Container) -> Ruling:
    owners = {owner_of(e, address) for address in client_addresses(e)} - {"", found.name}
    by_address = len(owners) == 1 and is_running(found)
    if to_container(e) or not (to_this_host(e) or asks_for_port(found, url_port(e)) or by_address):
        return RuledOut(f"{place(e)} is not a port of this host.")
    if not is_settled(e):
        return Untested("Not observed: a moment at which the container is at rest.")
    holder = foreign_listener(e)
    who = f" The port belongs to {owner_words(holder)}." if holder else ""
    if by_address and not holder:
        who = f" The address belongs to container {next(iter(owners))}."
    if not is_running(found):
        if not asks_for_port(found, url_port(e)):
            return RuledOut(
                f"Container {found.name} is {found.state} and does not ask for port {url_port(e)}."
            )
        return Supported(
            f"A Redis answers at {place(e)} while container {found.name} is {found.state}.{who}",
            ("redis-identity", "redis-container"),
            0.9,
            f"Another Redis answers at {place(e)}; container {found.name} is {found.state}.",
        )
    return _compare_identities(e, found, holder, who)


def _is_redis_server(e: Evidence, holder: Listener) -> bool:
    """Whether a listener is a Redis of its own, and not something that may pass connections on."""
    images = {other.name: other.image for other in others(e)}
    return is_redis(holder.process) or any(kind in images.get(holder.container, "") for kind in REDIS_LIKE)


def _compare_identities(e: Evidence, found: Container, holder: Listener | None, who: str) -> Ruling:
    inside, (through, within) = e.inside.value, run_ids(e)
    same_port = asks_for_port(found, url_port(e))
    summary = f"The Redis that answers at {place(e)} is not the one in container {found.name}."
    if through and within:
        if through == within:
            return RuledOut(f"The same server answers through the URL and in container {found.name}.")
        if of_one_master(e):
            return RuledOut(f"Container {found.name} replicates the server that the URL leads to, or is it.")
        return Supported(
            f"The server at {place(e)} has run id {through[:8]}…, the one in container {found.name} "
            f"{within[:8]}….{who}",
            ("redis-identity",),
            0.97,
            summary,
        )
    if holder and _is_redis_server(e, holder) and not host_network(found):
        return Supported(
            f"Port {url_port(e)} does not lead to container {found.name}.{who}",
            ("redis-identity", "port-owner"),
            0.85,
            summary,
        )
    if inside and inside.code == "PONG" and "NOAUTH" in server_codes(e) and not same_port:
        return Supported(
            f"The server at {place(e)} asks for a password, the one in container {found.name} does not.",
            ("redis-identity",),
            0.85,
            summary,
        )
    return Untested("Not observed: the run id through the URL and in the container.")
