"""The networks of a container, as ``docker create`` and ``docker network connect`` take them."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.observe.docker.records import Attachment, Container


def has_own_network(found: Container) -> bool:
    """Whether it has a network namespace of its own, as Docker makes one."""
    return found.network_mode != "host" and not found.network_mode.startswith("container:")


def has_ports(found: Container) -> bool:
    """Whether it can publish a port."""
    return has_own_network(found) and _mode(found) != "none"


def first_network(found: Container) -> list[str]:
    """The options of ``docker create`` for the network that it is made on."""
    mode = _mode(found)
    joined = next((net for net in found.networks if net.network == mode), None)
    if mode == "bridge":
        return []
    if joined is None or mode == "none":
        return ["--network", mode]
    alias = [word for name in own_aliases(found, joined) for word in ("--network-alias", name)]
    return ["--network", mode, *alias, *fixed(joined)]


def later_networks(found: Container) -> Iterator[tuple[str, ...]]:
    """Options and name for ``docker network connect``, one tuple for each network."""
    mode = _mode(found)
    for net in found.networks:
        if net.network not in (mode, "none") and has_own_network(found):
            alias = (word for name in own_aliases(found, net) for word in ("--alias", name))
            yield (*alias, *fixed(net), net.network)


def own_aliases(found: Container, net: Attachment) -> list[str]:
    """The names it was given there, without those that Docker gives by itself."""
    by_itself = {found.name, found.id, found.id[:12]}
    hostnames = {option.value for option in found.options or () if option.option == "--hostname"}
    return [alias for alias in net.aliases if alias not in by_itself | hostnames]


def fixed(net: Attachment) -> list[str]:
    """The options for the addresses that it was given there by a person."""
    return [
        *(["--ip", net.fixed_ip] if net.fixed_ip else []),
        *(["--ip6", net.fixed_ip6] if net.fixed_ip6 else []),
    ]


def _mode(found: Container) -> str:
    """The network it is made on: its own unless it has left that for another since."""
    joined = [net.network for net in found.networks if net.network != "none"]
    usual = "bridge" if found.network_mode in ("", "default") else found.network_mode
    elsewhere = joined and usual not in joined and has_own_network(found)
    return joined[0] if elsewhere else usual
