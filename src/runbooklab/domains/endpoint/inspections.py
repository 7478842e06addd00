"""Commands by which a person sees what a check of a port sees: they read and change nothing."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.steps import Steps
from runbooklab.domains.address import inspections as environment
from runbooklab.domains.address.readings.address import url
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.container.remedies.names import refused
from runbooklab.domains.container.shell import command
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import addresses, in_docker_only, is_elsewhere
from runbooklab.domains.endpoint.remedies.names import named
from runbooklab.domains.endpoint.remedies.place import show_holder

Command = Callable[[Evidence], str]

#: As a person types them: any Redis answers the first and hangs up after the second.
_PING_AND_QUIT = r"PING\r\nQUIT\r\n"


def at_url(words: Callable[[Evidence, RedisAddress], str]) -> Command:
    """A command about where the URL leads; without a usable URL, the one that shows what it says."""

    def filled(e: Evidence) -> str:
        address = url(e)
        line = words(e, address) if address is not None else environment.CONFIG(e)
        return refused(Steps((line,), ""), e, named(e)).commands[0] if line else ""

    return filled


def place(e: Evidence, address: RedisAddress) -> tuple[str, int]:
    """Host and port that take a connection from here: the URL's, or the container's own."""
    tried = e.bridge_tcp.value if in_docker_only(e) else None
    return (tried[-1].address, tried[-1].port) if tried else (address.host, address.port)


def _netcat(e: Evidence, address: RedisAddress, *options: str) -> str:
    host, port = place(e, address)
    seconds = max(1, round(e.target.probe_timeout_s))
    return command("nc", *options, "-w", str(seconds), host, str(port))


def _reach(e: Evidence, address: RedisAddress) -> str:
    if address.scheme == "unix":
        return command("ls", "-l", address.socket_path)
    return _netcat(e, address, "-zv")


def _owner(e: Evidence, address: RedisAddress) -> str:
    """Who has the port of this host; if the URL leads past it, where to."""
    if address.scheme == "unix":
        return command("sudo", "lsof", address.socket_path)
    past = in_docker_only(e) or (e.host_addresses and is_elsewhere(e, addresses(e)))
    return environment.RESOLVE(e) if past else show_holder(address.port)


def _first_bytes(e: Evidence, address: RedisAddress) -> str:
    if address.scheme == "unix":
        return command("ls", "-l", address.socket_path)
    if _speaks_tls(e, address):
        return _handshake(e, address)
    return f"{command('printf', _PING_AND_QUIT)} | {_netcat(e, address)} | cat -v"


def _handshake(e: Evidence, address: RedisAddress) -> str:
    """A TLS handshake and the server's certificate."""
    host, port = place(e, address)
    there = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return f"{command('openssl', 's_client', '-connect', there, '-showcerts')} < /dev/null"


def _tls(e: Evidence, address: RedisAddress) -> str:
    """A handshake; nothing if no TLS is spoken, nor should be."""
    return _handshake(e, address) if _speaks_tls(e, address) else ""


def _speaks_tls(e: Evidence, address: RedisAddress) -> bool:
    first = e.first_bytes.value
    return address.scheme == "rediss" or (first is not None and first.outcome == "tls")


REACH = at_url(_reach)
OWNER = at_url(_owner)
FIRST_BYTES = at_url(_first_bytes)
TLS = at_url(_tls)
