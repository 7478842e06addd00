"""What ``--apply`` can do to containers and networks: one visible table of verbs, read without a shell."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runbooklab.domain.verb import Action, Given, NotDone, Verb, leading_options
from runbooklab.domains.container.contributions.pinned import (
    NONE,
    container_pin,
    network_pin,
    outlasts_a_restart,
)
from runbooklab.domains.container.run_options import CONTAINER, FLAGS, HOST, KNOWN

if TYPE_CHECKING:
    from docker import APIClient

#: Longest one command may take, in seconds: an engine gives a container 10 s to stop.
TIMEOUT_S = 30

DockerAction = Callable[["APIClient", "Containers"], str]


class Containers:
    """The containers that a plan was made for, by id: another that has the name by now is never touched.

    ``pinned`` is :attr:`.verb.Given.pinned`; renaming a container keeps it true.
    """

    def __init__(self, pinned: dict[str, str]) -> None:
        self._pinned = pinned

    def id_of(self, name: str) -> str:
        """What to call the container in a request: its id, or the name if it was made since."""
        known = self._pinned.get(container_pin(name), NONE)
        return name if known == NONE else known

    def network(self, name: str) -> str:
        """What to call the network in a request: as :meth:`id_of`."""
        known = self._pinned.get(network_pin(name), NONE)
        return name if known == NONE else known

    def restarted(self) -> None:
        """What runs inside has another identity from now on: containers and networks are the same."""
        for name in [name for name in self._pinned if not outlasts_a_restart(name)]:
            del self._pinned[name]

    def renamed(self, name: str, to: str) -> None:
        """``name`` is called ``to`` from now on."""
        known = self._pinned.pop(container_pin(name), None)
        if known is not None:
            self._pinned[container_pin(to)] = known

    def removed(self, name: str) -> None:
        """``name`` is gone, and free for another."""
        self._pinned.pop(container_pin(name), None)


def _one(words: list[str]) -> str:
    if len(words) != 1 or words[0].startswith("-"):
        raise NotDone(f"one name is expected, not {' '.join(words) or 'none'}")
    return words[0]


def _on_container(method: str) -> Callable[[list[str]], DockerAction]:
    def read(words: list[str]) -> DockerAction:
        name = _one(words)

        def do(client: APIClient, containers: Containers) -> str:
            getattr(client, method)(containers.id_of(name))
            containers.restarted()
            return name

        return do

    return read


def _inspect(words: list[str]) -> DockerAction:
    """Whether the container is there: what is joined to it by ``&&`` depends on that."""
    if len(words) != 2:
        raise NotDone("docker inspect -f takes a template and a name")

    def do(client: APIClient, containers: Containers) -> str:
        return str(client.inspect_container(containers.id_of(words[1]))["State"]["Status"])

    return do


def _remove(words: list[str]) -> DockerAction:
    name = _one(words)

    def do(client: APIClient, containers: Containers) -> str:
        client.remove_container(containers.id_of(name), force=True)
        containers.removed(name)
        containers.restarted()
        return name

    return do


def _network_create(words: list[str]) -> DockerAction:
    name = _one(words)

    def do(client: APIClient, _: Containers) -> str:
        client.create_network(name, check_duplicate=True)
        return name

    return do


def _network_connect(words: list[str]) -> DockerAction:
    options, rest = leading_options(words, {"--alias", "--ip"})
    if len(rest) != 2:
        raise NotDone(f"a network and a container are expected, not {' '.join(rest) or 'none'}")
    network, container = rest

    def do(client: APIClient, containers: Containers) -> str:
        aliases = [value for name, value in options if name == "--alias"]
        client.connect_container_to_network(
            containers.id_of(container),
            containers.network(network),
            aliases=aliases or None,
            ipv4_address=dict(options).get("--ip"),
        )
        return f"{container} is on {network}"

    return do


def _rename(words: list[str]) -> DockerAction:
    if len(words) != 2 or any(word.startswith("-") for word in words):
        raise NotDone(f"two names are expected, not {' '.join(words) or 'none'}")

    def do(client: APIClient, containers: Containers) -> str:
        client.rename(containers.id_of(words[0]), words[1])
        containers.renamed(*words)
        return f"{words[0]} is called {words[1]}"

    return do


def _update(words: list[str]) -> DockerAction:
    options, rest = leading_options(words, {"--memory", "--memory-swap"})
    name = _one(rest)
    given = dict(options)
    if not given:
        raise NotDone("docker update without a memory limit")

    def do(client: APIClient, containers: Containers) -> str:
        client.update_container(
            containers.id_of(name), mem_limit=given.get("--memory"), memswap_limit=given.get("--memory-swap")
        )
        return name

    return do


def _run(words: list[str]) -> DockerAction:
    """``docker run -d``: create and start."""
    create = _create(words)

    def do(client: APIClient, containers: Containers) -> str:
        made = create(client, containers)
        client.start(made)
        return made

    return do


def _create(words: list[str]) -> DockerAction:
    """``docker create`` with the options of :mod:`runbooklab.domains.container.run_options`."""
    options, rest = leading_options(words, set(KNOWN), FLAGS)
    if not rest:
        raise NotDone("a container without an image")
    given: dict[str, list[str]] = {}
    for option, value in options:
        given.setdefault(option, []).append(value)
    bindings: dict[int | str, list[tuple[str, int | None]]] = {}
    for inside, address, port in map(_published, given.get("-p", [])):
        bindings.setdefault(inside, []).append((address, port))
    host = {name: read(given[option]) for option, (name, read) in HOST.items() if option in given}
    own = {name: read(given[option]) for option, (name, read) in CONTAINER.items() if option in given}
    network = given.get("--network", [""])[0]

    def do(client: APIClient, _: Containers) -> str:
        asked: dict[str, Any] = {
            "aliases": given.get("--network-alias"),
            "ipv4_address": given.get("--ip", [None])[0],
        }
        endpoint: Any = client.create_endpoint_config(
            **{name: value for name, value in asked.items() if value}
        )
        networks: Any = {network: endpoint} if any(asked.values()) else None
        created = client.create_container(
            rest[0],
            command=rest[1:] or None,
            ports=[tuple(str(inside).split("/")) for inside in bindings],
            host_config=client.create_host_config(port_bindings=bindings, **host),
            networking_config=client.create_networking_config(networks) if networks else None,
            **own,
        )
        return str(created["Id"])[:12]

    return do


def _published(value: str) -> tuple[str, str, int | None]:
    """``[address:]host:container[/protocol]`` as container port with protocol, address and host port.

    Without a port of the host, the engine chooses one: None.
    """
    parts = _PUBLISHED.fullmatch(value)
    if parts is None:
        raise NotDone(f"-p {value} is not understood here")
    return (
        f"{parts['inside']}/{parts['protocol'] or 'tcp'}",
        parts["address"] or "",
        int(parts["host"] or 0) or None,
    )


_ADDRESS = r"\[?(?P<{}>[^\[\]]+?)\]?:"
_PUBLISHED = re.compile(
    rf"(?:(?:{_ADDRESS.format('address')})?(?P<host>\d+):|{_ADDRESS.format('alone')}:)?"
    r"(?P<inside>\d+)(?:/(?P<protocol>tcp|udp|sctp))?"
)


def _verb(words: str, read: Callable[[list[str]], DockerAction]) -> Verb:
    """``docker WORDS`` through the Docker Engine API."""

    def on_engine(rest: list[str]) -> Action:
        action = read(rest)

        def do(given: Given) -> str:
            with engine() as client:
                return action(client, Containers(given.pinned))

        return do

    return Verb(("docker", *words.split()), on_engine)


def engine() -> APIClient:
    """A client of the engine that is observed. Raises :class:`OSError` if it cannot be reached."""
    from docker import APIClient

    from runbooklab.observe.docker.endpoint import endpoint

    where = endpoint()
    if where.problem:
        raise OSError(where.problem)
    return APIClient(timeout=TIMEOUT_S, **where.options)


VERBS: tuple[Verb, ...] = (
    _verb("inspect -f", _inspect),
    _verb("start", _on_container("start")),
    _verb("stop", _on_container("stop")),
    _verb("restart", _on_container("restart")),
    _verb("unpause", _on_container("unpause")),
    _verb("rm -f", _remove),
    _verb("network create", _network_create),
    _verb("network connect", _network_connect),
    _verb("update", _update),
    _verb("run -d", _run),
    _verb("create", _create),
    _verb("rename", _rename),
)
