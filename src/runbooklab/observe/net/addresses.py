"""Hosts and addresses as text: what kind of address it is, and how sentences name it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

#: Names by which a container reaches the host it runs on. Source: Docker Desktop, Podman.
HOST_NAMES = ("host.docker.internal", "gateway.docker.internal", "host.containers.internal")


def parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The text as an IP address; None if it is a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_ip(text: str) -> bool:
    """Whether the text is an IP address, not a name."""
    return parsed(text) is not None


def is_ipv6(address: str) -> bool:
    return ":" in address


def is_loopback(address: str) -> bool:
    ip = parsed(address)
    return ip is not None and ip.is_loopback


def is_any(address: str) -> bool:
    """Whether the address means all addresses (``0.0.0.0``, ``::``, ``*`` or none)."""
    ip = parsed(address)
    return address in ("", "*") or (ip is not None and ip.is_unspecified)


def host_is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or is_loopback(host)


def leads_to_host(host: str) -> bool:
    """Whether a URL's host is this host by its name or loopback address."""
    if host.lower() in ("localhost", *HOST_NAMES):
        return True
    ip = parsed(host)
    return ip is not None and (ip.is_loopback or ip.is_unspecified)
