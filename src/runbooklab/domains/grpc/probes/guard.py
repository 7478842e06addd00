"""The only door to a worker: sockets that say nothing but what is on a closed list.

A connection may be listened to; it may be sent HTTP/2's preface, a plain ``GET /``, a TLS ClientHello, or
(to a proxy) ``CONNECT``. In HTTP/2 it may be sent PING and the calls of :data:`PATHS`: the Health service,
the list of services by reflection, and a method that cannot exist. An application's method is never called:
no path and no message can be passed in.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError

from runbooklab.errors import RunbookError
from runbooklab.observe.net.bounded_socket import BoundedSocket

Kind = Literal["nothing", "health", "reflection", "reflection-alpha"]

#: Every call that may be made. The first cannot exist: a server answers UNIMPLEMENTED if it answers at all.
PATHS: dict[Kind, str] = {
    "nothing": "/runbooklab.Probe/None",
    "health": "/grpc.health.v1.Health/Check",
    "reflection": "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "reflection-alpha": "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
}
#: Headers that a token may be sent in.
CREDENTIALS = ("authorization", "x-api-key", "x-auth-token", "token")
#: HTTP/2's preface and an empty SETTINGS frame. Source: RFC 9113, 3.4.
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
#: Most bytes that one connection is read.
MOST_BYTES = 1 << 20
#: Most bytes of a service's name that is asked for, and of a proxy's answer that is read.
MOST_NAME = 500
MOST_LINE = 400

AnySocket = Any  # a socket, or one that is bounded or under TLS


class Refused(RunbookError, PermissionError):
    """Something that is on no list, stopped before it was sent."""


@contextmanager
def opened(address: str, port: int, seconds: float) -> Iterator[socket.socket]:
    """A connection to one IP address, closed at the end. Raises :class:`OSError`."""
    with socket.create_connection((address, port), max(seconds, 0.01)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield sock


def listen_to(sock: AnySocket, least: int, seconds: float) -> tuple[bytes, bool]:
    """What comes within ``seconds`` without asking, and whether the peer has closed the connection.

    It ends once ``least`` bytes are there. A reset counts as closed.
    """
    until, data = time.monotonic() + seconds, b""
    while len(data) < least:
        left = until - time.monotonic()
        if left <= 0:
            return data, False
        sock.settimeout(left)
        try:
            piece = sock.recv(MOST_LINE)
        except TimeoutError:
            return data, False
        except OSError:
            return data, True
        if not piece:
            return data, True
        data += piece
    return data, False


def say_preface(sock: AnySocket, seconds: float) -> None:
    """HTTP/2's preface, and nothing of a call. Raises :class:`OSError`."""
    sock.settimeout(max(seconds, 0.01))
    sock.sendall(PREFACE)


def ask_http1(address: str, port: int, seconds: float) -> str:
    """The first line that a plain ``GET /`` gets; "" if none comes."""
    with suppress(OSError), opened(address, port, seconds) as sock:
        sock.sendall(GET)
        data, _ = listen_to(sock, 12, seconds)
        return data.partition(b"\r\n")[0].decode("ascii", "replace")[:80]
    return ""


