"""``docker run`` for this target: as its container was, with what has to change."""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePosixPath

from runbooklab.causes.container import redis_not_running_in_container
from runbooklab.causes.facts import bindings, is_any
from runbooklab.causes.logs import ended_in_start
from runbooklab.causes.model import Supported
from runbooklab.evidence import Container
from runbooklab.meant import BUILT_IN_NETWORKS
from runbooklab.remedies.site import DEFAULT_IMAGE, Site
from runbooklab.remedies.steps import command
from runbooklab.words import listed

#: Set by the Redis image itself.
IMAGE_ENVIRONMENT = frozenset(
    {"PATH", "GOSU_VERSION", "REDIS_VERSION", "REDIS_DOWNLOAD_URL", "REDIS_DOWNLOAD_SHA"}
)


def run_fresh(site: Site, host_port: int | None = None) -> str:
    """The command that starts a new Redis container, of which nothing is known."""
    look = site.e.network.value
    network = ("--network", site.network) if look and site.network in look.names else ()
    published = f"{host_port or site.host_port}:6379"
    return command("docker", "run", "-d", "--name", site.name, *network, "-p", published, DEFAULT_IMAGE)


def run_again(
    site: Site, found: Container, published: tuple[str, ...] | None = None, without: str | None = None
) -> tuple[str, ...]:
    """The commands that start the container anew as it was: image, ports, networks, mounts and limits.

    ``published`` are other ports (``host:container``) instead of its own. A command that Redis never
    came up with is left out, and of one that it came up with the option ``without``.
    """
    networks = own_networks(found)
    words = ["docker", "run", "-d", "--name", found.name]
    if found.network_mode == "host":
        words += ["--network", "host"]
    elif networks:
        words += ["--network", networks[0]]
    if found.restart_policy not in ("", "no"):
        words += ["--restart", found.restart_policy]
    for port in published if published is not None else as_published(found):
        words += ["-p", port] if found.network_mode != "host" else []
    for mount in found.mounts:
        if mount.type in ("bind", "volume") and mount.source:
            words += ["-v", f"{mount.source}:{mount.destination}{':ro' if mount.read_only else ''}"]
    if found.memory_limit_bytes:
        words += ["--memory", str(found.memory_limit_bytes)]
    for name in foreign_environment(found):
        words += ["-e", f"{name}"]
    words += [site.image, *server_command(site, found, without)]
    joins = (connect(site, network, found) for network in networks[1:])
    return (command(*words), *joins)


def as_published(found: Container) -> tuple[str, ...]:
    """The container's ports as ``-p`` takes them."""
    return tuple(
        f"{_address(one.host_ip)}{one.host_port}:{one.container_port}"
        + ("" if one.protocol == "tcp" else f"/{one.protocol}")
        for one in dict.fromkeys(bindings(found))
        if one.host_ip != "::"
    )


def _address(host_ip: str) -> str:
    return "" if is_any(host_ip) else f"{host_ip}:"


def own_networks(found: Container) -> list[str]:
    return [net.network for net in found.networks if net.network not in BUILT_IN_NETWORKS]


def foreign_environment(found: Container) -> list[str]:
    """Names of environment variables that were given to the container; their values are not known."""
    return [name for name in found.environment_names if name not in IMAGE_ENVIRONMENT]


def can_repeat(found: Container) -> bool:
    """Whether everything that started the container is known."""
    return not foreign_environment(found)


def kept(found: Container) -> str:
    """What becomes of the container's data when it is removed, as a part of a sentence."""
    volumes = [f"{one.source} at {one.destination}" for one in found.mounts if one.type in ("bind", "volume")]
    if volumes:
        return f"what is in {listed(volumes)} is kept, everything else in it is lost"
    return "it has no volume, so everything in it is lost"


def server_command(site: Site, found: Container, without: str | None = None) -> tuple[str, ...]:
    """The words after the image: the container's own, where Redis came up with them and can be reached."""
    words = found.command
    if words and PurePosixPath(words[0]).name == "docker-entrypoint.sh":
        words = words[1:]
    if never_came_up(site) or words == ("redis-server",):
        return ()
    no_port = ("--port", "0") if "--tls-port" not in words else None
    dropped = [at for at, pair in enumerate(pairwise(words)) if pair == no_port or pair[0] == without]
    return tuple(word for at, word in enumerate(words) if not {at, at - 1} & set(dropped))


def never_came_up(site: Site) -> bool:
    """Whether the container's own command is no use: Redis ended in its start, or was never started."""
    return ended_in_start(site.e) or isinstance(redis_not_running_in_container(site.e), Supported)


def connect(site: Site, network: str, found: Container | None) -> str:
    """The command that puts the Redis container on a network, under the name that the URL uses too."""
    known = {site.name} if found is None else {found.name}
    alias = ("--alias", site.url_host) if site.client and _is_name(site.url_host, known) else ()
    return command("docker", "network", "connect", *alias, network, site.name)


def _is_name(host: str, known: set[str]) -> bool:
    return (
        bool(host) and host not in known and host != "localhost" and not host[0].isdigit() and ":" not in host
    )
