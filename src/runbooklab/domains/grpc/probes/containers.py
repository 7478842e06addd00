"""The containers that have to do with the workers: named, addressed, published, or near the client."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from docker.errors import DockerException, NotFound
from requests.exceptions import RequestException

from runbooklab.domains.container.meant import BUILT_IN_NETWORKS
from runbooklab.domains.container.probes.container import VALUES_WANTED, source_is_directory
from runbooklab.domains.container.thresholds import JUST_STARTED_S, SECOND_SAMPLE_S
from runbooklab.domains.grpc.probes.proxy import VARIABLES
from runbooklab.domains.grpc.probes.table import WORKERS
from runbooklab.domains.grpc.records import Containers, Endpoint
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.record import brief_record, container_record
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import HOST_NAMES, is_ip, is_loopback
from runbooklab.observe.run_with_timeout import future
from runbooklab.words import seconds_between, utc_now

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context
    from runbooklab.observe.docker.guard import ReadingClient

#: Containers that are inspected if the list shows who the workers are, and if it does not; names kept.
FEW_INSPECTED, MOST_INSPECTED = 14, 40
MOST_NAMES = 500
MOST_NETWORKS = 200
#: The interest in a container that the list shows by its name, address or published port.
_SEEN = 8
#: Variables whose values are wanted: proxies, how gRPC is set up, where to listen.
WANTED = re.compile(
    rf"^(?:{'|'.join(VARIABLES)}|GRPC_\w+|\w*(?:BIND|LISTEN|HOST|ADDR|ADDRESS)\w*)$|{VALUES_WANTED.pattern}"
)


def containers(ctx: Context) -> Containers:
    """What the engine says of them. Raises :class:`NotObserved` if it cannot be asked."""
    found = ctx.wait(WORKERS).value
    ends = found.endpoints if found is not None else ()
    named = [name for name in (ctx.target.worker_container, ctx.target.orchestrator_container) if name]
    named += [end.container for end in ends if end.container]
    if not ends and not named:
        raise NotObserved(Missing("not-applicable", "no worker and no container is named"))
    with reading_client(ctx) as client:
        everything: list[dict[str, Any]] = client.containers(all=True)
        names = {brief["Id"][:12]: _name(brief) for brief in everything[:MOST_NAMES]}
        chosen = wanted(everything, ends, named)
        inspected = tuple(_inspected(ctx, client, chosen))
        return Containers(
            found=inspected,
            names=tuple(sorted(_name(brief) for brief in everything))[:MOST_NAMES],
            ids=names,
            owners=dict(_owners(everything)),
            subnets=dict(_subnets(client)),
            later=_later(ctx, client, inspected),
        )


def _name(brief: dict[str, Any]) -> str:
    return str(next(iter(brief.get("Names") or [""]))).lstrip("/")


def wanted(
    everything: list[dict[str, Any]], ends: Iterable[Endpoint], named: list[str]
) -> list[dict[str, Any]]:
    """The containers worth inspecting, likeliest and newest first.

    The ports that a stopped container asks for, and aliases, are seen only then.
    """
    ends = tuple(ends)
    hosts, ports = {end.host for end in ends}, {end.port for end in ends}
    by_name = any(not is_ip(host) and not _is_here(host) for host in hosts)
    published = {port.get("PublicPort") for brief in everything for port in brief.get("Ports") or ()}
    unpublished = not ports <= published and any(_is_here(host) for host in hosts)
    networks = {
        network
        for brief in everything
        if _name(brief) in named
        for network in (brief.get("NetworkSettings") or {}).get("Networks") or {}
    }

    def interest(brief: dict[str, Any]) -> int:
        own = (brief.get("NetworkSettings") or {}).get("Networks") or {}
        service = (brief.get("Labels") or {}).get("com.docker.compose.service", "")
        addresses = {net.get("IPAddress") for net in own.values()} | {
            net.get("GlobalIPv6Address") for net in own.values()
        }
        return (
            32 * (_name(brief) in named or service in named or str(brief.get("Id"))[:12] in named)
            + 16 * (_name(brief) in hosts or service in hosts or bool(addresses & hosts))
            + _SEEN * any(port.get("PublicPort") in ports for port in brief.get("Ports") or ())
            + 2 * bool(networks & set(own))
            + any(port.get("PrivatePort") in ports for port in brief.get("Ports") or ())
            + (brief.get("State") != "running")
            + unpublished  # it may listen on the port inside
            + (by_name and bool(set(own) - BUILT_IN_NETWORKS))  # it may have the name as an alias there
        )

    ranked = sorted(everything, key=lambda brief: (interest(brief), brief.get("Created") or 0), reverse=True)
    are_seen = sum(interest(brief) >= _SEEN for brief in ranked) >= max(len(ends), 1)
    return [brief for brief in ranked[: FEW_INSPECTED if are_seen else MOST_INSPECTED] if interest(brief) > 0]


def _is_here(host: str) -> bool:
    """Whether an address as it is written means this host."""
    return host.lower() in ("localhost", *HOST_NAMES) or is_loopback(host)


def _inspected(ctx: Context, client: ReadingClient, wanted: list[dict[str, Any]]) -> Iterator[Container]:
    """Each container; one that the engine is starting or removing makes the entry in its list do."""
    answers = [future(partial(_inspect, ctx, client, brief["Id"])) for brief in wanted]
    until = time.monotonic() + ctx.timeout_s(0.5)
    for brief, answer in zip(wanted, answers, strict=True):
        try:
            found = answer(until - time.monotonic())
        except (TimeoutError, DockerException, RequestException):
            found = brief_record(brief)
        if found is not None:
            yield found


def _inspect(ctx: Context, client: ReadingClient, id_: str) -> Container | None:
    try:
        said = client.inspect_container(id_)
    except NotFound:
        return None
    try:
        image: dict[str, Any] | None = client.inspect_image(str(said.get("Image") or ""))  # type: ignore[no-untyped-call] # docker-py decorates it
    except (DockerException, RequestException):
        image = None
    return container_record(said, ctx.vault, source_is_directory(client), WANTED, image)


def _later(ctx: Context, client: ReadingClient, found: Iterable[Container]) -> dict[str, tuple[str, int]]:
    """A second look at those that may be one frame of a crash loop."""
    doubtful = [each for each in found if _comes_and_goes(each)][:4]
    if not doubtful or ctx.timeout_s(0.8) < SECOND_SAMPLE_S:
        return {}
    time.sleep(SECOND_SAMPLE_S)
    later: dict[str, tuple[str, int]] = {}
    for each in doubtful:
        with suppress(DockerException, RequestException):
            again = _inspect(ctx, client, each.id)
            if again is not None:
                later[each.name] = again.state, again.restart_count
    return later


def _comes_and_goes(found: Container) -> bool:
    if found.state == "restarting":
        return True
    if found.restart_policy in ("", "no"):
        return False
    since = seconds_between(found.started_at, utc_now())
    return found.state == "exited" or (since is not None and since < JUST_STARTED_S)


def _owners(everything: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Address -> container, of the running ones."""
    for brief in everything[:MOST_NAMES]:
        if brief.get("State") in ("running", "paused"):
            for net in ((brief.get("NetworkSettings") or {}).get("Networks") or {}).values():
                for address in (net.get("IPAddress"), net.get("GlobalIPv6Address")):
                    if address:
                        yield str(address)[:64], _name(brief)


def _subnets(client: ReadingClient) -> Iterator[tuple[str, str]]:
    with suppress(DockerException, RequestException):
        for network in client.networks()[:MOST_NETWORKS]:
            for config in ((network.get("IPAM") or {}).get("Config")) or ():
                if config.get("Subnet"):
                    yield str(config["Subnet"])[:64], str(network.get("Name", ""))[:256]
