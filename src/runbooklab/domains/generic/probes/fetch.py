"""One GET or HEAD on a connection, with bounds on all that comes back."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from runbooklab.domains.generic.probes.hosts import Place
from runbooklab.domains.generic.probes.reach import Reached, reach
from runbooklab.domains.generic.probes.web_address import Address
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context
from runbooklab.observe.net.bounded_socket import BoundedSocket, TooMuch
from runbooklab.observe.net.tls_errors import plainly

#: Most bytes of a body that are read, as sent and unpacked; a connection may send little more in all.
MOST_BODY = 1 << 20
MOST_SENT = MOST_BODY + (256 << 10)
_PIECE = 16 << 10
#: A file of certificates that is larger is none.
MOST_FILE = 1 << 20
#: Each encoding of a body that is read -> zlib's number for it. Source: zlib manual, inflateInit2.
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}


class Request(Struct, frozen=True):
    """What is sent. Its secrets are in clear: it never leaves the probe."""

    method: str
    target: str
    headers: dict[str, str]
    ca: str = ""
    verifies: bool = True
    connect_to: Place | None = None


class Answer(Struct, frozen=True):
    """What came back, as it was sent. ``status`` 0: there was no answer, and ``problem`` says why."""

    reached: Reached
    status: int = 0
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    incomplete: str = ""  # why there is more of the body than was read, to finish a sentence with
    problem: str = ""
    timed_out: bool = False

    def header(self, name: str) -> str:
        """The first header of this name, "" if there is none."""
        return next((value for each, value in self.headers if each.lower() == name), "")


def fetch(ctx: Context[Target], address: Address, request: Request) -> Answer:
    """Send ``request`` to ``address`` and read the answer, before the context's deadline."""
    reached = reach(ctx, request.connect_to or address.place)
    if reached.sock is None:
        return Answer(reached, problem=reached.note, timed_out=bool(reached.values.get("timed_out")))
    began = time.monotonic()
    sock: Any = reached.sock
    try:
        if address.scheme == "https":
            sock = _secured(ctx, sock, address, request)
        return _exchanged(ctx, reached, sock, address, request)
    except ssl.SSLError as error:
        said = plainly(error)
        return Answer(reached, problem=f"TLS with {address.place.written} failed: {said}")
    except TimeoutError:
        waited = f"{address.place.written} did not answer in time"
        return Answer(reached, problem=waited, timed_out=True)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(reached, problem=f"{address.place.written} sent no HTTP answer: {_said(error)}")
    finally:
        sock.close()
        ctx.note("http", f"{request.method} {address.shown}", (time.monotonic() - began) * 1000)


def _secured(ctx: Context[Target], sock: socket.socket, address: Address, request: Request) -> ssl.SSLSocket:
    context = tls_context(request.ca, verifies=request.verifies)
    sock.settimeout(ctx.remaining_s())
    return context.wrap_socket(sock, server_hostname=address.place.host)


def tls_context(ca: str, *, verifies: bool) -> ssl.SSLContext:
    """How a client speaks TLS. Raises :class:`OSError` for a file of certificates that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ca:
        path = Path(ca)
        if not path.is_file() or path.stat().st_size > MOST_FILE:
            raise FileNotFoundError(f"{ca} is no file with certificates")
        context.load_verify_locations(cafile=ca)
    else:
        context.load_default_certs()
    return context


def unusable_authority(ca: str) -> str:
    """Why the file of an authority cannot be used, which says nothing of a server; "" if it can, or is none.

    >>> unusable_authority("")
    ''
    """
    if not ca:
        return ""
    try:
        tls_context(ca, verifies=True)
    except ssl.SSLError:
        return f"the file of the authority cannot be used: {ca} holds no certificate"
    except OSError as error:
        return f"the file of the authority cannot be used: {error.strerror or error}"
    return ""


def _exchanged(
    ctx: Context[Target], reached: Reached, sock: Any, address: Address, request: Request
) -> Answer:
    bounded = BoundedSocket(sock, ctx.deadline, MOST_SENT)
    connection = http.client.HTTPConnection(address.place.host)
    connection.sock = bounded
    connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
    for name, value in _headers(address, request.headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    body, incomplete, timed_out = _body(response)
    body, incomplete = unpacked(body, response.getheader("Content-Encoding", ""), incomplete)
    return Answer(
        reached,
        status=response.status,
        reason=response.reason,
        headers=response.getheaders(),
        body=body,
        incomplete=incomplete,
        timed_out=timed_out,
    )


def _headers(address: Address, given: Mapping[str, str]) -> dict[str, str]:
    usual = {
        "Host": address.host_header,
        "User-Agent": "runbooklab",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    names = {name.lower() for name in given}
    return {**{name: value for name, value in usual.items() if name.lower() not in names}, **given}


def _body(response: http.client.HTTPResponse) -> tuple[bytes, str, bool]:
    """The body as far as it is read, why there is more, and whether the time was over."""
    held = bytearray()
    try:
        while piece := response.read1(_PIECE):
            held += piece
            if len(held) >= MOST_BODY:
                return bytes(held[:MOST_BODY]), "only the first MiB of the body was read", False
    except TimeoutError:
        return bytes(held), "the body did not come to its end in time", True
    except TooMuch:
        return bytes(held), "the body is longer than what is read", False
    except (OSError, http.client.HTTPException) as error:
        return bytes(held), f"the body broke off: {_said(error)}", False
    left = response.length
    return bytes(held), "the body broke off before its announced length" if left else "", False


def unpacked(body: bytes, encoding: str, incomplete: str = "") -> tuple[bytes, str]:
    """A body that was packed although nobody asked for it, up to the same bound: a bomb stays small.

    >>> unpacked(b"plain", "")
    (b'plain', '')
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body, incomplete
    if name not in _PACKED:
        return b"", f"the body is packed as {name[:20]}, which was not asked for"
    unpacking = zlib.decompressobj(_PACKED[name])
    try:
        plain = unpacking.decompress(body, MOST_BODY)
    except zlib.error as error:
        return b"", f"the body is no {name}: {error}"
    if unpacking.unconsumed_tail:
        return plain, "only the first MiB of the body was unpacked"
    return plain, incomplete or ("" if unpacking.eof else "the body broke off")


def _said(error: Exception) -> str:
    if isinstance(error, http.client.BadStatusLine):
        return "what it says is no HTTP" if str(error).strip("'\"") else "it closed the connection"
    if isinstance(error, http.client.RemoteDisconnected):
        return "it closed the connection"
    return str(error) or type(error).__name__
