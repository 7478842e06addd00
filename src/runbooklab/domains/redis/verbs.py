"""What can be carried out in a Redis: commands of redis-cli, from this host or in its container."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runbooklab.domain.verb import Action, Given, NotDone, Verb, leading_options
from runbooklab.domains.container.verbs import TIMEOUT_S, Containers, engine
from runbooklab.domains.redis.contributions.pinned import RUN_ID

if TYPE_CHECKING:
    from redis import Redis

#: Most that is read of what a command inside a container prints, in bytes.
MOST_OUTPUT = 64 * 1024
#: Redis commands that a remedy may send, by their first words.
REDIS_COMMANDS = (
    "CONFIG SET", "CONFIG GET", "CONFIG REWRITE", "FLUSHALL", "FLUSHDB", "SLOWLOG GET", "SLOWLOG RESET",
    "CLIENT UNPAUSE", "CLIENT LIST", "SCRIPT KILL", "FUNCTION KILL", "BGSAVE", "SAVE", "INFO",
)  # fmt: skip
#: Where redis-cli finds a password: a variable of which only the name is in the command.
CREDENTIAL_VARIABLE = "REDISCLI_AUTH"
#: Options of redis-cli that change only how it prints.
_IGNORED = ("--no-auth-warning", "-e")


def _exec(words: list[str]) -> Action:
    """``docker exec [-e REDISCLI_AUTH] CONTAINER redis-cli CHANGE``; no password among the words."""
    variables, rest = leading_options(words, {"-e"})
    if len(rest) < 3 or rest[1] != "redis-cli" or any(name != CREDENTIAL_VARIABLE for _, name in variables):
        raise NotDone("only redis-cli is run inside a container")
    options, change = leading_options(rest[2:], {"-p", "-n", "--user"}, ignored=_IGNORED)
    _check(change)
    argv = ["redis-cli", "-e", *(word for pair in options for word in pair), *change]

    def do(given: Given) -> str:
        from runbooklab.observe.docker.stream import read_stream

        environment = {CREDENTIAL_VARIABLE: given.password} if given.password else None
        with engine() as client:
            container = Containers(given.pinned).id_of(rest[0])
            created = client.exec_create(container, argv, environment=environment)
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
    options, change = leading_options(words, {"-h", "-p", "-n", "-s", "-u", "-a", "--user"}, ignored=_IGNORED)
    _check(change)
    chosen = dict(options)

    def do(given: Given) -> str:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # redis-py's own default is to try ten times.
        calls: dict[str, Any] = {
            "socket_timeout": TIMEOUT_S, "socket_connect_timeout": 5, "retry": Retry(NoBackoff(), 0),
        }  # fmt: skip
        if "-u" in chosen:
            client = Redis.from_url(chosen["-u"], **calls)
        else:
            client = Redis(
                host=chosen.get("-h", "localhost"),
                port=int(chosen.get("-p", 6379)),
                db=int(chosen.get("-n", 0)),
                unix_socket_path=chosen.get("-s"),
                username=chosen.get("--user"),
                password=chosen.get("-a"),
                **calls,
            )
        with client:
            _refuse_another(client, given)
            return str(client.execute_command(*change))  # type: ignore[no-untyped-call] # redis-py leaves it untyped

    return do


def _refuse_another(client: Redis, given: Given) -> None:
    """Nothing is sent to another server than the one that the plan was made for."""
    expected = given.pinned.get(RUN_ID)
    if expected is None:
        return
    found = client.info("server").get("run_id")
    if found != expected:
        raise NotDone(f"another Redis answers there now: run id {found}, not {expected}")


def _check(change: list[str]) -> None:
    line = " ".join(change).upper()
    if not any(line == known or line.startswith(f"{known} ") for known in REDIS_COMMANDS):
        raise NotDone(f"redis-cli {' '.join(change[:2])} is nothing that can be applied from here")


VERBS: tuple[Verb, ...] = (
    Verb(("docker", "exec"), _exec),
    Verb(("redis-cli",), _redis_cli),
)
