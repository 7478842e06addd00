"""What a failed TLS handshake is called."""

from __future__ import annotations

import ssl

from runbooklab.observe.net.tls_errors import tls_outcome


def test_tls_failures_are_classified() -> None:
    """Each by its class and reason, never by a version's prose alone."""
    assert tls_outcome(TimeoutError()) == "timeout"
    assert tls_outcome(ConnectionResetError()) == "closed"
    assert tls_outcome(FileNotFoundError(2, "x")) == "ca-file-missing"
    assert tls_outcome(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")) == "not-tls"
    assert tls_outcome(ssl.SSLEOFError(8, "EOF occurred in violation of protocol")) == "closed"
    refused = ssl.SSLError(
        1, "[SSL: TLSV1_ALERT_NO_APPLICATION_PROTOCOL] tlsv1 alert no application protocol"
    )
    assert tls_outcome(refused) == "no-common-protocol"
    assert tls_outcome(ValueError("x")) == "error"


def test_what_other_builds_of_python_raise_means_the_same() -> None:
    """Some builds offer TLS 1.0 and 1.1, too, and fail at their signatures; some call an end so."""
    outdated = ssl.SSLError(1, "[SSL] legacy sigalg disallowed or unsupported (_ssl.c:992)")
    assert tls_outcome(outdated) == "version-mismatch"
    ended = ssl.SSLZeroReturnError(6, "TLS/SSL connection has been closed (EOF) (_ssl.c:992)")
    assert tls_outcome(ended) == "closed"
