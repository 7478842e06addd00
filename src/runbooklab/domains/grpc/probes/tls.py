"""TLS as the orchestrator would speak it: a handshake that checks nothing, and one that checks."""

from __future__ import annotations

import ipaddress
import ssl
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domains.grpc.probes.guard import handshake, opened, say_preface
from runbooklab.domains.grpc.probes.wire import FRAME_HEAD, is_settings
from runbooklab.domains.grpc.records import TlsSeen
from runbooklab.observe.net.tls_errors import tls_outcome

#: How long to wait for the first frame after the handshake, in seconds.
AFTER_S = 0.6
MOST_NAMES = 20
MOST_TEXT = 200
#: A CA file, a certificate or a key larger than this is none.
MOST_FILE = 1 << 20


#: A part of what OpenSSL says of a file -> the same in plain words.
_PLAINLY = {
    "KEY_VALUES_MISMATCH": "the key does not belong to this certificate",
    "NO_CERTIFICATE_OR_CRL_FOUND": "there is no certificate in it",
    "PEM lib": "there is no certificate with its key in it; name the key's file as well",
}


class Files(Struct, frozen=True):
    """The files of a client, as paths; "" for none."""

    ca: str = ""
    client_cert: str = ""
    client_key: str = ""


def context_of(files: Files, *, checks: bool) -> ssl.SSLContext:
    """How a gRPC client speaks TLS. Raises :class:`OSError` for a file that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["h2"])
    context.hostname_checks_common_name = False  # gRPC looks at the alternative names alone
    if not checks:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif files.ca:
        context.load_verify_locations(cafile=_usable(files.ca))
    else:
        context.load_default_certs()
    if files.client_cert:
        context.load_cert_chain(
            _usable(files.client_cert), _usable(files.client_key) if files.client_key else None
        )
    return context


def _usable(path: str) -> str:
    """The path of a plain file of a usable size: OpenSSL would wait for a FIFO. Raises :class:`OSError`."""
    found = Path(path)
    status = found.stat()
    if not found.is_file() or status.st_size > MOST_FILE:
        raise FileNotFoundError(f"{path} is no file with a certificate or a key")
    return path


def problem_of(files: Files) -> str:
    """Why one of the files cannot be used; "" if all can be."""
    for path in (files.ca, files.client_cert, files.client_key):
        try:
            if path:
                with Path(_usable(path)).open("rb"):
                    pass
        except OSError as error:
            return f"{path}: {error.strerror or error}"
    try:
        context_of(files, checks=True)
    except (OSError, ValueError) as error:
        which = files.client_cert if files.client_cert and "CERT" not in str(error) else files.ca
        said = str(getattr(error, "reason", None) or error)
        plain = next((words for part, words in _PLAINLY.items() if part in said), said)
        return f"{which or files.client_cert}: {plain}"
    return ""


def tls_seen(address: str, port: int, host: str, files: Files, until: float) -> TlsSeen:
    """Both handshakes with one address; ``host`` is the name that the certificate has to hold."""
    problem = problem_of(files)
    used = Files() if problem else files
    seen, before = _unchecked(address, port, host, used, until)
    if seen.handshake == "ok":
        outcome, message = _checked(address, port, host, used, before)
        seen = replace(seen, verified=outcome, message=message or seen.message)
    if problem:
        seen = replace(seen, verified="ca-file-missing", file_problem=problem)
    return seen


def _unchecked(address: str, port: int, host: str, files: Files, until: float) -> tuple[TlsSeen, float]:
    try:
        with (
            opened(address, port, until - time.monotonic()) as sock,
            handshake(sock, context_of(files, checks=False), _sni(host), until) as secure,
        ):
            raw = secure.getpeercert(binary_form=True) or b""
            seen = TlsSeen(
                "ok", "ok", version=str(secure.version()), alpn=secure.selected_alpn_protocol() or ""
            )
            after, message = _after(secure, min(AFTER_S, (until - time.monotonic()) / 2))
        return replace(_with_certificate(seen, raw), after=after, after_message=message), until
    except (OSError, ValueError) as error:
        outcome = tls_outcome(error)
        return TlsSeen(outcome, outcome, message=_said(error)), until


def _after(secure: ssl.SSLSocket, seconds: float) -> tuple[str, str]:
    """What comes once the handshake is done: with TLS 1.3 a server may still refuse a client then."""
    until = time.monotonic() + max(seconds, 0.05)
    data = b""
    try:
        with suppress(OSError):
            say_preface(secure, seconds)
        while len(data) < FRAME_HEAD:
            left = until - time.monotonic()
            if left <= 0:
                return "silent", ""
            secure.settimeout(left)
            piece = secure.recv(64)
            if not piece:
                return "closed", ""
            data += piece
    except TimeoutError:
        return "silent", ""
    except ssl.SSLError as error:
        alert = "ALERT" in str(error).upper()
        return ("alert" if alert else "closed"), _said(error)
    except OSError as error:
        return "closed", _said(error)
    return ("http2" if is_settings(data) else "other"), ""


def _checked(address: str, port: int, host: str, files: Files, until: float) -> tuple[Any, str]:
    try:
        with (
            opened(address, port, until - time.monotonic()) as sock,
            handshake(sock, context_of(files, checks=True), host, until),
        ):
            return "ok", ""
    except (OSError, ValueError) as error:
        return tls_outcome(error), _said(error)


def _sni(host: str) -> str:
    """The server's name for a handshake that checks nothing; an address is no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return ""


def _with_certificate(seen: TlsSeen, raw: bytes) -> TlsSeen:
    """What the certificate says of itself. Source: RFC 5280."""
    from cryptography import x509

    try:
        found = x509.load_der_x509_certificate(raw)
        names = _alternative_names(found)
        return replace(
            seen,
            subject=found.subject.rfc4514_string()[:MOST_TEXT],
            issuer=found.issuer.rfc4514_string()[:MOST_TEXT],
            names=names,
            not_before=found.not_valid_before_utc.isoformat().replace("+00:00", "Z"),
            not_after=found.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
        )
    except (ValueError, TypeError):  # a certificate that only OpenSSL takes
        return seen


def _alternative_names(found: Any) -> tuple[str, ...]:
    from cryptography import x509

    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(str(each.value)[:MOST_TEXT] for each in names)[:MOST_NAMES]


def _said(error: BaseException) -> str:
    return str(getattr(error, "reason", None) or getattr(error, "strerror", None) or error)[:MOST_TEXT]
