"""Real Redis servers on free ports of this host, and other things that may sit on a port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


def require(program: str) -> str:
    """The program's path; without it the test is skipped, or fails if CI=true."""
    path = shutil.which(program)
    if path is None:
        message = f"{program} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class RedisServer:
    """A running ``redis-server``; ``folder`` is its private working folder."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path

    def url(self, credentials: str = "", path: str = "") -> str:
        """``redis://[credentials@]127.0.0.1:port[path]``."""
        user_part = f"{credentials}@" if credentials else ""
        return f"redis://{user_part}127.0.0.1:{self.port}{path}"

    def send(self, *words: str, password: str = "") -> str:
        """One command by redis-cli, for setting the scene; its output."""
        environment = {**os.environ, "REDISCLI_AUTH": password} if password else dict(os.environ)
        command = [require("redis-cli"), "-e", "-p", str(self.port), *words]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, check=True, timeout=10
        )
        return done.stdout.strip()

    def freeze(self) -> None:
        """Stop the process where it is: it accepts connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run again; a process that has ended is left alone."""
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def redis_server(*arguments: str, port: int | None = None, plain: bool = True) -> Iterator[RedisServer]:
    """A ``redis-server`` with ``arguments``, answering on 127.0.0.1 when the block begins.

    It persists nothing unless asked to. ``plain=False``: it has no plain port (``--port 0`` and TLS).
    """
    program = require("redis-server")
    chosen = port or free_port()
    folder = Path(tempfile.mkdtemp(prefix="runbooklab-redis-"))
    where = ["--port", str(chosen)] if plain else ["--port", "0", "--tls-port", str(chosen)]
    command = [program, *where, "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", *arguments]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    server = RedisServer(chosen, process, folder)
    try:
        _wait_for(server)
        yield server
    finally:
        server.thaw()
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: RedisServer) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
            return
        except OSError:
            time.sleep(0.01)
    log = (server.folder / "log").read_text(errors="replace")
    raise RuntimeError(f"redis-server did not start: {log[-2000:]}")


@contextmanager
def listener(serve: Callable[[socket.socket], None] | None = None, backlog: int = 16) -> Iterator[int]:
    """A listener on a free port of 127.0.0.1 that hands each connection to ``serve``.

    Without ``serve`` connections are taken and never answered.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as server:
        taken: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                taken.append(connection)
                if serve is not None:
                    serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
            thread.join(timeout=5)
            for connection in taken:
                connection.close()


def replies(data: bytes) -> Callable[[socket.socket], None]:
    """For :func:`listener`: read something, answer ``data``, close."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(data)
        connection.close()

    return serve
