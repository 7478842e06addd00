"""A testbed: makes real Redis servers, containers, networks and listeners, and removes them at the end."""

from __future__ import annotations

import ipaddress
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runbooklab.domains.redis.lab.server_program import NotHere, server_program
from runbooklab.lab.clean_up import FOLDER_PREFIX, RULE_COMMENT
from runbooklab.lab.owner import labels, me
from runbooklab.lab.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

    from docker import DockerClient
    from docker.models.containers import Container
    from docker.models.networks import Network
    from redis import Redis

#: Seconds until something the testbed started must be ready.
READY_S = 15.0
READY_LINE = "Ready to accept connections"

NEEDS_ENGINE = "needs a Docker engine"

#: What redis-server says of a setting that its version or build does not have.
_UNKNOWN_SETTING = re.compile(
    r">>> '(?P<setting>[\w-]+)[^\n]*\n(?:Bad directive|No such command in rename-command)"
)

#: The runbook's parameters as they are where a case says nothing else: its own defaults, but for a
#: network that the case may not have, and more time, because several drills share the processors.
DEFAULTS: dict[str, Any] = {
    "orchestrator_config": "configs/orchestrator.yaml",
    "worker_key_pattern": "worker:*",
    "docker_network": "",
    "probe_timeout_s": 4.0,
}


class NotReady(Exception):
    """Something the testbed started did not come up; the message quotes what it said."""


@dataclass(frozen=True)
class Situation:
    """A target in some state: what the runbook is given to look at it."""

    parameters: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    #: Look at it as a user who may read no file and no socket but what everybody may.
    unprivileged: bool = False

    @property
    def is_of_another(self) -> bool:
        """It must be looked at from a process of its own."""
        return bool(self.environment) or self.unprivileged


