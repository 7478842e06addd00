"""The testbed of gRPC workers: servers of this host and in containers, certificates, an orchestrator."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab.domains.grpc.lab import image
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation, Testbed

if TYPE_CHECKING:
    import subprocess

    from docker.models.containers import Container

SERVICE = "tts.v1.TextToSpeech"
_SERVER = Path(__file__).with_name("server.py")

DEFAULTS: dict[str, Any] = {
    "orchestrator_config": "",
    "redis_container": "",
    "docker_network": "",
    "worker_service": SERVICE,
    "probe_timeout_s": 4.0,
}


class HostWorker(Struct, frozen=True):
    """A server of this host."""

    port: int
    process: subprocess.Popen[bytes]


class ContainerWorker(Struct, frozen=True):
    """A server in a container; ``port`` is the one of this host, 0 if none is published."""

    name: str
    port: int
    container: Container


class GrpcTestbed(Testbed):
    """A testbed that makes gRPC servers too."""

    def host_worker(self, *, ready: bool = True, **options: Any) -> HostWorker:
        """A server on this host, on a free port of 127.0.0.1 unless ``options`` say otherwise."""
        options = {"bind": "127.0.0.1", "port": options.get("port") or free_port()} | options
        log = self.folder / f"worker-{uuid.uuid4().hex[:6]}.log"
        process = self.process([sys.executable, "-u", str(_SERVER), json.dumps(options)], log=log)
        if ready:
            self.until(lambda: "ready" in log.read_text(), log.read_text)
        return HostWorker(options["port"], process)

    def worker(
        self,
        suffix: str = "worker",
        *,
        publish: bool = True,
        ready: bool = True,
        inside: int = 50051,
        server: dict[str, Any] | None = None,
        **docker: Any,
    ) -> ContainerWorker:
        """A server in a container, published on a free port of 127.0.0.1 unless ``publish`` is false."""
        port = free_port() if publish else 0
        if publish:
            docker.setdefault("ports", {f"{inside}/tcp": ("127.0.0.1", port)})
        docker.setdefault("command", self.command(**(server or {})))
        command = docker.pop("command")
        container = self.container(suffix, command, **self.files(), **docker)
        if ready:
            self.says(container, "ready")
        return ContainerWorker(str(container.name), port, container)

    def command(self, **options: Any) -> list[str]:
        """The command of a server in a container."""
        return [*image.python(), "/lab/server.py", json.dumps(options)]

    def files(self) -> dict[str, Any]:
        """What a container needs to run this machine's Python."""
        volumes = image.mounts() | {str(_SERVER): {"bind": "/lab/server.py", "mode": "ro"}}
        volumes[str(self.folder)] = {"bind": str(self.folder), "mode": "ro"}
        return {"volumes": volumes, "environment": image.environment()}

    def orchestrator(self, **docker: Any) -> Container:
        """A container that only waits."""
        files = self.files()
        files["environment"] = files["environment"] | docker.pop("environment", {})
        return self.container("orchestrator", ["sleep", "600"], **files, **docker)

    def situation(self, address: str = "", **parameters: Any) -> Situation:
        """The runbook's parameters for a target."""
        return Situation(DEFAULTS | {"worker_address": address} | parameters)

    def at(self, port: int, **parameters: Any) -> Situation:
        """A worker at a port of 127.0.0.1."""
        return self.situation(f"127.0.0.1:{port}", **parameters)
