"""A testbed: creates real containers, networks, processes and listeners, and removes them at the end."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct, field

from runbooklab.errors import RunbookError
from runbooklab.lab.clean_up import FOLDER_PREFIX, RULE_COMMENT
from runbooklab.lab.owner import labels, me
from runbooklab.lab.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

    from docker import DockerClient
    from docker.models.containers import Container
    from docker.models.networks import Network

#: Seconds until something the testbed started must be ready.
READY_S = 40.0

NEEDS_ENGINE = "needs a Docker engine"


class Unavailable(RunbookError):
    """This machine lacks what a recipe needs; the message says what. Nothing was changed."""


class NotReady(RunbookError):
    """Something the testbed started did not come up; the message quotes its output."""


class Situation(Struct, frozen=True):
    """A target in some state: the parameters and the environment with which to inspect it."""

    parameters: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    #: What the shell of a person has set in which a remedy's commands are pasted.
    variables: dict[str, str] = field(default_factory=dict)
    #: The words before a program that sees it: it is in namespaces of its own.
    within: tuple[str, ...] = ()
    #: Whether to inspect it as a user who may read only what everybody may read.
    unprivileged: bool = False

    @property
    def needs_own_process(self) -> bool:
        """Whether it must be inspected from a separate process."""
        return bool(self.environment) or bool(self.within) or self.unprivileged


class Testbed:
    """Use it as a context manager: whatever was made is removed at the end, also after an error.

    Names start with :attr:`prefix`, ports are free ones, and every object is labelled with its owner, so that
    several testbeds can run at once. A subject adds what only it needs in a subclass. Without an
    engine (``docker`` is None) whatever needs a container raises :class:`Unavailable`.
    """

    __test__ = False  # pytest would take it for a class of tests

    def __init__(self, docker: DockerClient | None = None, image: str = "") -> None:
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
        """The engine; raises :class:`Unavailable` if the testbed has none."""
        if self._docker is None:
            raise Unavailable(NEEDS_ENGINE)
        return self._docker

    @property
    def has_engine(self) -> bool:
        """Whether it can make containers."""
        return self._docker is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove everything, the newest first; after an exception the rest is still removed."""
        self._undo.close()

    def later(self, undo: Callable[[], object]) -> None:
        """Call ``undo`` when the testbed is closed."""
        self._undo.callback(undo)

    def name(self, suffix: str) -> str:
        """A unique name for an object of this testbed."""
        return f"{self.prefix}-{suffix}"

    def file(self, name: str, content: str | bytes, mode: int = 0o644) -> Path:
        """A file in the testbed's folder, created with its parent folders."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return path

    def owns_files(self, paths: Sequence[str]) -> bool:
        """Whether all these paths are in its folder."""
        return all(self.folder in Path(os.path.normpath(path)).parents for path in paths)

    def owns_names(self, names: Sequence[str]) -> bool:
        """Whether all these names are of its objects."""
        return all(name.startswith(f"{self.prefix}-") for name in names)

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
        """A started container. Raises docker's ``APIError`` if the engine can't start it."""
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
        raise NotReady(f"{container.name} started, although it should not have")

    def gone(self, name: str) -> None:
        """Remove the container of this name, if there is one, even one that a remedy has created instead."""
        from docker.errors import NotFound

        with suppress(NotFound):
            self.docker.containers.get(name).remove(force=True, v=True)

    def network(self, suffix: str = "net", **options: Any) -> Network:
        """A network; ``options`` are those of docker-py."""
        network = self.docker.networks.create(self.name(suffix), labels=labels(), **options)
        self.later(network.remove)
        return network

    def containers(self, *, running: bool = False) -> list[Container]:
        """The containers under names of this testbed, whoever made them; with ``running``, those that run."""
        return self.docker.containers.list(all=not running, filters={"name": f"^/?{self.prefix}-"})

    def _remove_containers(self) -> None:
        """Remove what a remedy has created or renamed under a name of this testbed."""
        if self._docker is not None:
            for container in self.containers():
                self.gone(str(container.name))

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
        return str(next(network["IPAddress"] for network in attached if network["IPAddress"]))

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
        """The output of a program of this host, run in the container's network namespace (needs root)."""
        container.reload()
        pid = str(container.attrs["State"]["Pid"])
        return self.run(["nsenter", "-t", pid, "-n", *argv])

    def run(self, argv: Sequence[str]) -> str:
        """Run a program to its end; raises :class:`subprocess.CalledProcessError` if it fails."""
        return subprocess.run(list(argv), check=True, capture_output=True, text=True, timeout=30).stdout

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

    def listening(self, kind: str, *arguments: str) -> int:
        """A port of this host on which a fake listener of this kind listens."""
        port = free_port()
        self.fake_listener(kind, str(port), *arguments)
        return port

    def until_rejections_are_silent(self, container: Container, port: int) -> None:
        """Connect until the container's kernel tells of no more rejected packets than one a second."""
        for _ in range(20):
            with socket.socket() as sock:
                sock.settimeout(0.02)
                sock.connect_ex((self.address(container), port))

    def firewall(self, *rule: str, namespace: Container | None = None) -> None:
        """Put a rule (``"INPUT", "-p", "tcp", ...``) at the head of its chain until the testbed closes."""
        comment = ["-m", "comment", "--comment", f"{RULE_COMMENT}{me()}"]
        if namespace is not None:
            self.inside(namespace, ["iptables", "-w", "-I", *rule, *comment])
            return
        self.run(["iptables", "-w", "-I", *rule, *comment])

        def undo() -> None:
            with suppress(subprocess.CalledProcessError):  # a remedy has removed it
                self.run(["iptables", "-w", "-D", *rule, *comment])

        self.later(undo)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(timeout=10)
