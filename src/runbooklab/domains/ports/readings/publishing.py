"""Where a container's port is published, and what listens behind it."""

from __future__ import annotations

from runbooklab.domains.ports.readings.owning import Holder
from runbooklab.domains.ports.readings.rows import Row
from runbooklab.domains.ports.records import Placed, Socket
from runbooklab.observe.docker.records import PortBinding
from runbooklab.observe.net.addresses import is_loopback
from runbooklab.words import listed

#: Docker's own name server listens here in every container of a user-defined network.
_RESOLVER = "127.0.0.11"


def published(container: Placed) -> tuple[PortBinding, ...]:
    """The ports of this host that a container has, or asks for if it has none now."""
    found = [each for each in container.ports if each.host_port] or list(container.asked)
    return tuple(each for each in found if each.host_port)


def misplaced(row: Row, found: Placed) -> tuple[str, str]:
    """Why a running container's port is not on this host: the cause's id, and where it is instead.

    ``("", "")`` if connections go through all the same: an engine without docker-proxy.
    """
    port, protocol = row.want.port, row.want.protocol
    if found.network_mode == "host":
        asked = [each for each in found.asked if each.host_port]
        return ("compose-ports-discarded", "") if asked else ("service-not-listening", "")
    there = published(found)
    same = [each for each in there if each.host_port == port]
    if any(each.protocol == protocol for each in same):
        if row.connects or protocol == "udp":
            return "", ""
        heard = {each.port for each in (row.inside.listening if row.inside else ())}
        led = any(each.container_port in heard for each in same)
        return ("userland-proxy-off", "") if led else ("service-not-listening", "")
    if protocol == "tcp" and (same or (there and all(each.protocol == "udp" for each in there))):
        return "port-published-udp", listed([words(each) for each in same or there])
    others = [each for each in there if each.protocol == protocol]
    if others:
        return "port-published-elsewhere", listed([words(each) for each in others])
    return "port-not-published", ""


def words(binding: PortBinding) -> str:
    """``127.0.0.1:8080 -> 80/tcp``."""
    host = binding.host_ip if ":" not in binding.host_ip else f"[{binding.host_ip}]"
    return f"{host or '*'}:{binding.host_port} -> {binding.container_port}/{binding.protocol}"


def mismatch(row: Row, holder: Holder) -> tuple[str, str] | None:
    """Why a published port leads to nothing inside its container: the cause's id, and what listens there."""
    inside, to = row.inside, inner_port(row, holder)
    if inside is None or inside.problem or not to or not holder.is_proxy:
        return None
    listening = [
        each for each in inside.listening if each.protocol == row.want.protocol and not _is_dns(each)
    ]
    there = [each for each in listening if each.port == to]
    if any(not is_loopback(each.address) for each in there):
        return None
    if there:
        return "bind-loopback-only", listed([f"{each.address}:{each.port}" for each in there])
    if not listening:
        return "service-not-listening", ""
    return "container-port-mismatch", listed(sorted({str(each.port) for each in listening}))


def _is_dns(socket: Socket) -> bool:
    return socket.address == _RESOLVER


def inner_port(row: Row, holder: Holder) -> int:
    """The container's port that the host's leads to; 0 if it is not known."""
    port = holder.forwards_to.rpartition(":")[2]
    if port.isdigit():
        return int(port)
    bindings = row.asked_by(holder.container) if holder.container else ()
    return bindings[0].container_port if bindings else 0
