"""The testbed of the Redis lab: what every testbed makes, and Redis in containers and on this host."""

from __future__ import annotations

import re
import socket
import subprocess
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from runbooklab.domains.redis.lab.server_program import server_program
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import NEEDS_ENGINE, NotReady, Situation, Testbed, Unavailable

if TYPE_CHECKING:
    from types import TracebackType

    from docker.models.containers import Container
    from redis import Redis

#: A password of the lab's own.
PASSWORD = "s3cret-Passw0rd"
#: redis-server, open to everybody.
OPEN_SERVER = ("redis-server", "--protected-mode", "no")
READY_LINE = "Ready to accept connections"
#: How far above its own port a node of a Redis Cluster listens for the other nodes.
_BUS = 10_000
#: What an older server says of a command that a recipe uses.
_UNKNOWN_COMMAND = re.compile("unknown (sub)?command", re.IGNORECASE)

#: What redis-server says of a setting that its version or build does not have.
_UNKNOWN_SETTING = re.compile(
    r">>> '(?P<setting>[\w-]+)[^\n]*\n(?:Bad directive|No such command in rename-command)"
)

#: The runbook's parameters unless a case says otherwise: its own defaults, except for a network
#: that the case may not have, and more time, because several drills share the processors.
DEFAULTS: dict[str, Any] = {
    "orchestrator_config": "configs/orchestrator.yaml",
    "worker_key_pattern": "worker:*",
    "docker_network": "",
    "probe_timeout_s": 4.0,
}


