"""What answers on a port, before any client is used: one plain line, and the first bytes that come back."""

from __future__ import annotations

import errno
import os
import socket
import time
from contextlib import suppress
from typing import Literal

from runbooklab.domains.endpoint.records import FirstBytes

#: An inline command of Redis, which every version understands. Any other server gets a line it may refuse.
PING = b"PING\r\n"
MOST_FIRST_BYTES = 512
MOST_SHOWN = 200


def ask_plainly(address: str, port: int, timeout_s: float) -> FirstBytes:
    """Connect, send ``PING`` and read the first bytes. ``port`` 0: ``address`` is a unix socket's path."""
    started = time.monotonic()
    deadline = started + timeout_s
    data, closed = b"", False
    try:
        with _open(address, port, timeout_s) as sock:
            sock.sendall(PING)
            while len(data) < MOST_FIRST_BYTES and b"\n" not in data and not _is_tls(data):
                sock.settimeout(max(deadline - time.monotonic(), 0.001))
                piece = sock.recv(MOST_FIRST_BYTES)
                if not piece:
                    closed = True
                    break
                data += piece
    except TimeoutError:
        closed = False
    except OSError as error:
        closed = True
        if error.errno == errno.ECONNREFUSED:
            return FirstBytes("not-connected", os.strerror(errno.ECONNREFUSED))
    ms = round((time.monotonic() - started) * 1000, 1) if closed else None
    return classify(data, closed_after_ms=ms)


def answers_tls(address: str, port: int, timeout_s: float) -> bool:
    """Whether a TLS handshake is answered: only its first message is sent, and nothing is checked.

    For what closes a plain connection without a word, as most servers with TLS do.
    """
    deadline, data = time.monotonic() + timeout_s, b""
    with suppress(OSError), _open(address, port, timeout_s) as sock:
        sock.sendall(_client_hello())
        while len(data) < 2:  # the bytes by which TLS is known
            sock.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = sock.recv(2 - len(data))
            if not piece:
                break
            data += piece
    return len(data) == 2 and _is_tls(data)


def current_tls_error(address: str, port: int, timeout_s: float) -> OSError | None:
    """Why a handshake with TLS 1.2 or newer fails; nothing is checked, and nothing is sent through it.

    The connection may take ``timeout_s``, and so may the handshake.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        with _open(address, port, timeout_s) as sock, context.wrap_socket(sock):
            return None
    except OSError as error:
        return error


def _client_hello() -> bytes:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    outgoing = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing).do_handshake()
    return outgoing.read()


def _open(address: str, port: int, timeout_s: float) -> socket.socket:
    if port:
        return socket.create_connection((address, port), timeout_s)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(timeout_s)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def classify(data: bytes, closed_after_ms: float | None = None) -> FirstBytes:
    r"""What the first bytes say about what answers.

    >>> classify(b"-NOAUTH Authentication required.\r\n").code
    'NOAUTH'
    >>> classify(b"HTTP/1.1 400 Bad Request\r\n").outcome
    'not-resp'
    """
    text = data[:MOST_SHOWN].decode("utf-8", "surrogateescape").rstrip("\r\n")
    if not data:
        outcome: Literal["closed", "silent"] = "silent" if closed_after_ms is None else "closed"
        return FirstBytes(outcome, closed_after_ms=closed_after_ms)
    if _is_tls(data):
        return FirstBytes("tls", text, closed_after_ms=closed_after_ms)
    code = _resp_code(text)
    if code:
        return FirstBytes("resp", text, code, closed_after_ms)
    return FirstBytes("not-resp", text, closed_after_ms=closed_after_ms)


def _is_tls(data: bytes) -> bool:
    return data[:1] in {b"\x15", b"\x16"} and (len(data) == 1 or data[1:2] == b"\x03")


def _resp_code(text: str) -> str:
    """The first word of a reply that only Redis gives to ``PING``, or nothing."""
    word = text[1:].split(" ")[0].split("\r")[0].split("\n")[0]
    if text.startswith("-") and word.isascii() and word.replace("_", "").isalnum() and word.isupper():
        return word
    if text.startswith("+PONG"):
        return "PONG"
    return "RESP" if text[:1] in {"$", "*"} and word.lstrip("-").isdigit() else ""