@dataclass(frozen=True)
class LabRedis:
    """A Redis server of the testbed. ``port`` is the one on this host; 0 where none is published."""

    name: str
    port: int
    made: Container | None = None
    #: Where it runs as a process of this host, that process.
    process: subprocess.Popen[bytes] | None = None

    @property
    def container(self) -> Container:
        """The container it runs in; raises :class:`NotHere` for a process of this host."""
        if self.made is None:
            raise NotHere(NEEDS_ENGINE)
        return self.made

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class Testbed:
    """Use it as a context manager: whatever was made is removed at the end, also after an error.

    Names start with :attr:`prefix`, ports are free ones, and every object says whose it is, so that
    several testbeds can be at work at once. Without an engine (``docker`` is None) it is an
    :class:`~runbooklab.domains.redis.lab.embedded.EmbeddedTestbed`.
    """

    __test__ = False  # pytest would take it for a class of tests

    def __init__(self, docker: DockerClient | None, image: str) -> None:
        self._docker = docker
        self.image = image
        self.prefix = f"rbl-{uuid.uuid4().hex[:6]}"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{me()}-"))
        self.folder.chmod(0o755)
        self._undo = ExitStack()
        self.later(lambda: shutil.rmtree(self.folder, ignore_errors=True))
        self.later(self._remove_networks)
        self.later(self._remove_containers)

    @property
    def docker(self) -> DockerClient:
        """The engine; raises :class:`NotHere` where the testbed has none."""
        if self._docker is None:
            raise NotHere(NEEDS_ENGINE)
        return self._docker

    def __enter__(self) -> Testbed:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove everything, the newest first and each in any case; raises what one of them raised."""
        self._undo.close()

    def later(self, undo: Callable[[], object]) -> None:
        """Call ``undo`` when the testbed is closed."""
        self._undo.callback(undo)

    def name(self, suffix: str) -> str:
        """A name for an object of this testbed."""
        return f"{self.prefix}-{suffix}"

    def file(self, name: str, content: str | bytes, mode: int = 0o644) -> Path:
        """A file in the testbed's folder, made with the folders it needs."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return path

    # --- containers and networks

    def created(self, suffix: str, command: Sequence[str], **options: Any) -> Container:
        """A container that is not started; ``options`` are those of docker-py."""
        options.setdefault("image", self.image)
        container = self.docker.containers.create(
            command=list(command),
            name=self.name(suffix),
            labels=labels() | options.pop("labels", {}),
            **options,
        )
        self.later(lambda: self.gone(str(container.name)))
        return container

    def container(self, suffix: str, command: Sequence[str], **options: Any) -> Container:
        """A started container. Raises docker's ``APIError`` where the engine can't start it."""
        container = self.created(suffix, command, **options)
        container.start()
        container.reload()
        return container

    def refused_container(self, suffix: str, command: Sequence[str], **options: Any) -> Container:
        """A container that the engine must refuse to start; it stays behind as ``created``."""
        from docker.errors import APIError

        container = self.created(suffix, command, **options)
        try:
            container.start()
        except APIError:
            return container
        raise NotReady(f"{container.name} started, although it was not to")

    def gone(self, name: str) -> None:
        """Remove the container of this name, also one that a remedy has put in its place, if there is one."""
        from docker.errors import NotFound

        with suppress(NotFound):
            self.docker.containers.get(name).remove(force=True, v=True)

    def network(self, suffix: str = "net", **options: Any) -> Network:
        """A network; ``options`` are those of docker-py."""
        network = self.docker.networks.create(self.name(suffix), labels=labels(), **options)
        self.later(network.remove)
        return network

    def _remove_containers(self) -> None:
        """Remove what a remedy has made or renamed under a name of this testbed."""
        if self._docker is not None:
            found = self._docker.containers.list(all=True, filters={"name": f"^/?{self.prefix}-"})
            for one in found:
                self.gone(str(one.name))

    def _remove_networks(self) -> None:
        """Remove what a remedy has made under a name of this testbed: networks, and volumes."""
        if self._docker is not None:
            for network in self._docker.networks.list(names=[self.prefix]):
                network.remove()
            for volume in self._docker.volumes.list(filters={"name": self.prefix}):
                volume.remove()

    def address(self, container: Container) -> str:
        """The container's first IP address."""
        container.reload()
        attached = container.attrs["NetworkSettings"]["Networks"].values()
        return str(next(one["IPAddress"] for one in attached if one["IPAddress"]))

    def unused_address(self) -> str:
        """An address of the default bridge that no container has."""
        subnet = self.docker.networks.get("bridge").attrs["IPAM"]["Config"][0]["Subnet"]
        return str(ipaddress.ip_network(subnet)[-6])

    def says(self, container: Container, line: str) -> None:
        """Wait until the container's log has ``line``; raises :class:`NotReady` with the log otherwise."""
        self.until(lambda: line.encode() in container.logs(), lambda: container.logs(tail=5).decode())

    def exited(self, container: Container) -> Container:
        """Wait until the container's process has ended."""

        def ended() -> bool:
            container.reload()
            return bool(container.status == "exited")

        self.until(ended, lambda: f"{container.name} is {container.status}")
        return container

    def until(self, done: Callable[[], bool], otherwise: Callable[[], str] = str) -> None:
        """Poll until ``done``; raises :class:`NotReady` with ``otherwise()`` after some seconds."""
        deadline = time.monotonic() + READY_S
        while not done():
            if time.monotonic() > deadline:
                raise NotReady(otherwise())
            time.sleep(0.02)

    def inside(self, container: Container, argv: Sequence[str]) -> str:
        """What a program of this host prints when run in the container's network namespace (needs root)."""
        container.reload()
        pid = str(container.attrs["State"]["Pid"])
        return self.run(["nsenter", "-t", pid, "-n", *argv])

    def run(self, argv: Sequence[str]) -> str:
        """Run a program to its end; raises :class:`subprocess.CalledProcessError` where it fails."""
        return subprocess.run(list(argv), check=True, capture_output=True, text=True, timeout=30).stdout

    # --- Redis

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
        """
        port = 0
        if "ports" not in options and options.get("network_mode") is None:
            port = free_port()
            options["ports"] = {"6379/tcp": ("127.0.0.1", port)}
        listening = _listening(port_setting, 6379)
        command = ["redis-server", "--protected-mode", "no", "--save", "", *listening, *arguments]
        container = self.container(suffix, command, **options)
        if wait:
            self.says(container, wait)
        return LabRedis(str(container.name), port, container)

    def share(self, folder: Path, at: str) -> tuple[str, dict[str, Any]]:
        """Let a Redis read ``folder``: the path it has there, and the options of :meth:`redis` for it."""
        return at, {"volumes": [f"{folder}:{at}:ro"]}

    def host_redis(
        self, *arguments: str, port: int | None = None, wait: str = READY_LINE, port_setting: str = "--port"
    ) -> LabRedis:
        """A Redis server of this host on 127.0.0.1, without a container; see :meth:`redis`.

        Raises :class:`NotHere` where this host has none, or has one that doesn't know a setting.
        """
        port = free_port() if port is None else port
        folder = self.folder / f"redis-{port}"
        folder.mkdir(exist_ok=True)
        own = ["--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *_listening(port_setting, port)]
        return LabRedis("", port, process=self.host_program(*own, *arguments, wait=wait))

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

    # --- processes and packets of this host

    def process(self, argv: Sequence[str], log: Path | None = None) -> subprocess.Popen[bytes]:
        """A process of this host, ended with the testbed and, on Linux, with the process that made it."""
        ends_with_us = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        with (log or Path("/dev/null")).open("wb") as output:
            process = subprocess.Popen(
                [*ends_with_us, *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.later(lambda: _end(process))
        return process

    def fake_listener(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        """A process of this host that listens; see :mod:`runbooklab.lab.fake_listener` for the kinds."""
        log = self.folder / f"listener-{uuid.uuid4().hex[:6]}"
        program = [sys.executable, "-m", "runbooklab.lab.fake_listener", kind, *arguments]
        process = self.process(program, log=log)
        self.until(lambda: "ready" in log.read_text(), log.read_text)
        return process

    def firewall(self, *rule: str, namespace: Container | None = None) -> None:
        """Put a rule (``"INPUT", "-p", "tcp", ...``) at the head of its chain until the testbed closes."""
        comment = ["-m", "comment", "--comment", f"{RULE_COMMENT}{me()}"]
        if namespace is not None:
            self.inside(namespace, ["iptables", "-w", "-I", *rule, *comment])
            return
        self.run(["iptables", "-w", "-I", *rule, *comment])
        self.later(lambda: self.run(["iptables", "-w", "-D", *rule, *comment]))

    # --- what the runbook is given

    def situation(self, redis: LabRedis | None = None, **parameters: Any) -> Situation:
        """The runbook's parameters for a target: the server's own URL and container unless told otherwise."""
        return Situation(self.parameters(redis, parameters))

    def parameters(self, redis: LabRedis | None, given: Mapping[str, Any]) -> dict[str, Any]:
        """The runbook's parameters: ``given`` over those that follow from ``redis`` over its defaults."""
        own = {"redis_url": redis.url, "redis_container": redis.name} if redis else {"redis_container": ""}
        return DEFAULTS | own | dict(given)


def _listening(port_setting: str, port: int) -> list[str]:
    """Arguments for redis-server to listen on ``port`` by this setting, and on nothing else."""
    plain = [] if port_setting == "--port" else ["--port", "0"]
    return [*plain, port_setting, str(port)]


def _refusal(log: str) -> Exception:
    """Why a redis-server ended instead of coming up."""
    unknown = _UNKNOWN_SETTING.search(log)
    if unknown:
        return NotHere(f"needs a redis-server that knows the setting {unknown['setting']}")
    if "Failed finding TLS support" in log:
        return NotHere("needs a redis-server that was built with TLS")
    return NotReady(log)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(timeout=10)
