"""The lab's small system without a Docker engine: its parts are processes of this host.

What a label is to a container, an environment variable is to these: it says that a process is the
lab's and which part it is, and nothing without it is touched. So no file has to remember them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from runbooklab.lab.bench import READY_S, NotReady
from runbooklab.lab.ports import free_port
from runbooklab.lab.server_program import server_program
from runbooklab.lab.world import World
from runbooklab.lab.world_programs import ORCHESTRATOR, WORKER, WORKERS

#: Names the part that a process of the world, and every child of it, belongs to.
PART_VARIABLE = "RUNBOOKLAB_LAB_PART"
REDIS, ORCHESTRATING = "redis", "orchestrator"
PARTS = (REDIS, ORCHESTRATING, *WORKERS)
GONE = "not running"
_HOST = "127.0.0.1"


def up() -> World:
    """Start whatever of the world is not running. Raises :class:`NotHere` without a redis-server."""
    program = server_program()
    there = _processes()
    port = _port(there) or str(free_port())
    environment = {
        "PATH": f"{Path(program).parent}:{os.environ.get('PATH', os.defpath)}",
        "REDIS_HOST": _HOST,
        "REDIS_PORT": port,
        "ADDRESS": _HOST,
    }
    redis = [program, "--port", port, "--bind", _HOST, "--appendonly", "yes", "--dir", str(_folder())]
    commands = {REDIS: redis, ORCHESTRATING: ["sh", "-c", ORCHESTRATOR]}
    for part in PARTS:
        processes = there.get(part, [])
        if _state(processes) != GONE:
            continue
        _end(processes)  # what a killed part has left running
        place = {"WORKER": part, "PORT": str(free_port())} if part in WORKERS else {}
        _start(part, commands.get(part, ["sh", "-c", WORKER]), environment | place)
        if part == REDIS:
            _wait_for_redis(int(port))
    return status()


def status() -> World:
    """What of the world runs now."""
    there = _processes()
    if not there:
        return World({}, {})
    parameters: dict[str, Any] = {
        "redis_url": f"redis://{_HOST}:{_port(there)}",
        "redis_container": "",
        "docker_network": "",
        "expected_workers": len(WORKERS),
    }
    return World({part: _state(there.get(part, [])) for part in PARTS}, parameters)


def down() -> tuple[str, ...]:
    """End every process of the world and remove its folder; the names of the parts that were there."""
    there = _processes()
    for processes in there.values():
        _end(processes)
    shutil.rmtree(_folder(), ignore_errors=True)
    return tuple(part for part in PARTS if part in there)


def _folder() -> Path:
    """Where the world's Redis keeps its data and the parts their logs; this user's own."""
    folder = Path(tempfile.gettempdir()) / f"runbooklab-world-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise NotReady(f"{folder} belongs to somebody else")
    return folder


def _start(part: str, argv: list[str], environment: dict[str, str]) -> None:
    with (_folder() / f"{part}.log").open("ab") as log:
        subprocess.Popen(
            argv,
            env=environment | {PART_VARIABLE: part},
            cwd=_folder(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # it stays when this command ends
        )


def _wait_for_redis(port: int) -> None:
    from redis import Redis, RedisError

    deadline = time.monotonic() + READY_S
    with Redis(_HOST, port) as client:
        while True:
            try:
                client.ping()
                return
            except RedisError as error:
                if time.monotonic() > deadline:
                    raise NotReady(f"Redis did not start on port {port}: {error}") from error
                time.sleep(0.05)


def _processes() -> dict[str, list[psutil.Process]]:
    """Each part that is there, with its processes."""
    found: dict[str, list[psutil.Process]] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().effective != os.geteuid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            part = process.environ().get(PART_VARIABLE)
            if part:
                found.setdefault(part, []).append(process)
    return found


def _state(processes: list[psutil.Process]) -> str:
    """How a part's own process fares; its children may outlive it."""
    for process in processes:
        with suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == process.pid:
                return "stopped" if process.status() == psutil.STATUS_STOPPED else "running"
    return GONE


def _port(there: dict[str, list[psutil.Process]]) -> str | None:
    """The port of the world's Redis, which every part was told."""
    for process in (one for processes in there.values() for one in processes):
        with suppress(psutil.Error):
            return process.environ()["REDIS_PORT"]
    return None


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)
