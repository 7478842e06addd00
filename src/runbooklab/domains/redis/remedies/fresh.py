"""A Redis container that is not there yet: made so that the client's URL works, and open to nobody else."""

from __future__ import annotations

import re

from runbooklab.domain.steps import Steps
from runbooklab.domains.address.records import DEFAULT_PORT, RedisAddress
from runbooklab.domains.container.meant import BUILT_IN_NETWORKS
from runbooklab.domains.container.readings.containers import orchestrator
from runbooklab.domains.container.readings.networks import network_names
from runbooklab.domains.container.remedies.containers import run_by_compose
from runbooklab.domains.container.shell import ASK, PASSWORD, TYPED, command
from runbooklab.domains.redis.readings.destination import to_this_host
from runbooklab.domains.redis.remedies.running import publish
from runbooklab.domains.redis.remedies.site import DEFAULT_IMAGE, Site
from runbooklab.observe.net.addresses import host_is_loopback, is_ip

#: A user name that needs no quoting in Redis' configuration.
_USER = re.compile(r"[A-Za-z0-9_.@-]+")


def run_container(site: Site) -> Steps:
    look = site.e.container.value
    by_file = run_by_compose(site, look)
    if by_file is not None:
        return by_file
    absent = look is not None and look.found is None and look.image_present is False
    pull = (command("docker", "pull", DEFAULT_IMAGE),) if absent else ()
    return Steps(
        commands=(*pull, *run_fresh(site)),
        changes=f"Creates and starts the container {site.name}. {made_as(site)} If an earlier one was made "
        "with more (a configuration file, other users, a Compose file), make it by that instead.",
        confirm=(site.logs, site.ping),
        undo=(command("docker", "rm", "-f", site.name),),
        appliable=not absent,
        act=f"Create {site.name}",
    )


def run_fresh(site: Site, host_port: int | None = None) -> tuple[str, ...]:
    """The commands that start a new Redis container, of which nothing is known, as the URL wants it."""
    network, missing = _network(site)
    prepare = [command("docker", "network", "create", network)] if missing else []
    if missing or (network and _is_away(site, network)):
        prepare.append(command("docker", "network", "connect", network, site.client))
    ask = [ASK] if _has_password(site) else []
    guard = TYPED if _has_password(site) else ""
    line = guard + command(
        *("docker", "run", "-d", "--name", site.name),
        *(("--network", network) if network else ()),
        *_alias(site, network),
        *(("-p", _published(site, host_port)) if _is_published(site) else ()),
        *("-v", f"{_volume(site)}:/data", DEFAULT_IMAGE),
        *_words(site),
    )
    return (*prepare, *ask, line)


def made_as(site: Site, host_port: int | None = None) -> str:
    """Where the new Redis can be reached, by whom, and where its data is, as sentences."""
    network, missing = _network(site)
    makes = f" The network {network} is made, and {site.client} joins it." if missing else ""
    where = (
        f"It is published as {_published(site, host_port)} and on no other address of this host."
        if _is_published(site)
        else f"It is published nowhere: {site.client} reaches it on the network {network}."
    )
    who = (
        "It has the password that you type, which has to be the URL's."
        if _has_password(site)
        else "It has no password: whoever reaches it may use it."
    )
    tls = " It speaks no TLS, which the URL asks for." if site.tls_words else ""
    data = f" Its data is in the volume {_volume(site)}, which is made empty unless it is there."
    return f"{where} {who}{tls}{data}{makes}"


def _volume(site: Site) -> str:
    return f"{site.name}-data"


def _address(site: Site) -> RedisAddress | None:
    address = site.e.address.value
    return address if address is not None and not address.problem else None


def _has_password(site: Site) -> bool:
    address = _address(site)
    return address is not None and address.has_password


# --- where it can be reached ---------------------------------------------------------------------


def _is_published(site: Site) -> bool:
    """For a client in a container, only if its URL leads to this host."""
    return not site.client or to_this_host(site.e) or not _network(site)[0]


def _published(site: Site, host_port: int | None) -> str:
    return publish(site, host_port or site.host_port, _port_inside(site))


def _network(site: Site) -> tuple[str, bool]:
    """The network that it is made on ("" for the default), and whether that has to be made first.

    A client on Docker's default bridge alone finds no name there.
    """
    look = site.e.network.value
    if look is None:
        return "", False
    if site.network in look.names:
        return site.network, False
    client = orchestrator(site.e)
    lonely = client is not None and not network_names(client) - BUILT_IN_NETWORKS
    joins = client is not None and client.network_mode != "host" and not client.network_mode.startswith("con")
    return (site.network, True) if lonely and joins and not to_this_host(site.e) else ("", False)


def _is_away(site: Site, network: str) -> bool:
    client = orchestrator(site.e)
    return client is not None and network not in network_names(client) and not to_this_host(site.e)


def _alias(site: Site, network: str) -> tuple[str, ...]:
    """The URL's name, if that is not the container's own."""
    host = site.url_host
    named = network and site.client and host and not host_is_loopback(host) and not is_ip(host)
    return ("--network-alias", host) if named and host != site.name and not to_this_host(site.e) else ()


def _port_inside(site: Site) -> int:
    """Redis' own port: the URL's, if nothing is published in between."""
    address = _address(site)
    direct = not _is_published(site) and address is not None and address.scheme != "unix"
    return address.port if direct and address is not None and address.port else DEFAULT_PORT


# --- its command ---------------------------------------------------------------------------------


def _words(site: Site) -> tuple[str, ...]:
    """What the URL needs besides what the image starts by itself; nothing if that will do."""
    port = ("--port", str(_port_inside(site))) if _port_inside(site) != DEFAULT_PORT else ()
    if _has_password(site):
        return ("redis-server", *port, *_login(site))
    return ("redis-server", *port) if port else ()


def _login(site: Site) -> tuple[str, ...]:
    """The password for everybody, and the URL's own user if it names one."""
    address = _address(site)
    user = address.username if address is not None else ""
    whole = ("--requirepass", PASSWORD)
    if not user or user == "default" or not _USER.fullmatch(user):
        return whole
    return (*whole, "--user", user, "on", f">{PASSWORD}", "~*", "&*", "+@all")
