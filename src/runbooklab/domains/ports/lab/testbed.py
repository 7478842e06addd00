"""The testbed of the lab of ports: programs of this host under a service's name, containers with a port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.ports.lab import program as its_program
from runbooklab.lab.owner import labels
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation, Testbed

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

LOOPBACK = "127.0.0.1"


class PortsTestbed(Testbed):
    """A testbed that has ports taken in every way."""

    def __init__(self, docker: DockerClient | None = None, image: str = "") -> None:
        super().__init__(docker, image)
        #: Pids of workers whose parents have ended.
        self.orphans: set[int] = set()
        #: Rules of the nat table, as iptables takes them.
        self.rules: list[list[str]] = []

    def redirect(self, port: int, to: int) -> None:
        """Send connections of this host to ``port`` to another port."""
        rule = ["OUTPUT", "-d", f"{LOOPBACK}/32", "-p", "tcp", "-m", "tcp", "--dport", str(port)]
        rule += ["-j", "REDIRECT", "--to-ports", str(to)]
        self.run(["iptables", "-w", "-t", "nat", "-A", *rule])
        self.rules.append(rule)
        gone = ["iptables", "-w", "-t", "nat", "-D", *rule]
        self.later(lambda: subprocess.run(gone, capture_output=True, check=False, timeout=20))

    @property
    def worker(self) -> str:
        """The name of the service that is to have the port; no other testbed has it."""
        return self.name("tts-worker")

    def program(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """A process of this host whose script is called ``name``; returns once it has its port."""
        process, log = self._started(name, *arguments)
        self.until(lambda: "ready" in log.read_text(), log.read_text)
        return process

    def _started(self, name: str, *arguments: str) -> tuple[subprocess.Popen[bytes], Path]:
        script = self.file(f"{name}.py", Path(its_program.__file__).read_text())
        log = self.folder / f"{name}-{uuid.uuid4().hex[:6]}.log"
        return self.process([sys.executable, "-u", str(script), *map(str, arguments)], log=log), log

    def orphan(self, name: str, port: int) -> int:
        """A worker that inherited a socket on the port and outlived its parent: its pid."""
        process, log = self._started(name, "orphan", LOOPBACK, str(port))
        self.until(lambda: "ready" in log.read_text(), log.read_text)
        pid = int(log.read_text().split()[0])
        process.wait(timeout=10)

        self.orphans.add(pid)

        def end() -> None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

        self.later(end)
        return pid

    def listener(self, name: str, address: str = LOOPBACK, *how: str, port: int = 0) -> int:
        """A port of this host on which a program called ``name`` takes connections."""
        port = port or free_port()
        self.program(name, "listen", address, str(port), *how)
        return port

    def service(self, suffix: str, inside: int = 7000, **options: Any) -> Container:
        """A running container whose program listens on ``inside``."""
        container = self.container(suffix, self.serving(inside), **options)
        self.says(container, "Ready to accept connections")
        return container

    def on_host(self, suffix: str, inside: int, bindings: dict[str, list[dict[str, str]]]) -> None:
        """A container on the host's network that asks for published ports all the same.

        docker-py refuses to make one; the engine, as the command line and Compose do, makes it.
        """
        api = self.docker.api
        config = api.create_container_config(self.image, self.serving(inside), labels=labels())
        config["HostConfig"] = {"NetworkMode": "host", "PortBindings": bindings}
        api.create_container_from_config(config, self.name(suffix))  # type: ignore[no-untyped-call] # docker-py has no types for it
        self.later(lambda: self.gone(self.name(suffix)))
        self.docker.containers.get(self.name(suffix)).start()
        self.until(lambda: f":{inside} " in self.run(["ss", "-Hltn"]))

    @staticmethod
    def serving(inside: int, *more: str) -> list[str]:
        """The command of a container that listens on a port."""
        return ["redis-server", "--port", str(inside), "--protected-mode", "no", "--save", "", *more]

    def compose(self, text: str) -> str:
        """A Compose file of the testbed's folder; its path."""
        return str(self.file("compose/docker-compose.yml", text))

    def situation(self, ports: str, **more: Any) -> Situation:
        """The ports as a target; nothing else is looked at unless ``more`` names it."""
        return Situation(DEFAULTS | {"ports": ports} | more)


#: What the runbook's parameters are unless a case says otherwise.
DEFAULTS: dict[str, Any] = {
    "orchestrator_config": "", "redis_container": "", "docker_network": "", "compose_file": "",
    "probe_timeout_s": 4.0,
}  # fmt: skip
