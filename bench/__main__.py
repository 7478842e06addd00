"""How long does it take, side by side: ``runbook run``, the plain tools, and the bare shell commands.

    python -m bench [--rounds 5] [--no-bytecode]

A Redis server of its own is the target. The contenders take turns, so that a busy machine slows all of
them; the figures are medians. Peak memory is measured in the largest process of a contender, as the operating
system counts it. By default Python's bytecode is cached, in a folder of its own, as it is in any
environment that has been used before; ``--no-bytecode`` measures without.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "redis-connection.ipynb"
TOOLS = Path(sys.executable).parent

#: What a person would type who follows the runbook, as far as it only reads.
SHELL = """
docker ps -a | grep redis
docker ps --filter name=redis-tts
docker inspect redis-tts
redis-cli -p {port} ping
docker exec redis-tts redis-cli ping
docker logs --tail 50 redis-tts
grep -A 3 redis configs/orchestrator.yaml
lsof -i :{port}
docker port redis-tts
docker network inspect tts-network
redis-cli -p {port} info memory
redis-cli -p {port} info clients
redis-cli -p {port} info stats
redis-cli -p {port} config get maxmemory
redis-cli -p {port} config get save
redis-cli -p {port} slowlog get 10
redis-cli -p {port} --scan --pattern 'worker:*'
nc -z localhost {port}
"""


@dataclass
class Contender:
    """One way to do it: ``prepare`` gives the command lines of one round, run one after the other."""

    name: str
    prepare: Callable[[Path], Sequence[Sequence[str]]]
    seconds: list[float] = field(default_factory=list)
    peak_kib: int = 0
    statuses: set[int] = field(default_factory=set)

    def run(self, environment: dict[str, str], *, counts: bool = True) -> None:
        """One round in a folder of its own; ``counts`` is False for the round that warms up."""
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            commands = self.prepare(Path(folder))
            start = time.perf_counter()
            results = [_run(command, environment) for command in commands]
            seconds = time.perf_counter() - start
        if counts:
            self.seconds.append(seconds)
            self.peak_kib = max(self.peak_kib, *(peak for _, peak in results))
            self.statuses |= {status for status, _ in results}

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def _run(command: Sequence[str], environment: dict[str, str]) -> tuple[int, int]:
    """Exit status, and the peak in KiB of the largest process among the command and its descendants."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss


def contenders(port: int) -> tuple[Contender, Contender, Contender]:
    url = f"redis://127.0.0.1:{port}"
    runbook, papermill, jupyter = (str(TOOLS / name) for name in ("runbook", "papermill", "jupyter"))
    return (
        Contender("runbook run", lambda folder: [
            [runbook, "run", "redis-connection", "-p", "redis_url", url, "--reports", str(folder)],
        ]),
        Contender("papermill && nbconvert", lambda folder: [
            [papermill, str(NOTEBOOK), str(folder / "out.ipynb"), "-p", "redis_url", url],
            [jupyter, "nbconvert", "--to", "html", "--template", "incident", str(folder / "out.ipynb")],
        ]),
        Contender("bare shell commands", lambda _: [["sh", "-c", SHELL.format(port=port)]]),
    )  # fmt: skip


def hanging(port: int, docker_socket: Path) -> Contender:
    """``runbook run`` against a Redis and a Docker engine that take connections and never answer."""
    return Contender("runbook run, all hangs", lambda folder: [
        ["env", f"DOCKER_HOST=unix://{docker_socket}", str(TOOLS / "runbook"), "run", "redis-connection",
         "-p", "redis_url", f"redis://127.0.0.1:{port}", "--reports", str(folder)],
    ])  # fmt: skip


# --- targets ---------------------------------------------------------------------------------


@contextmanager
def redis_server() -> Iterator[int]:
    """A Redis server on a free port; gives the port."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="bench-redis-") as folder:
        process = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait()


@contextmanager
def silent_listeners() -> Iterator[tuple[int, Path]]:
    """A TCP port and a Unix socket that accept and say nothing."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "docker.sock"
        with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
            unix.bind(str(path))
            unix.listen()
            for listener in (tcp, unix):
                threading.Thread(target=_accept_for_ever, args=[listener], daemon=True).start()
            yield tcp.getsockname()[1], path


def _accept_for_ever(listener: socket.socket) -> None:
    kept = []
    while True:
        try:
            kept.append(listener.accept())
        except OSError:
            return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("redis-server does not start")


# --- the comparison --------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-bytecode", action="store_true")
    options = parser.parse_args()
    if shutil.which("redis-server") is None:
        raise SystemExit("bench: redis-server is not installed")
    with tempfile.TemporaryDirectory(prefix="bench-bytecode-") as cache:
        environment = _environment(None if options.no_bytecode else cache)
        with redis_server() as port, silent_listeners() as (silent_port, silent_socket):
            ours, plain, shell = contenders(port)
            stuck = hanging(silent_port, silent_socket)
            everyone = (ours, plain, shell, stuck)
            for contender in everyone:
                contender.run(environment, counts=False)
            for number in range(options.rounds):
                print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
                for contender in everyone:
                    contender.run(environment)
    _print(everyone, plain, f"{'without' if options.no_bytecode else 'with'} cached bytecode")
    print(
        f"\nwhere all hangs: {stuck.median - ours.median:.2f} s more than a healthy run"
        f" (each probe may take 3 s)\nlargest process of runbook run: {ours.peak_kib / 1024:.0f} MiB"
    )


def _environment(cache: str | None) -> dict[str, str]:
    environment = {**os.environ, "JUPYTER_PATH": str(ROOT / "share" / "jupyter")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if cache is None:
        return {**environment, "PYTHONDONTWRITEBYTECODE": "1"}
    return {**environment, "PYTHONPYCACHEPREFIX": cache}


def _print(everyone: Sequence[Contender], plain: Contender, mode: str) -> None:
    print(f"\nmedians of {len(plain.seconds)} rounds, {mode}\n")
    print(f"{'':<24}{'seconds':>9}{'ratio':>8}{'peak MiB':>10}  exit status")
    for contender in everyone:
        ratio = f"{contender.median / plain.median:.2f}"
        statuses = ", ".join(map(str, sorted(contender.statuses)))
        peak = f"{contender.peak_kib / 1024:.0f}"
        print(f"{contender.name:<24}{contender.median:>9.2f}{ratio:>8}{peak:>10}  {statuses}")


if __name__ == "__main__":
    main()
