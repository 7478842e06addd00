"""A program of the lab that has a port in some way; a recipe copies it under the name of a service.

Its arguments are a row of the table below, an address, a port and more. It prints ``ready`` and goes on
until it is killed.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable


def listen(address: str, port: str, *how: str) -> None:
    """Take connections and answer them; ``how`` may say reuse (SO_REUSEPORT) or deaf (never accept)."""
    server = _bound(socket.SOCK_STREAM, address, port, *how)
    server.listen(20)
    _ready()
    if "deaf" in how:
        time.sleep(3600)
    _serve(server)


def udp(address: str, port: str) -> None:
    """Have a UDP port."""
    with _bound(socket.SOCK_DGRAM, address, port):
        _ready()
        time.sleep(3600)


def prefork(address: str, port: str, *how: str) -> None:
    """Several workers of one program on one port: each with a socket of its own, or all with one."""
    workers = []
    shared = None if "reuse" in how else _bound(socket.SOCK_STREAM, address, port)
    if shared:
        shared.listen(20)
    for _ in range(3):
        pid = os.fork()
        if pid == 0:
            _end_with_parent()
            server = shared or _bound(socket.SOCK_STREAM, address, port, "reuse")
            if shared is None:
                server.listen(20)
            _serve(server)
        workers.append(pid)
    time.sleep(0.3)
    _ready()
    try:
        time.sleep(3600)
    finally:
        for pid in workers:
            os.kill(pid, 9)


def orphan(address: str, port: str) -> None:
    """Fork a worker that inherits the socket, print its pid, and end without ending it."""
    server = _bound(socket.SOCK_STREAM, address, port)
    server.listen(20)
    pid = os.fork()
    if pid == 0:
        time.sleep(120)
        return
    sys.stdout.write(f"{pid}\n")
    _ready()


def outgoing(address: str, port: str, to_port: str) -> None:
    """Connect to a listener from this very port."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind((address, int(port)))
    client.connect((address, int(to_port)))
    _ready()
    time.sleep(3600)


def time_wait(address: str, port: str) -> None:
    """Serve one connection, and close it first: the port stays in TIME_WAIT."""
    server = _bound(socket.SOCK_STREAM, address, port)
    server.listen(1)
    client = socket.create_connection((address, int(port)))
    served, _ = server.accept()
    served.close()
    client.recv(1)
    client.close()
    server.close()
    _ready()


def _end_with_parent() -> None:
    """Whoever ends the program with SIGKILL ends its workers, too. Source: prctl(2), PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _bound(kind: socket.SocketKind, address: str, port: str, *how: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.socket(family, kind)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if "reuse" in how:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, "dual" not in how)
    server.bind((address, int(port)))
    return server


def _serve(server: socket.socket) -> None:
    def answer(client: socket.socket) -> None:
        with client:
            client.recv(100)
            client.sendall(b"here\n")

    while True:
        client, _ = server.accept()
        threading.Thread(target=answer, args=(client,), daemon=True).start()


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


KINDS: dict[str, Callable[..., None]] = {
    "listen": listen, "udp": udp, "prefork": prefork, "orphan": orphan, "outgoing": outgoing,
    "time-wait": time_wait,
}  # fmt: skip

if __name__ == "__main__":
    KINDS[sys.argv[1]](*sys.argv[2:])
