"""What a bare connection to a port says: nothing is called, hardly anything is sent."""

from __future__ import annotations

import time
from typing import Literal

from runbooklab.domains.grpc.probes.guard import ask_http1, listen_to, opened, say_preface
from runbooklab.domains.grpc.records import WireSeen
from runbooklab.redaction import visible

Kind = Literal["", "http1", "tls", "redis", "ssh", "smtp", "text", "binary"]

#: How long a server may keep silent before the preface is sent, in seconds: a gRPC server speaks first.
SILENT_S = 0.3
MOST_SHOWN = 80
#: Bytes of a frame's head. Source: RFC 9113, 4.1.
FRAME_HEAD = 9
_SETTINGS = 4


def first_bytes(address: str, port: int, seconds: float) -> WireSeen:
    """What answers on a port, unasked or after HTTP/2's preface. ``seconds`` bound all of it."""
    started = time.monotonic()
    try:
        with opened(address, port, seconds) as sock:
            data, closed = listen_to(sock, FRAME_HEAD, min(SILENT_S, seconds / 2))
            unasked = bool(data)
            if not data and not closed:
                say_preface(sock, seconds)
                data, closed = listen_to(sock, FRAME_HEAD, started + seconds - time.monotonic())
    except ConnectionRefusedError:
        return WireSeen("not-connected")
    except TimeoutError:
        return WireSeen("silent")
    except OSError:
        data, closed, unasked = b"", True, False
    ms = round((time.monotonic() - started) * 1000, 1)
    left = started + seconds - time.monotonic()
    status = ask_http1(address, port, min(left, 0.5)) if not data and closed and left > 0.1 else ""
    return read(data, closed, unasked, ms, status)


def read(data: bytes, closed: bool, unasked: bool, ms: float, status: str = "") -> WireSeen:
    r"""What first bytes mean.

    >>> read(b"\0\0\x18\4\0\0\0\0\0", False, True, 1.0).outcome
    'http2'
    >>> read(b"-ERR unknown command", False, False, 1.0).kind
    'redis'
    """
    if not data:
        return WireSeen("closed" if closed else "silent", ms=ms, http_status=status)
    if is_settings(data):
        return WireSeen("http2", unasked, ms=ms)
    text = visible(data[:MOST_SHOWN].decode("utf-8", "backslashreplace")).strip()
    return WireSeen("other", unasked, text, kind_of(data), ms, status)


def is_settings(data: bytes) -> bool:
    """Whether a SETTINGS frame begins here: 24 bits of length, then its type."""
    return len(data) >= 4 and data[0] == 0 and data[3] == _SETTINGS


def kind_of(data: bytes) -> Kind:
    """Whose first bytes these are, by the first words of each protocol."""
    head = data.lstrip()[:40]
    low = head.lower()
    if data[:1] in (b"\x15", b"\x16") and data[1:2] in (b"\x03", b""):
        return "tls"
    if low.startswith((b"http/", b"<!do", b"<htm", b"<?xml")):
        return "http1"
    if head.startswith((b"-ERR", b"-NOAUTH", b"-DENIED", b"+PONG", b"-WRONG", b"-LOADING", b"-MISCONF")):
        return "redis"
    if low.startswith(b"ssh-"):
        return "ssh"
    if head[:3] in (b"220", b"554", b"421"):
        return "smtp"
    return "text" if all(32 <= each < 127 or each in b"\r\n\t" for each in data) else "binary"