def ask_tunnel(sock: AnySocket, host: str, port: int, seconds: float) -> str:
    """A proxy's status line to ``CONNECT host:port``, as gRPC core would ask; "" if none comes."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if any(letter.isspace() or not letter.isprintable() for letter in place):
        raise Refused("a host's name with blanks is sent to no proxy")
    sock.settimeout(max(seconds, 0.01))
    sock.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
    data, _ = listen_to(sock, 12, seconds)
    return data.partition(b"\r\n")[0].decode("latin-1")[:MOST_LINE]


def handshake(sock: socket.socket, context: ssl.SSLContext, name: str, until: float) -> ssl.SSLSocket:
    """TLS on an open connection. Raises :class:`OSError`, of which :class:`ssl.SSLError` is one."""
    sock.settimeout(max(until - time.monotonic(), 0.01))
    return context.wrap_socket(sock, server_hostname=name or None)


class Http2:
    """One conversation in HTTP/2 on an open connection, which says only what is on the closed list.

    ``until`` is the time (of :func:`time.monotonic`) at which it ends, ``authority`` the name that is called,
    ``scheme`` http or https, ``credential`` the name and the value of the header that goes with each call.
    """

    def __init__(
        self,
        sock: AnySocket,
        until: float,
        authority: str,
        scheme: str,
        credential: tuple[str, str] | None = None,
    ) -> None:
        self._raw = sock
        self._sock = BoundedSocket(sock, until, MOST_BYTES)
        self._until = until
        if credential is not None and credential[0] not in CREDENTIALS:
            raise Refused(f"{credential[0]!r} is no header for a token: it is not sent")
        self._authority, self._scheme, self._credential = authority, scheme, credential
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        self.events: list[Any] = []
        self.closed = False
        self.last = b""  # what could not be read any more, as after a GOAWAY
        self._h2.initiate_connection()
        self._flush()

    def __enter__(self) -> Http2:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._raw.close()

    def pump(self, done: Callable[[], bool], seconds: float) -> bool:
        """Read until ``done()``, the end of the connection or ``seconds``; whether it is done."""
        until = min(time.monotonic() + seconds, self._until)
        while not done():
            left = until - time.monotonic()
            if self.closed or left <= 0:
                return False
            self._sock.settimeout(left)
            try:
                data = self._sock.recv(65536)
                if not data:
                    self.closed = True
                    continue
                found = self._h2.receive_data(data)
            except TimeoutError:
                return done()
            except OSError:
                self.closed = True
                continue
            except (ProtocolError, UnicodeError):
                self.closed, self.last = True, data
                continue
            for event in found:
                flow = getattr(event, "flow_controlled_length", 0)
                if flow:
                    with suppress(ProtocolError):
                        self._h2.acknowledge_received_data(flow, getattr(event, "stream_id", 0))
            self.events += found
            self._flush()
        return True

    def ping(self) -> None:
        """A PING frame: every HTTP/2 server answers it by itself."""
        if not self.closed:
            self._h2.ping(b"runbook!")
            self._flush()

    def call(self, kind: Kind, service: str, seconds: float) -> int:
        """Begin a call of the closed list; the number of its stream. Raises h2's ``ProtocolError``."""
        if kind not in PATHS:
            raise Refused(f"{kind!r} is on no list: it is not called")
        stream: int = self._h2.get_next_available_stream_id()
        self._h2.send_headers(stream, self._headers(kind, seconds))
        self._h2.send_data(stream, _framed(_message(kind, service)), end_stream=True)
        self._flush()
        return stream

    def hold(self) -> int:
        """A call of Health that is begun and not finished: it keeps a stream open; give it up afterwards."""
        stream: int = self._h2.get_next_available_stream_id()
        self._h2.send_headers(stream, self._headers("health", 5.0))
        self._flush()
        return stream

    def give_up(self, stream: int) -> None:
        """Cancel a call that got no answer."""
        with suppress(ProtocolError):
            self._h2.reset_stream(stream, 8)  # CANCEL
            self._flush()

    def _headers(self, kind: Kind, seconds: float) -> list[tuple[str, str]]:
        headers = [
            (":method", "POST"),
            (":scheme", self._scheme),
            (":path", PATHS[kind]),
            (":authority", self._authority),
            ("te", "trailers"),
            ("content-type", "application/grpc"),
            ("user-agent", "runbooklab"),
            ("grpc-timeout", f"{max(int(seconds * 1000), 1)}m"),
        ]
        return [*headers, self._credential] if self._credential else headers

    def _flush(self) -> None:
        data = self._h2.data_to_send()
        if not data or self.closed:
            return
        try:
            self._sock.sendall(data)
        except OSError:
            self.closed = True


def _message(kind: Kind, service: str) -> bytes:
    """The request of a call, which nobody can pass in."""
    if kind == "health":
        return bytes(HealthCheckRequest(service=service[:MOST_NAME]).SerializeToString())
    if kind in ("reflection", "reflection-alpha"):
        return bytes(ServerReflectionRequest(list_services="*").SerializeToString())
    return b""


def _framed(message: bytes) -> bytes:
    """Source: gRPC over HTTP2, Length-Prefixed-Message."""
    return b"\0" + len(message).to_bytes(4, "big") + message
