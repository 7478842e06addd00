"""Starting the programs of one pipeline and reading what they print, until they end or the deadline."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from runbooklab.observe.command.result import NOT_FOUND, Stage
from runbooklab.shell.tree import Redirect

_LAUNCHER = Path(__file__).with_name("launcher.py")
_PIECE = 64 << 10
#: Output beyond the bound is counted and dropped, and what prints still more is ended.
MOST_DRAINED = 64 << 20
#: How long the pipes are read after all programs ended, in seconds, if somebody holds them open.
_AFTER_END_S = 0.2


class Start(Struct, frozen=True):
    """One program to start: its file, its words, its environment and where its outputs go."""

    file: str
    argv: tuple[str, ...]
    environment: dict[str, str]
    redirects: tuple[Redirect, ...] = ()


class Piped(Struct, frozen=True):
    """What a pipeline printed. ``out_bytes`` counts what was dropped as well."""

    stages: tuple[Stage, ...]
    out: bytes
    err: bytes
    truncated: bool
    timed_out: bool
    walls: tuple[str, ...]


def run_pipeline(
    starts: Sequence[Start], *, cwd: str, deadline: float, most_bytes: int, stdin: bytes | None = None
) -> Piped:
    """Run programs of which each reads what the one before prints, until ``deadline`` (``time.monotonic``).

    Each is the head of a session of its own behind the launcher's wall; when it ends, or at the deadline, its
    whole group is killed. The first one reads ``stdin``, or nothing.
    """
    running = _Running(deadline, most_bytes)
    try:
        running.start(starts, cwd, stdin)
        return running.result()
    finally:
        running.close()


class _Running:
    def __init__(self, deadline: float, most_bytes: int) -> None:
        self.deadline = deadline
        self.most_bytes = most_bytes
        self.selector = selectors.DefaultSelector()
        self.open: set[int] = set()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.argvs: list[tuple[str, ...]] = []
        self.ended: dict[int, tuple[int, float]] = {}
        self.held = {"out": bytearray(), "err": bytearray()}
        self.drained = 0
        self.reports: list[int] = []
        self.began = time.monotonic()

    def close(self) -> None:
        """End every program and close every file."""
        self._end_all()
        self.selector.close()
        for fd in [*self.open]:
            self._close(fd)

    def start(self, starts: Sequence[Start], cwd: str, stdin: bytes | None) -> None:
        null = self._own(os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC))
        err_read, err_write = self._pipe()
        following = self._input(stdin) if stdin is not None else null
        for number, start in enumerate(starts):
            reading, writing = self._pipe()
            self._start_one(start, cwd, _ends(start.redirects, following, writing, err_write, null))
            self._close(writing)
            if following != null:
                self._close(following)
            following = reading
            if number == len(starts) - 1:
                self._watch(reading, "out")
        self._close(err_write)
        self._watch(err_read, "err")

    def _start_one(self, start: Start, cwd: str, ends: tuple[int, int, int]) -> None:
        report_read, report_write = self._pipe()
        process = subprocess.Popen(  # noqa: S603 # argv that was judged, no shell
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(report_write), start.file, *start.argv],
            stdin=ends[0],
            stdout=ends[1],
            stderr=ends[2],
            env=start.environment,
            cwd=cwd,
            start_new_session=True,
            pass_fds=(report_write,),
        )
        self._close(report_write)
        self.reports.append(report_read)
        self.processes.append(process)
        self.argvs.append(start.argv)
        self.selector.register(self._own(os.pidfd_open(process.pid)), selectors.EVENT_READ, process)

    def _own(self, fd: int) -> int:
        self.open.add(fd)
        return fd

    def _close(self, fd: int) -> None:
        self.open.discard(fd)
        os.close(fd)

    def _pipe(self) -> tuple[int, int]:
        reading, writing = os.pipe2(os.O_CLOEXEC)
        return self._own(reading), self._own(writing)

    def _input(self, data: bytes) -> int:
        fd = self._own(os.memfd_create("input", os.MFD_CLOEXEC))
        with os.fdopen(os.dup(fd), "wb") as file:
            file.write(data)
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    def _watch(self, fd: int, name: str) -> None:
        os.set_blocking(fd, False)
        self.selector.register(fd, selectors.EVENT_READ, name)

    def result(self) -> Piped:
        while self.selector.get_map() and not self._over():
            ready = self.selector.select(self._wait_s())
            if not ready and len(self.ended) == len(self.processes):
                break  # who still holds a pipe left its session: nobody waits for it
            for key, _ in ready:
                if isinstance(key.data, str):
                    self._read(key.fd, key.data)
                else:
                    self.selector.unregister(key.fd)
                    self._end(key.data)
        timed_out = len(self.ended) < len(self.processes) and time.monotonic() >= self.deadline
        self._end_all()
        walls, failures = self._reports()
        stages = tuple(self._stage(n, failures.get(n, "")) for n in range(len(self.processes)))
        err = bytes(self.held["err"]) + "".join(failures.values()).encode()
        truncated = self.drained > 0
        return Piped(stages, bytes(self.held["out"]), err, truncated, timed_out, walls)

    def _wait_s(self) -> float:
        remaining = max(self.deadline - time.monotonic(), 0)
        return min(remaining, _AFTER_END_S) if len(self.ended) == len(self.processes) else remaining

    def _over(self) -> bool:
        return time.monotonic() >= self.deadline or self.drained > MOST_DRAINED

    def _read(self, fd: int, name: str) -> None:
        data = os.read(fd, _PIECE)
        if not data:
            self.selector.unregister(fd)
            self._close(fd)
            return
        room = self.most_bytes - len(self.held[name])
        self.held[name] += data[:room]
        self.drained += len(data[room:])

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what is left of a program's group, then let it go: until then no other has its number."""
        if process.pid in self.ended:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        status = process.wait()
        self.ended[process.pid] = (status, (time.monotonic() - self.began) * 1000)

    def _end_all(self) -> None:
        for process in self.processes:
            self._end(process)

    def _stage(self, number: int, failure: str) -> Stage:
        status, ms = self.ended[self.processes[number].pid]
        return Stage(self.argvs[number], NOT_FOUND if failure else status, round(ms, 1))

    def _reports(self) -> tuple[tuple[str, ...], dict[int, str]]:
        """The walls that all programs stood behind, and which could not be started."""
        walls, failures = dict[str, None](), dict[int, str]()
        for number, fd in enumerate(self.reports):
            lines = os.read(fd, _PIECE).decode("utf-8", "replace").splitlines()
            self._close(fd)
            for line in lines or ["no landlock: the launcher did not start"]:
                if line.startswith("failed: "):
                    failures[number] = f"{self.argvs[number][0]}: {line.removeprefix('failed: ')}\n"
                else:
                    walls[line] = None
        return tuple(walls), failures


def _ends(redirects: Sequence[Redirect], stdin: int, out: int, err: int, null: int) -> tuple[int, int, int]:
    """Where a program's three streams go, by its redirections in their order."""
    for redirect in redirects:
        match redirect:
            case "</dev/null":
                stdin = null
            case "2>/dev/null":
                err = null
            case ">/dev/null":
                out = null
            case "&>/dev/null":
                out = err = null
            case "2>&1":
                err = out
            case "1>&2":
                out = err
    return stdin, out, err
