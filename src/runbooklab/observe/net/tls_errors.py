"""Why a TLS handshake failed, from what Python raised."""

from __future__ import annotations

import ssl

from runbooklab.observe.net.records import TlsOutcome

#: X509_V_ERR_* of OpenSSL's x509_vfy.h; every other one means that the certificate is not trusted.
_VERIFY_CODES: dict[int, TlsOutcome] = {
    9: "not-yet-valid",
    10: "expired",
    62: "hostname-mismatch",
    64: "hostname-mismatch",  # an IP address
}

#: A part of OpenSSL's reason, as Python names it -> what it means. The first one that occurs counts.
_REASONS: tuple[tuple[str, TlsOutcome], ...] = (
    ("CERTIFICATE_REQUIRED", "client-certificate-required"),
    ("NO_APPLICATION_PROTOCOL", "no-common-protocol"),  # of ALPN: RFC 7301, 3.2
    ("PROTOCOL_VERSION", "version-mismatch"),
    ("UNSUPPORTED_PROTOCOL", "version-mismatch"),
    ("VERSION_TOO_LOW", "version-mismatch"),
    ("NO_PROTOCOLS_AVAILABLE", "version-mismatch"),
    ("LEGACY_SIGALG", "version-mismatch"),  # TLS 1.0 or 1.1, which the security level forbids
    ("WRONG_VERSION_NUMBER", "not-tls"),
    ("RECORD_LAYER_FAILURE", "not-tls"),
    ("PACKET_LENGTH_TOO_LONG", "not-tls"),
    ("HTTP_REQUEST", "not-tls"),
    ("UNKNOWN_CA", "client-certificate-required"),  # the server does not trust our certificate
    ("HANDSHAKE_FAILURE", "client-certificate-required"),  # TLS 1.2 servers say no more than this
    ("BAD_CERTIFICATE", "client-certificate-required"),
    ("UNEXPECTED_EOF", "closed"),
    ("EOF_OCCURRED", "closed"),
    ("HAS_BEEN_CLOSED", "closed"),
)

#: What a failed handshake means, in a sentence's end; other outcomes speak for themselves.
_PLAINLY: dict[TlsOutcome, str] = {
    "not-tls": "what answers does not speak TLS",
    "closed": "the server closed the connection during the handshake",
    "version-mismatch": "client and server have no version of TLS in common",
    "timeout": "the handshake was not over in time",
    "client-certificate-required": "the server asks for a certificate of the client",
}


def tls_outcome(error: BaseException) -> TlsOutcome:
    """What a failed handshake means.

    >>> tls_outcome(FileNotFoundError(2, "No such file or directory"))
    'ca-file-missing'
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY_CODES.get(error.verify_code, "untrusted")
    if isinstance(error, ssl.SSLError):
        reason = f"{getattr(error, 'reason', '')} {error}".upper().replace(" ", "_")
        return next((outcome for part, outcome in _REASONS if part in reason), "error")
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, FileNotFoundError | PermissionError):
        return "ca-file-missing"
    if isinstance(error, ConnectionError):
        return "closed"
    return "error"


def plainly(error: Exception) -> str:
    """Why a handshake failed, to finish a sentence with.

    >>> plainly(TimeoutError())
    'the handshake was not over in time'
    """
    outcome = tls_outcome(error)
    if outcome in _PLAINLY:
        return _PLAINLY[outcome]
    return getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