class LabRedis(Struct, frozen=True):
    """A Redis server of the testbed, in a container or a program of this host.

    ``port`` is the one on this host; 0 if none is published.
    """

    name: str
    port: int
    made: Container | None = None
    program: subprocess.Popen[bytes] | None = None

    @property
    def container(self) -> Container:
        """The container it runs in; raises :class:`Unavailable` for a process of this host."""
        if self.made is None:
            raise Unavailable(NEEDS_ENGINE)
        return self.made

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process of this host that it is; a server in a container is none."""
        assert self.program is not None, f"{self.name} runs in a container"
        return self.program

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def url_of(self, password: str = PASSWORD, user: str = "") -> str:
        """Its URL with credentials."""
        return f"redis://{user}:{password}@127.0.0.1:{self.port}/0"

    def kill(self) -> None:
        """End it as a crash would."""
        if self.program is None:
            self.container.kill()
        else:
            self.program.kill()


class RedisTestbed(Testbed):
    """A testbed that makes Redis servers too, without an engine as processes of this host."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises :class:`Unavailable` if what went wrong is that the server is too old for the recipe."""
        from redis import ResponseError

        super().__exit__(kind, error, trace)
        if isinstance(error, ResponseError) and _UNKNOWN_COMMAND.search(str(error)):
            raise Unavailable(f"needs a redis-server that does more: {error}"[:120]) from error

    def redis(
        self,
        *arguments: str,
        suffix: str = "redis",
        wait: str = READY_LINE,
        port_setting: str = "--port",
        **options: Any,
    ) -> LabRedis:
        """A Redis container, published on a free port of 127.0.0.1 unless ``ports`` says otherwise.

        ``arguments`` are given to redis-server; ``wait`` is the log line that says it is up, or an
        empty text not to wait; ``port_setting`` is the setting that opens the published port.
        ``options`` are those of docker-py. Without an engine it is a process of this host; raises
        :class:`Unavailable` then if there are options, which only a container can have.
        """
        if not self.has_engine:
            if options:
                raise Unavailable(NEEDS_ENGINE)
            return self.host_redis(*arguments, wait=wait, port_setting=port_setting)
        port = 0
        if "ports" not in options and options.get("network_mode") is None:
            port = free_port()
            options["ports"] = published(port)
        listening = _listening(port_setting, 6379)
        command = [*OPEN_SERVER, "--save", "", *listening, *arguments]
        container = self.container(suffix, command, **options)
        if wait:
            self.says(container, wait)
        return LabRedis(str(container.name), port, container)

    def share(self, folder: Path, at: str) -> tuple[str, dict[str, Any]]:
        """Let a Redis read ``folder``: the path it has there, and the options of :meth:`redis` for it."""
        if not self.has_engine:
            return str(folder), {}
        return at, {"volumes": [f"{folder}:{at}:ro"]}

    def host_redis(
        self, *arguments: str, port: int | None = None, wait: str = READY_LINE, port_setting: str = "--port"
    ) -> LabRedis:
        """A Redis server of this host on 127.0.0.1, without a container; see :meth:`redis`.

        Raises :class:`Unavailable` if this host has none, or has one that doesn't know a setting.
        """
        port = free_port(also=(_BUS,)) if port is None else port
        folder = self.folder / f"redis-{port}"
        folder.mkdir(exist_ok=True)
        own = ["--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *_listening(port_setting, port)]
        return LabRedis("", port, program=self.host_program(*own, *arguments, wait=wait))

    def host_program(self, *arguments: str, wait: str = READY_LINE) -> subprocess.Popen[bytes]:
        """This host's redis-server with these arguments alone; see :meth:`host_redis`."""
        log = self.folder / f"server-{uuid.uuid4().hex[:6]}.log"
        process = self.process([server_program(), *arguments], log=log)

        def is_up() -> bool:
            if process.poll() is not None:
                raise _refusal(log.read_text())
            return wait in log.read_text()

        self.until(is_up, log.read_text)
        return process

    def client(self, url: str, **options: Any) -> Redis:
        """A Redis client that is closed with the testbed."""
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # Protocol 2 is what every version speaks.
        own = {"socket_timeout": 10, "socket_connect_timeout": 5, "decode_responses": True, "protocol": 2}
        options = own | options
        client = Redis.from_url(url, retry=Retry(NoBackoff(), 0), **options)
        self.later(client.close)
        return client

    def reply(self, url: str, *words: str) -> str:
        """The first line a server answers to one command, an error's too; empty while nothing answers."""
        to = urlsplit(url)
        command = " ".join(words).encode() + b"\r\n"
        try:
            with socket.create_connection((str(to.hostname), to.port or 6379), timeout=1) as connection:
                connection.sendall(command)
                return connection.recv(1024).decode().lstrip("+-").partition("\r")[0]
        except OSError:
            return ""

    # --- what the runbook is given

    def situation(self, redis: LabRedis | None = None, **parameters: Any) -> Situation:
        """The runbook's parameters for a target: the server's own URL and container unless given."""
        return Situation(self.parameters(redis, parameters))

    def parameters(self, redis: LabRedis | None, given: Mapping[str, Any]) -> dict[str, Any]:
        """The runbook's parameters: ``given`` over those that follow from ``redis`` over its defaults."""
        own = {"redis_url": redis.url, "redis_container": redis.name} if redis else {"redis_container": ""}
        return DEFAULTS | own | dict(given)


Recipe = Callable[[RedisTestbed], Situation]


def published(port: int, inside: int = 6379) -> dict[str, tuple[str, int]]:
    """The option ``ports`` of docker-py for one port inside a container at 127.0.0.1 of this host."""
    return {f"{inside}/tcp": ("127.0.0.1", port)}


def _listening(port_setting: str, port: int) -> list[str]:
    """Arguments for redis-server to listen on ``port`` by this setting, and on nothing else."""
    plain = [] if port_setting == "--port" else ["--port", "0"]
    return [*plain, port_setting, str(port)]


def _refusal(log: str) -> Exception:
    """Why a redis-server ended instead of coming up."""
    unknown = _UNKNOWN_SETTING.search(log)
    if unknown:
        return Unavailable(f"needs a redis-server that knows the setting {unknown['setting']}")
    if "Failed finding TLS support" in log:
        return Unavailable("needs a redis-server that was built with TLS")
    return NotReady(log)
