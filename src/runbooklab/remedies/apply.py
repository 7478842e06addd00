"""Carrying a remedy out, because a person asked for it: the only module that changes anything.

A plan's commands are read as words, without a shell, and done through the Docker Engine API or
redis-py. What is not in the table below is refused.
"""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from runbooklab.evidence import Target
from runbooklab.model import Act, RemedyPlan
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from docker import APIClient

    from runbooklab.secrets import Vault

#: Longest one command may take, in seconds: an engine gives a container 10 s to stop.
TIMEOUT_S = 30
#: Redis commands that a remedy may send, by their first words.
REDIS_CHANGES = ("CONFIG SET", "FLUSHALL", "SLOWLOG RESET", "CLIENT UNPAUSE", "SCRIPT KILL", "BGSAVE", "SAVE")


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
    acts: list[Act] = []
    for command in plan.commands:
        try:
            output = _do(vault.reveal(command), _password(vault.reveal(url)))
        except NotDone as error:
            acts.append(act(command, "refused", str(error)))
        except Exception as error:  # noqa: BLE001 # docker-py, requests and redis-py each raise their own
            acts.append(act(command, "failed", f"{type(error).__name__}: {error}"))
        else:
            acts.append(act(command, "done", output))
        if acts[-1].outcome != "done":
            break
    return tuple(acts)


def _refusal(plan: RemedyPlan, target: Target, confirmed_name: str) -> str:
    if not plan.appliable:
        return f"{plan.id} cannot be applied from here: run its commands yourself"
    needed = target.redis_container or plan.id
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


def _do(command: str, password: str) -> str:
    words = shlex.split(command)
    if words[:2] == ["docker", "exec"]:
        return _exec(_client(), words[2:], password)
    if words[:1] == ["docker"]:
        return _docker(words[1:])
    if words[:1] == ["redis-cli"]:
        return _redis(words[1:])
    raise NotDone(f"{words[0] if words else 'an empty command'} is nothing that can be applied from here")


# --- Docker ----------------------------------------------------------------------------------


def _docker(words: list[str]) -> str:
    for verb in DOCKER_VERBS:
        if tuple(words[: len(verb.words)]) == verb.words:
            return verb.run(_client(), words[len(verb.words) :])
    raise NotDone(f"docker {' '.join(words[:2])} is nothing that can be applied from here")


def _client() -> APIClient:
    from docker import APIClient

    from runbooklab.probes.docker_endpoint import endpoint

    return APIClient(timeout=TIMEOUT_S, **endpoint().options)


def _one(words: list[str]) -> str:
    if len(words) != 1 or words[0].startswith("-"):
        raise NotDone(f"one name is expected, not {words}")
    return words[0]


def _on_container(method: str) -> Callable[[APIClient, list[str]], str]:
    def run(client: APIClient, words: list[str]) -> str:
        name = _one(words)
        getattr(client, method)(name)
        return name

    return run


def _remove(client: APIClient, words: list[str]) -> str:
    name = _one(words)
    client.remove_container(name, force=True)
    return name


def _network_create(client: APIClient, words: list[str]) -> str:
    name = _one(words)
    client.create_network(name)
    return name


def _network_connect(client: APIClient, words: list[str]) -> str:
    aliases = []
    while words[:1] == ["--alias"] and len(words) > 1:
        aliases.append(words[1])
        words = words[2:]
    if len(words) != 2:
        raise NotDone(f"a network and a container are expected, not {words}")
    client.connect_container_to_network(words[1], words[0], aliases=aliases or None)
    return f"{words[1]} is on {words[0]}"


def _update(client: APIClient, words: list[str]) -> str:
    options, rest = _options(words, {"--memory", "--memory-swap", "--cpus"})
    from docker.utils import parse_bytes

    limits: dict[str, Any] = {
        "mem_limit" if name == "--memory" else "memswap_limit": parse_bytes(value)
        for name, value in options
        if name in ("--memory", "--memory-swap")
    }
    if not limits:
        raise NotDone("docker update without a memory limit")
    name = _one(rest)
    client.update_container(name, **limits)
    return name


