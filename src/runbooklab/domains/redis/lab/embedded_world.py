"""The lab's small system without a Docker engine: its parts are processes of this host.

What a label is to a container, two things are to these: each part works in a folder of its own, and
carries :data:`MARK` in its environment. A redis-server overwrites its environment when it names
itself, so for a server the folder alone has to suffice. Nothing else is touched.
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

from runbooklab.domains.redis.lab.server_program import server_program
from runbooklab.domains.redis.lab.world_programs import ORCHESTRATOR, WORKER, WORKERS
from runbooklab.lab.lab import World
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import READY_S, NotReady, Unavailable

#: In the environment of every process of the world, and of its children.
MARK = "RUNBOOKLAB_LAB"
REDIS, ORCHESTRATING = "redis", "orchestrator"
PARTS = (REDIS, ORCHESTRATING, *WORKERS)
GONE = "not running"
_HOST = "127.0.0.1"


def up() -> World:
    """Start whatever of the world is not running. Raises :class:`Unavailable` without its programs."""
    program = server_program()
    path = f"{Path(program).parent}:{os.environ.get('PATH', os.defpath)}"
    if shutil.which("redis-cli", path=path) is None:
        raise Unavailable("needs redis-cli")
    folder = _folder()
    _make(folder)
    port = _port(folder)
    environment = {
        "PATH": path,
        "REDIS_HOST": _HOST,
        "REDIS_PORT": port,
        "ADDRESS": _HOST,
        "SERVER": program,
    }
    redis = [program, "--port", port, "--bind", _HOST, "--appendonly", "yes"]
    commands = {REDIS: redis, ORCHESTRATING: ["sh", "-c", ORCHESTRATOR]}
    there = _processes(folder)
    for part in PARTS:
        processes = there.get(part, [])
        if _state(processes) != GONE:
            continue
        _end(processes)  # what a killed part has left running
        place = {"WORKER": part, "PORT": str(free_port())} if part in WORKERS else {}
        _start(folder / part, commands.get(part, ["sh", "-c", WORKER]), environment | place)
        if part == REDIS:
            _wait_for_redis(int(port))
    return status()


def status() -> World:
    """What of the world runs now."""
    folder = _folder()
    there = _processes(folder)
    if not there:
        return World({}, {})
    parameters: dict[str, Any] = {
        "redis_url": f"redis://{_HOST}:{_port(folder)}",
        "redis_container": "",
        "docker_network": "",
        "expected_workers": len(WORKERS),
    }
    return World({part: _state(there.get(part, [])) for part in PARTS}, parameters)


def down() -> tuple[str, ...]:
    """End every process of the world and remove its folder; the names of the parts that were there."""
    folder = _folder()
    there = _processes(folder)
    for processes in there.values():
        _end(processes)
    shutil.rmtree(folder, ignore_errors=True)
    return tuple(part for part in PARTS if part in there)


def _folder() -> Path:
    """Where each part has its folder, with its data and its log."""
    return Path(tempfile.gettempdir()) / f"runbooklab-world-{os.geteuid()}"


def _make(folder: Path) -> None:
    """Make the folder this user's own; raises :class:`NotReady` if its name is taken."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise NotReady(f"{folder} belongs to somebody else")


def _port(folder: Path) -> str:
    """The port of the world's Redis: chosen once, and the same when Redis is started again."""
    chosen = folder / "port"
    if not chosen.exists():
        chosen.write_text(str(free_port()))
    return chosen.read_text()


def _start(folder: Path, argv: list[str], environment: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / "log").open("ab") as log:
        subprocess.Popen(
            argv,
            env=environment | {MARK: "1"},
            cwd=folder,
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


def _processes(folder: Path) -> dict[str, list[psutil.Process]]:
    """Each part that is there, with its processes."""
    found: dict[str, list[psutil.Process]] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().effective != os.geteuid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            place = Path(process.cwd())
            if place.parent == folder and (process.name().endswith("-server") or MARK in process.environ()):
                found.setdefault(place.name, []).append(process)
    return found


def _state(processes: list[psutil.Process]) -> str:
    """The state of a part's own process; its children may outlive it."""
    for process in processes:
        with suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == process.pid:
                return "stopped" if process.status() == psutil.STATUS_STOPPED else "running"
    return GONE


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)
