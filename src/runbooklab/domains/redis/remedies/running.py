"""What a container runs and where it can be reached, as ``docker run`` takes it."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domains.container.readings.networks import gateways
from runbooklab.domains.container.remedies import made_with
from runbooklab.domains.container.remedies.made_with import address_prefix
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.readings.client import client_addresses, client_name
from runbooklab.domains.redis.readings.destination import to_this_host
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.options import groups
from runbooklab.observe.docker.records import Container, RunOption
from runbooklab.observe.net.addresses import host_is_loopback, is_ip

LOOPBACK = "127.0.0.1"


def publish(site: Site, host_port: int, inside: int) -> str:
    """``-p`` for the address that the URL names and no other: opening more is a person's choice."""
    return f"{address_prefix(address_of_client(site))}{host_port}:{inside}"


def opens_at(site: Site, address: str) -> str:
    """To whom a port opened at ``address`` of this host is open ("" for all), as a sentence after a space."""
    password = "" if site.needs_password else " without a password, unless Redis has one that was not seen"
    if not address:
        return " It is open on all addresses of this host, as before."
    if host_is_loopback(address):
        return " It takes connections of this host only."
    return f" Whoever reaches {address} may use Redis{password}."


def address_of_client(site: Site) -> str:
    """The address of this host at which the client looks for Redis; loopback unless it needs another."""
    host = site.url_host
    if site.client:
        return _own_address(site)
    if not host or (host_is_loopback(host) and host != "::1"):
        return LOOPBACK
    if host == "::1" or (is_ip(host) and host in site.e.host_addresses):
        return host
    return LOOPBACK if not site.e.name.value else _own_address(site)


def _own_address(site: Site) -> str:
    """The address of this host that the client is led to by the URL's name; loopback if to none."""
    look = client_name(site.e)
    led = client_addresses(site.e) if site.client else look.addresses if look else ()
    here = {*site.e.host_addresses, *gateways(site.e)}
    own = [address for address in led if address in here]
    if site.client and not own and to_this_host(site.e) and is_ip(site.host_for_client):
        return site.host_for_client
    return own[0] if own and not all(host_is_loopback(address) for address in own) else LOOPBACK


# --- the command ---------------------------------------------------------------------------------


def own_words(found: Container) -> tuple[RunOption, ...]:
    """The words after the image that the container was made with; none if they are the image's."""
    words = made_with.own_words(found)
    by_image = found.options is None and [word.value for word in words] == ["redis-server"]
    return () if by_image else words


def setting_of(group: Sequence[RunOption]) -> str:
    """The setting that a group gives: ``maxmemory`` of ``--maxmemory 100mb``; "" of what is no option."""
    first = group[0].value
    return first.lstrip("-").lower() if first.startswith("-") else ""


def setting_value(found: Container, name: str) -> str:
    """What the container's command gives a setting, as text; "" if it gives none."""
    group = next((group for group in groups(own_words(found)) if setting_of(group) == name), ())
    return " ".join(word.value for word in group[1:])


def without_settings(found: Container, names: Sequence[str]) -> tuple[RunOption, ...]:
    """The container's own words without these settings."""
    return tuple(
        word for group in groups(own_words(found)) if setting_of(group) not in names for word in group
    )


def words_that_listen(found: Container) -> tuple[RunOption, ...] | None:
    """The words without ``--port 0``, if that keeps Redis from listening anywhere; else None."""
    parts = groups(own_words(found))
    deaf = [
        group
        for group in parts
        if setting_of(group) == "port" and [word.value for word in group[1:]] == ["0"]
    ]
    if not deaf or any(setting_of(group) == "tls-port" for group in parts):
        return None
    return tuple(word for group in parts if group not in deaf for word in group)


# --- networks ------------------------------------------------------------------------------------


def connect(site: Site, network: str, found: Container | None) -> str:
    """The command that puts the Redis container on a network, under the name that the URL uses too."""
    known = {site.name} if found is None else {found.name}
    alias = ("--alias", site.url_host) if site.client and _is_name(site.url_host, known) else ()
    return command("docker", "network", "connect", *alias, network, site.name)


def _is_name(host: str, known: set[str]) -> bool:
    return (
        bool(host) and host not in known and host != "localhost" and not host[0].isdigit() and ":" not in host
    )
