"""Carrying a remedy out, because a person asked for it: the only module that changes anything.

A plan's commands are read as words, without a shell, and done through the Docker Engine API or
redis-py. What is not in the tables below is refused, and with it the whole plan.
"""

from __future__ import annotations

import getpass
import re
import shlex
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from runbooklab.evidence import Target
from runbooklab.model import Act, RemedyPlan
from runbooklab.redaction import clean
from runbooklab.remedies.model import word_to_confirm
from runbooklab.remedies.run_options import CONTAINER, FLAGS, HOST, KNOWN

if TYPE_CHECKING:
    from docker import APIClient

    from runbooklab.secrets import Vault

#: Longest one command may take, in seconds: an engine gives a container 10 s to stop.
TIMEOUT_S = 30
#: Most that is read of what a command inside a container prints, in bytes.
MOST_OUTPUT = 64 * 1024
#: Redis commands that a remedy may send, by their first words.
REDIS_COMMANDS = (
    "CONFIG SET", "CONFIG GET", "CONFIG REWRITE", "FLUSHALL", "FLUSHDB", "SLOWLOG GET", "SLOWLOG RESET",
    "CLIENT UNPAUSE", "CLIENT LIST", "SCRIPT KILL", "FUNCTION KILL", "BGSAVE", "SAVE", "INFO",
)  # fmt: skip
#: Where redis-cli finds a password: a variable whose name alone stands in the command.
CREDENTIAL_VARIABLE = "REDISCLI_AUTH"

#: Does one command; is given the password of the target's URL and returns what there is to say.
Action = Callable[[str], str]
DockerAction = Callable[["APIClient"], str]


class NotDone(Exception):
    """A command that is not in the table, or whose words don't fit it."""


def apply(
    plan: RemedyPlan,
    target: Target,
    vault: Vault,
    *,
    url: str = "",
    confirmed_name: str = "",
    asked_by: str = "",
) -> tuple[Act, ...]:
    """Do the plan's commands in order, stopping at the first that fails; an act for each that was tried.

    Every command is understood before the first is done: one that is not refuses the plan.
    ``url`` is the target's URL (redacted): its credentials are used inside the container.
    ``confirmed_name`` must be the target container's name where the plan is destructive.
    ``asked_by`` says how it was asked; the user's name is added. Nothing is raised.
    """
    who = f"{_user()}, {asked_by}" if asked_by else _user()

    def act(command: str, outcome: Any, output: str) -> Act:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Act(at, plan.id, clean(command, vault), outcome, clean(output, vault)[:500], who)

    refusal = _refusal(plan, target, confirmed_name)
    if refusal:
        return (act("; ".join(plan.commands), "refused", refusal),)
    actions: list[Action] = []
    for command in plan.commands:
        try:
            actions.append(understood(vault.reveal(command)))
        except NotDone as error:
            return (act(command, "refused", str(error)),)
    acts: list[Act] = []
    for command, action in zip(plan.commands, actions, strict=True):
        try:
            acts.append(act(command, "done", action(_password(vault.reveal(url)))))
        except Exception as error:  # noqa: BLE001 # docker-py, requests and redis-py each raise their own
            acts.append(act(command, "failed", f"{type(error).__name__}: {error}"))
            break
    return tuple(acts)


def _refusal(plan: RemedyPlan, target: Target, confirmed_name: str) -> str:
    if not plan.appliable:
        return f"{plan.id} cannot be applied from here: run its commands yourself"
    needed = word_to_confirm(plan, target.redis_container)
    if plan.destructive and confirmed_name != needed:
        return f"{plan.id} destroys something: confirm it with the target's name, {needed}"
    return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in many containers
        return "unknown user"


