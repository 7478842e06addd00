"""Where a name leads from inside the orchestrator's container."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.domains.container.meant import BUILT_IN_NETWORKS
from runbooklab.domains.grpc.records import Containers, Endpoint, NameSeen
from runbooklab.observe.run_with_timeout import run_with_timeout

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context
    from runbooklab.observe.docker.records import Container

MOST_HOSTS_BYTES = 64 << 10
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LOOPBACK = ("127.0.0.1", "::1")


def name_inside(ctx: Context, container: Container, end: Endpoint, known: Containers | None) -> NameSeen:
    """The addresses of the endpoint's host, as the container's own files and Docker's name server say."""
    try:
        return NameSeen("literal", (str(ipaddress.ip_address(end.host)),))
    except ValueError:
        pass
    of_file = _hosts_file(container, end.host)
    if of_file:
        return NameSeen("resolved", of_file)
    if end.host.lower() == "localhost":
        return NameSeen("resolved", _LOOPBACK)
    of_docker = docker_knows(container, end.host, known)
    if of_docker:
        return NameSeen("resolved", of_docker)
    return _asked_inside(ctx, container, end.host)


def docker_knows(container: Container, host: str, known: Containers | None) -> tuple[str, ...]:
    """The addresses that Docker's name server gives: names of running containers on a shared network.

    Source: Docker documentation, "Networking", DNS services: on networks that somebody made, never on the
    default bridge.
    """
    shared = {net.network for net in container.networks} - BUILT_IN_NETWORKS
    return tuple(
        net.ip
        for found in (known.found if known else ())
        if found.state in ("running", "paused")
        for net in found.networks
        if net.network in shared and net.ip and host in (found.name, found.id, *net.aliases)
    )


def _hosts_file(container: Container, host: str) -> tuple[str, ...]:
    try:
        with Path(f"/proc/{container.pid}/root/etc/hosts").open("rb") as file:
            text = file.read(MOST_HOSTS_BYTES).decode("utf-8", "replace")
    except OSError:
        return ()
    rows = [line.partition("#")[0].split() for line in text.splitlines()]
    return tuple(dict.fromkeys(row[0] for row in rows if host.lower() in [word.lower() for word in row[1:]]))


def _asked_inside(ctx: Context, container: Container, host: str) -> NameSeen:
    from runbooklab.observe.docker.execute import run_inside  # the Docker SDK is loaded by those who use it

    if not _SAFE.fullmatch(host):
        return NameSeen("not-found", message="it is no host name")
    seconds = ctx.timeout_s(0.5)
    try:
        seen = run_with_timeout(lambda: run_inside(ctx, container.id, ("getent", "ahosts", host)), seconds)
    except TimeoutError:
        return NameSeen("temporary-failure", message="the resolver in the container gave no answer")
    if seen.outcome == "ok" and seen.exit_code == 0:
        words = [line.split()[0] for line in seen.output.splitlines() if line.split()]
        return NameSeen("resolved", tuple(dict.fromkeys(words)))
    if seen.outcome == "ok" and seen.exit_code == 2:
        return NameSeen("not-found", message="Name or service not known")
    if "." not in host:  # only Docker's own name server would know it, and that was asked above
        return NameSeen(
            "not-found", message="no container of that name is on a network of the orchestrator's"
        )
    return NameSeen("unknown", message=f"the container has no getent ({seen.outcome})")
