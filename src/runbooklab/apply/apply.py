"""Carrying a remedy out, because a person asked for it: the only module that changes anything.

A plan's commands are read as words, without a shell, and done through the Docker Engine API or
redis-py. What is not in the tables here and in ``docker_verbs.py`` is refused, and with it the whole plan.
"""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from runbooklab.domains.docker.verbs import DOCKER_VERBS, DockerAction, NotDone, leading_options
from runbooklab.model.conclusions import Act, RemedyPlan
from runbooklab.redaction.text import clean

if TYPE_CHECKING:
    from docker import APIClient

    from runbooklab.redaction.vault import Vault

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


def apply(
    plan: RemedyPlan,
    word: str,
    vault: Vault,
    *,
    typed: str = "",
    url: str = "",
    asked_by: str = "",
) -> tuple[Act, ...]:
    """Do the plan's commands in order, stopping at the first that fails; an act for each that was tried.

    Every command is understood before the first is done: one that is not refuses the plan.
    ``word`` is what :func:`~runbooklab.domain.remedy.word_to_confirm` asks a person to type, and ``typed``
    what the person typed: if the plan is destructive, nothing is done unless they are the same.
    ``url`` is the target's URL (redacted): its credentials are used inside the container.
    ``asked_by`` says how it was asked; the user's name is added. Nothing is raised.
    """
    who = f"{_user()}, {asked_by}" if asked_by else _user()

    def act(command: str, outcome: Any, output: str) -> Act:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Act(at, plan.id, clean(command, vault), outcome, clean(output, vault)[:500], who)

    refusal = _refusal(plan, word, typed)
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


def _refusal(plan: RemedyPlan, word: str, typed: str) -> str:
    if not plan.appliable:
        return f"{plan.id} cannot be applied from here: run its commands yourself"
    if plan.destructive and typed != word:
        return f"{plan.id} destroys something: confirm it with the target's name, {word}"
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


# --- the engine -------------------------------------------------------------------------------


def _client() -> APIClient:
    from docker import APIClient

    from runbooklab.observe.docker.endpoint import endpoint

    where = endpoint()
    if where.problem:
        raise OSError(where.problem)
    return APIClient(timeout=TIMEOUT_S, **where.options)


def _on_engine(action: DockerAction) -> Action:
    def do(_password: str) -> str:
        with _client() as client:
            return action(client)

    return do


# --- Redis -----------------------------------------------------------------------------------


def _exec(words: list[str]) -> Action:
    """``docker exec [-e REDISCLI_AUTH] CONTAINER redis-cli CHANGE``; no password among the words."""
    variables, rest = leading_options(words, {"-e"})
    if len(rest) < 3 or rest[1] != "redis-cli" or any(name != CREDENTIAL_VARIABLE for _, name in variables):
        raise NotDone("only redis-cli is run inside a container")
    options, change = leading_options(rest[2:], {"-p", "-n", "--user"})
    _check(change)
    argv = ["redis-cli", "-e", *(word for pair in options for word in pair), *change]

    def do(password: str) -> str:
        from runbooklab.observe.docker.stream import read_stream

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
    options, change = leading_options(words, {"-h", "-p", "-n", "-s", "-u", "-a", "--user"})
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