def _password(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def understood(command: str) -> Action:
    """What does ``command``; nothing is done yet. Raises :class:`NotDone` for what is not in the tables.

    Commands that are joined by ``&&`` are done in order, up to the first that fails.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise NotDone(f"the command cannot be read: {error}") from error
    parts = [list(part) for is_and, part in groupby(words, lambda word: word == "&&") if not is_and]
    actions = [_simple(part) for part in parts or [[]]]

    def do(password: str) -> str:
        return "; ".join(action(password) for action in actions)

    return do if len(actions) > 1 else actions[0]


def _simple(words: list[str]) -> Action:
    if words[:2] == ["docker", "exec"]:
        return _exec(words[2:])
    if words[:1] == ["redis-cli"]:
        return _redis_cli(words[1:])
    for verb in DOCKER_VERBS:
        if tuple(words[: len(verb.words) + 1]) == ("docker", *verb.words):
            action = verb.read(words[len(verb.words) + 1 :])
            return _on_engine(action)
    raise NotDone(f"{' '.join(words[:2]) or 'an empty command'} is nothing that can be applied from here")


# --- Docker ----------------------------------------------------------------------------------


def _client() -> APIClient:
    from docker import APIClient

    from runbooklab.probes.docker_endpoint import endpoint

    where = endpoint()
    if where.problem:
        raise OSError(where.problem)
    return APIClient(timeout=TIMEOUT_S, **where.options)


def _on_engine(action: DockerAction) -> Action:
    def do(_password: str) -> str:
        with _client() as client:
            return action(client)

    return do


def _one(words: list[str]) -> str:
    if len(words) != 1 or words[0].startswith("-"):
        raise NotDone(f"one name is expected, not {' '.join(words) or 'none'}")
    return words[0]


def _on_container(method: str) -> Callable[[list[str]], DockerAction]:
    def read(words: list[str]) -> DockerAction:
        name = _one(words)

        def do(client: APIClient) -> str:
            getattr(client, method)(name)
            return name

        return do

    return read


def _inspect(words: list[str]) -> DockerAction:
    """Whether the container is there: what is joined to it by ``&&`` depends on that."""
    if len(words) != 2:
        raise NotDone("docker inspect -f takes a template and a name")

    def do(client: APIClient) -> str:
        return str(client.inspect_container(words[1])["State"]["Status"])

    return do


def _remove(words: list[str]) -> DockerAction:
    name = _one(words)

    def do(client: APIClient) -> str:
        client.remove_container(name, force=True)
        return name

    return do


def _network_create(words: list[str]) -> DockerAction:
    name = _one(words)

    def do(client: APIClient) -> str:
        client.create_network(name, check_duplicate=True)
        return name

    return do


def _network_connect(words: list[str]) -> DockerAction:
    options, rest = _options(words, {"--alias", "--ip"})
    if len(rest) != 2:
        raise NotDone(f"a network and a container are expected, not {' '.join(rest) or 'none'}")
    network, container = rest

    def do(client: APIClient) -> str:
        aliases = [value for name, value in options if name == "--alias"]
        client.connect_container_to_network(
            container, network, aliases=aliases or None, ipv4_address=dict(options).get("--ip")
        )
        return f"{container} is on {network}"

    return do


def _rename(words: list[str]) -> DockerAction:
    if len(words) != 2 or any(word.startswith("-") for word in words):
        raise NotDone(f"two names are expected, not {' '.join(words) or 'none'}")

    def do(client: APIClient) -> str:
        client.rename(*words)
        return f"{words[0]} is called {words[1]}"

    return do


def _update(words: list[str]) -> DockerAction:
    options, rest = _options(words, {"--memory", "--memory-swap"})
    name = _one(rest)
    given = dict(options)
    if not given:
        raise NotDone("docker update without a memory limit")

    def do(client: APIClient) -> str:
        client.update_container(
            name, mem_limit=given.get("--memory"), memswap_limit=given.get("--memory-swap")
        )
        return name

    return do


def _run(words: list[str]) -> DockerAction:
    """``docker run -d``: create and start."""
    create = _create(words)

    def do(client: APIClient) -> str:
        made = create(client)
        client.start(made)
        return made

    return do


def _create(words: list[str]) -> DockerAction:
    """``docker create`` with the options of :mod:`runbooklab.remedies.run_options`."""
    options, rest = _options(words, set(KNOWN), FLAGS)
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

    def do(client: APIClient) -> str:
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


@dataclass(frozen=True)
class Verb:
    """``read`` takes the words after the verb's own; raises :class:`NotDone` where they don't fit."""

    words: tuple[str, ...]
    read: Callable[[list[str]], DockerAction]


DOCKER_VERBS = (
    Verb(("inspect", "-f"), _inspect),
    Verb(("start",), _on_container("start")),
    Verb(("stop",), _on_container("stop")),
    Verb(("restart",), _on_container("restart")),
    Verb(("unpause",), _on_container("unpause")),
    Verb(("rm", "-f"), _remove),
    Verb(("network", "create"), _network_create),
    Verb(("network", "connect"), _network_connect),
    Verb(("update",), _update),
    Verb(("run", "-d"), _run),
    Verb(("create",), _create),
    Verb(("rename",), _rename),
)


# --- Redis -----------------------------------------------------------------------------------


def _exec(words: list[str]) -> Action:
    """``docker exec [-e REDISCLI_AUTH] CONTAINER redis-cli CHANGE``; no password among the words."""
    variables, rest = _options(words, {"-e"})
    if len(rest) < 3 or rest[1] != "redis-cli" or any(name != CREDENTIAL_VARIABLE for _, name in variables):
        raise NotDone("only redis-cli is run inside a container")
    options, change = _options(rest[2:], {"-p", "-n", "--user"})
    _check(change)
    argv = ["redis-cli", "-e", *(word for pair in options for word in pair), *change]

    def do(password: str) -> str:
        from runbooklab.probes.docker_stream import read_stream

        environment = {CREDENTIAL_VARIABLE: password} if password else None
        with _client() as client:
            created = client.exec_create(rest[0], argv, environment=environment)
            output, _ = read_stream(
                client,
                "POST",
                f"/exec/{created['Id']}/start",
                json={"Detach": False, "Tty": False},
                most_bytes=MOST_OUTPUT,
                seconds=TIMEOUT_S,
            )
            failed = client.exec_inspect(created["Id"]).get("ExitCode")
        text = output.decode("utf-8", "backslashreplace").strip()
        if failed:
            raise RuntimeError(text)
        return text

    return do


def _redis_cli(words: list[str]) -> Action:
    """``redis-cli [-h HOST] [-p PORT] [-s SOCKET] [-u URL] CHANGE`` through redis-py."""
    options, change = _options(words, {"-h", "-p", "-n", "-s", "-u", "-a", "--user"})
    _check(change)
    given = dict(options)

    def do(_password: str) -> str:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # redis-py's own default is to try ten times.
        calls: dict[str, Any] = {
            "socket_timeout": TIMEOUT_S, "socket_connect_timeout": 5, "retry": Retry(NoBackoff(), 0),
        }  # fmt: skip
        if "-u" in given:
            client = Redis.from_url(given["-u"], **calls)
        else:
            client = Redis(
                host=given.get("-h", "localhost"),
                port=int(given.get("-p", 6379)),
                db=int(given.get("-n", 0)),
                unix_socket_path=given.get("-s"),
                username=given.get("--user"),
                password=given.get("-a"),
                **calls,
            )
        with client:
            return str(client.execute_command(*change))  # type: ignore[no-untyped-call] # redis-py leaves it untyped

    return do


def _check(change: list[str]) -> None:
    line = " ".join(change).upper()
    if not any(line == known or line.startswith(f"{known} ") for known in REDIS_COMMANDS):
        raise NotDone(f"redis-cli {' '.join(change[:2])} is nothing that can be applied from here")


def _options(
    words: list[str], known: set[str], flags: Collection[str] = ()
) -> tuple[list[tuple[str, str]], list[str]]:
    """Leading ``--name value`` and ``--name=value`` pairs, and the rest; flags of redis-cli are dropped."""
    pairs: list[tuple[str, str]] = []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        name, equals, value = rest[0].partition("=")
        if name == "--no-auth-warning" or (name == "-e" and "-e" not in known):
            rest = rest[1:]
        elif name not in known:
            raise NotDone(f"the option {name} is not known here")
        elif name in flags:
            pairs.append((name, ""))
            rest = rest[1:]
        elif equals:
            pairs.append((name, value))
            rest = rest[1:]
        elif len(rest) > 1:
            pairs.append((name, rest[1]))
            rest = rest[2:]
        else:
            raise NotDone(f"the option {name} has no value")
    return pairs, rest
