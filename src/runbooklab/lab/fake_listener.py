"""Processes that hold a port or a socket: ``python -m runbooklab.lab.fake_listener KIND ARGS``.

Each prints ``ready`` once it listens and serves until it is killed.
"""

from __future__ import annotations

import os
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable


def silent(port: str) -> None:
    """Accept connections and never answer."""
    _keep_open(socket.create_server(("127.0.0.1", int(port))))


def silent_socket(path: str) -> None:
    """Accept connections on a unix socket and never answer."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    _keep_open(server)


def locked_socket(path: str) -> None:
    """Listen on a unix socket that nobody may connect to."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    os.chmod(path, 0)  # noqa: PTH101 - a socket, no file to open
    server.listen()
    _keep_open(server)


def banner(port: str, text: str) -> None:
    """Answer every connection with ``text`` and close it, as an SSH or SMTP server greets."""

    class Greet(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(text.encode() + b"\r\n")
            self.request.recv(1024)

    _serve(port, Greet)


def http(port: str) -> None:
    """Answer as a web server answers nonsense."""

    class Refuse(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")

    _serve(port, Refuse)


def old_engine(port: str) -> None:
    """Answer as a Docker engine that is too old for any requested API version."""
    body = b'{"message":"client version 9.99 is too new. Maximum supported API version is 1.12"}'

    class Refuse(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            head = f"HTTP/1.1 400 Bad Request\r\nContent-Length: {len(body)}\r\n"
            head += "Content-Type: application/json\r\nConnection: close\r\n\r\n"
            self.wfile.write(head.encode() + body)

    _serve(port, Refuse)


def relay(port: str, to_host: str, to_port: str, delay_s: str = "0") -> None:
    """Pass bytes both ways to another address; each piece is delayed by ``delay_s`` seconds."""

    class Pass(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((to_host, int(to_port))) as upstream:
                back = threading.Thread(target=_pump, args=(upstream, self.request, 0.0), daemon=True)
                back.start()
                _pump(self.request, upstream, float(delay_s))

    _serve(port, Pass)


def _pump(source: socket.socket, sink: socket.socket, delay_s: float) -> None:
    try:
        while data := source.recv(65536):
            time.sleep(delay_s)
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def _serve(port: str, handler: type[socketserver.BaseRequestHandler]) -> None:
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    socketserver.ThreadingTCPServer.daemon_threads = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", int(port)), handler) as server:
        _ready()
        server.serve_forever()


def _keep_open(server: socket.socket) -> None:
    _ready()
    kept = []
    while True:
        kept.append(server.accept())


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


KINDS: dict[str, Callable[..., None]] = {
    "silent": silent,
    "silent-socket": silent_socket,
    "locked-socket": locked_socket,
    "banner": banner,
    "http": http,
    "old-engine": old_engine,
    "relay": relay,
}

if __name__ == "__main__":
    KINDS[sys.argv[1]](*sys.argv[2:])
