"""The demo's system and its three incidents: a real Redis of this machine, broken and fixed on purpose.

An orchestrator's configuration names the Redis, two workers are registered in it. What the demo plays
is the orchestrator's owner and the operator; the Redis, the faults and the inspections are real.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runbooklab.domains.redis.lab.server_program import INSTALL, server_identity, server_program
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.demo import Demo, Incident
from runbooklab.lab.ports import free_port

WORKERS = ("tts-worker-0", "tts-worker-1")
#: Bytes that Redis may use in the demo above what it needs anyway, and the size of one value that fills them.
ROOM, FILLER = 2 * 1024 * 1024, 16 * 1024


class DemoSystem:
    """A Redis with a password, two registered workers, and an orchestrator's configuration.

    Use it as a context manager. Raises
    :class:`~runbooklab.lab.testbed.Unavailable` without a redis-server.
    """

    def __init__(self) -> None:
        self._testbed = RedisTestbed()
        self._port = free_port()
        self._password = "amber-Kestrel-77"  # of a Redis that lives for a minute
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> DemoSystem:
        try:
            self.start_redis()
            self._worker_port = self._testbed.listening("silent")
            self.configure()
        except BaseException:
            self._testbed.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._testbed.close()

    @property
    def parameters(self) -> dict[str, Any]:
        """The runbook's parameters for this system."""
        return {
            "orchestrator_config": str(self._config),
            "redis_container": "",
            "docker_network": "",
            "expected_workers": len(WORKERS),
        }

    @property
    def _config(self) -> Path:
        return self._testbed.folder / "orchestrator.yaml"

    def start_redis(self) -> None:
        """Start the Redis; its data and password are those it had."""
        arguments = ("--appendonly", "yes", "--requirepass", self._password)
        self._process = self._testbed.host_redis(*arguments, port=self._port).process

    def end_redis(self) -> None:
        """End the Redis as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=10)

    def configure(self) -> None:
        """Write the configuration with the password that the Redis has now."""
        url = f"redis://:{self._password}@127.0.0.1:{self._port}/0"
        self._testbed.file("orchestrator.yaml", f"redis:\n  url: {url}\n", mode=0o600)

    def change_password(self) -> None:
        """Change the password of Redis; the configuration keeps the old one."""
        client = self._client()
        self._password = "copper-Heron-78"  # of a Redis that lives for a minute
        client.config_set("requirepass", self._password)

    def fill_memory(self) -> None:
        """Limit the memory, and fill it with values that may not be evicted."""
        from redis import RedisError

        client = self._client()
        client.config_set("maxmemory", client.info("memory")["used_memory"] + ROOM)
        client.config_set("maxmemory-policy", "noeviction")
        try:
            for number in range(2 * ROOM // FILLER):
                client.set(f"audio:{number}", "x" * FILLER)
        except RedisError:  # full
            return

    def refresh(self) -> None:
        """Register both workers, as they do themselves every few seconds."""
        client = self._client()
        for worker in WORKERS:
            record = {"id": worker, "host": "127.0.0.1", "port": self._worker_port, "status": "idle"}
            client.set(
                f"worker:{worker}", json.dumps(record | {"last_heartbeat": round(time.time(), 3)}), ex=60
            )

    def run_commands(self, commands: Sequence[str]) -> None:
        """Run redis-cli commands that a report printed, with the password if one asks for it.

        Raises :class:`subprocess.CalledProcessError` if one fails.
        """
        path = f"{Path(server_program()).parent}:{os.environ.get('PATH', os.defpath)}"
        for command in commands:
            subprocess.run(
                shlex.split(command),
                env={"PATH": path, "REDISCLI_AUTH": self._password},
                check=True,
                capture_output=True,
                timeout=30,
            )

    def _client(self) -> Any:
        return self._testbed.client(f"redis://:{self._password}@127.0.0.1:{self._port}/0")


INCIDENTS = (
    Incident(
        "demo-1",
        "Redis is gone",
        "The Redis process was killed.",
        "redis-not-running",
        DemoSystem.end_redis,
        "Redis was started again.",
        DemoSystem.start_redis,
    ),
    Incident(
        "demo-2",
        "The password was changed",
        "Redis got a new password; the orchestrator's configuration still has the old one.",
        "auth-wrong-credentials",
        DemoSystem.change_password,
        "The new password was written into the configuration.",
        DemoSystem.configure,
    ),
    Incident(
        "demo-3",
        "The memory is full",
        "Redis was filled up to its memory limit, and may not evict anything.",
        "memory-exhausted",
        DemoSystem.fill_memory,
        "The command that the report prints was run exactly as printed.",
    ),
)

DEMO = Demo(
    "Three incidents, named and fixed",
    DemoSystem,
    INCIDENTS,
    server_identity,
    INSTALL,
    own_system=(
        "runbook run redis-connection -p redis_url redis://HOST:PORT -p redis_container NAME",
        "runbook open redis-connection",
    ),
)