def _run(client: APIClient, words: list[str]) -> str:
    """``docker run -d`` with the options that plans use."""
    options, rest = _options(words, {"--name", "-p", "--network", "--restart", "-v", "--memory", "-e"})
    if not rest:
        raise NotDone("docker run without an image")
    given: dict[str, list[str]] = {}
    for name, value in options:
        given.setdefault(name, []).append(value)
    host = client.create_host_config(
        port_bindings=dict(_published(given.get("-p", []))),
        binds=given.get("-v") or None,
        restart_policy={"Name": given["--restart"][0]} if "--restart" in given else None,
        network_mode=given.get("--network", [None])[0],
        mem_limit=given.get("--memory", [None])[0],
    )
    created = client.create_container(
        rest[0],
        command=rest[1:] or None,
        name=given.get("--name", [None])[0],
        environment=given.get("-e") or None,
        ports=[port for port, _ in _published(given.get("-p", []))],
        host_config=host,
    )
    client.start(created["Id"])
    return str(created["Id"])[:12]


def _published(values: list[str]) -> Iterator[tuple[int, Any]]:
    """``[address:]host:container`` as docker-py wants it."""
    for value in values:
        *address, host, inside = value.split(":")
        yield int(inside), (":".join(address), int(host)) if address else int(host)


def _exec(client: APIClient, words: list[str], password: str) -> str:
    """``docker exec CONTAINER redis-cli CHANGE``; the password travels in the environment alone."""
    if len(words) < 3 or words[1] != "redis-cli":
        raise NotDone("only redis-cli is run inside a container")
    options, change = _options(words[2:], {"-p", "-n", "--user"})
    _check_change(change)
    argv = ["redis-cli", "-e", *(word for pair in options for word in pair), *change]
    environment = {"REDISCLI_AUTH": password} if password else None
    created = client.exec_create(words[0], argv, environment=environment)
    output: bytes = client.exec_start(created["Id"])
    text = output.decode("utf-8", "backslashreplace").strip()
    if client.exec_inspect(created["Id"]).get("ExitCode"):
        raise RuntimeError(text)
    return text


@dataclass(frozen=True)
class Verb:
    words: tuple[str, ...]
    run: Callable[[APIClient, list[str]], str]


DOCKER_VERBS = (
    Verb(("start",), _on_container("start")),
    Verb(("stop",), _on_container("stop")),
    Verb(("restart",), _on_container("restart")),
    Verb(("unpause",), _on_container("unpause")),
    Verb(("rm", "-f"), _remove),
    Verb(("network", "create"), _network_create),
    Verb(("network", "connect"), _network_connect),
    Verb(("update",), _update),
    Verb(("run", "-d"), _run),
)


# --- Redis -----------------------------------------------------------------------------------


def _redis(words: list[str]) -> str:
    """``redis-cli [-h HOST] [-p PORT] [-u URL] CHANGE`` through redis-py."""
    import redis

    options, change = _options(words, {"-h", "-p", "-n", "-u", "-a", "--user"})
    _check_change(change)
    given = dict(options)
    timeouts = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": 5}
    if "-u" in given:
        client = redis.Redis.from_url(given["-u"], **timeouts)
    else:
        client = redis.Redis(
            host=given.get("-h", "localhost"),
            port=int(given.get("-p", 6379)),
            db=int(given.get("-n", 0)),
            username=given.get("--user"),
            password=given.get("-a"),
            **timeouts,  # type: ignore[arg-type] # numbers of seconds, as the stubs want one by one
        )
    with client:
        return str(client.execute_command(*change))  # type: ignore[no-untyped-call] # redis-py leaves it untyped


def _check_change(change: list[str]) -> None:
    line = " ".join(change).upper()
    if not any(line == known or line.startswith(f"{known} ") for known in REDIS_CHANGES):
        raise NotDone(f"redis-cli {' '.join(change[:2])} is nothing that can be applied from here")


def _options(words: list[str], known: set[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Leading ``--name value`` and ``--name=value`` pairs, and the rest; flags of redis-cli are dropped."""
    pairs: list[tuple[str, str]] = []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        name, equals, value = rest[0].partition("=")
        if name == "--no-auth-warning" or (name == "-e" and "-e" not in known):
            rest = rest[1:]
        elif name not in known:
            raise NotDone(f"the option {name} is not known here")
        elif equals:
            pairs.append((name, value))
            rest = rest[1:]
        elif len(rest) > 1:
            pairs.append((name, rest[1]))
            rest = rest[2:]
        else:
            raise NotDone(f"the option {name} has no value")
    return pairs, rest
