"""What answers, and TLS, one row a cause."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.grpc.causes import answers, tls
from runbooklab.domains.grpc.causes.preconditions import JudgeOfWorker, of_workers, walked
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.inspections import CERTIFICATE, FIRST_BYTES, LISTENERS

_HTTP2 = "RFC 9113, 3.4: the server's first frame is SETTINGS"
_X509 = "RFC 5280; gRPC: Authentication, TLS"


def _row(
    id_: str,
    title: str,
    judge: JudgeOfWorker,
    seen: str,
    inspect: Inspection[Evidence],
    *remedies: str,
    alike: tuple[str, ...],
    source: str = _HTTP2,
    runbook: str = "",
    layer: str = "answer",
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer=layer,
        judge=of_workers(walked(judge)),
        distinguishing=seen,
        remedies=remedies,
        source=source,
        shown_by="worker-answer",
        inspect=inspect,
        look_alikes=alike,
        runbook=runbook,
    )


def _tls(
    id_: str, title: str, judge: tls.JudgeOfTls, seen: str, *remedies: str, alike: tuple[str, ...]
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="tls",
        judge=of_workers(walked(tls.of_tls(judge))),
        distinguishing=seen,
        remedies=remedies,
        source=_X509,
        shown_by="worker-tls",
        inspect=CERTIFICATE,
        look_alikes=alike,
    )


ROWS: tuple[Cause[Evidence], ...] = (
    _row(
        "silent-listener-on-port",
        "Something that keeps silent has the worker's port",
        answers.silent,
        "No byte comes, to HTTP/2 and TLS alike; the owner of the port runs normally.",
        LISTENERS,
        "free-port",
        alike=("worker-frozen", "container-paused", "worker-overloaded"),
        runbook="port-conflicts",
    ),
    _row(
        "http1-on-port",
        "A web server answers at the worker's address",
        answers.http1,
        "The first bytes are HTTP/1 or HTML.",
        FIRST_BYTES,
        "fix-worker-address",
        alike=("not-grpc-on-port",),
    ),
    _row(
        "not-grpc-on-port",
        "Another protocol answers at the worker's address",
        answers.not_grpc,
        "The first bytes are those of another protocol, or HTTP/2 without gRPC.",
        FIRST_BYTES,
        "fix-worker-address",
        alike=("http1-on-port", "plain-to-tls-port"),
    ),
    _row(
        "plain-to-tls-port",
        "The worker wants TLS, and is called in plain text",
        answers.plain_to_tls,
        "A plain connection ends without a byte, and a TLS handshake succeeds.",
        CERTIFICATE,
        "turn-tls-on",
        alike=("tls-client-certificate-required", "worker-port-mismatch", "bind-loopback-only"),
        layer="tls",
    ),
    _row(
        "tls-to-plain-port",
        "The worker speaks no TLS, and is called with it",
        answers.tls_to_plain,
        "SETTINGS come unasked on a bare connection.",
        FIRST_BYTES,
        "turn-tls-off",
        alike=("http1-on-port",),
        layer="tls",
    ),
    _tls(
        "tls-ca-file-missing",
        "A TLS file of the orchestrator cannot be used",
        tls.file_missing,
        "The CA, the certificate or the key is not there, or is none.",
        "fix-tls-file",
        alike=("tls-untrusted",),
    ),
    _tls(
        "tls-version-mismatch",
        "No version of TLS is common to both",
        tls.version_mismatch,
        "The server refuses TLS 1.2 and 1.3.",
        "raise-tls-version",
        alike=("tls-to-plain-port",),
    ),
    _tls(
        "tls-untrusted",
        "The worker's certificate is not trusted",
        tls.untrusted,
        "The chain does not end at the CA that is given, or at a usual one.",
        "give-ca",
        alike=("tls-expired", "tls-hostname-mismatch"),
    ),
    _tls(
        "tls-expired",
        "The worker's certificate has expired",
        tls.expired,
        "Its last day is before this clock's.",
        "renew-certificate",
        alike=("tls-not-yet-valid", "tls-untrusted"),
    ),
    _tls(
        "tls-not-yet-valid",
        "The worker's certificate is not valid yet",
        tls.not_yet_valid,
        "Its first day is after this clock's.",
        "sync-clock",
        "renew-certificate",
        alike=("tls-expired",),
    ),
    _tls(
        "tls-hostname-mismatch",
        "The worker's certificate is for another name",
        tls.hostname_mismatch,
        "None of its alternative names is the one that is called; the common name does not count.",
        "set-server-name",
        "renew-certificate",
        alike=("tls-untrusted",),
    ),
    _tls(
        "tls-alpn-missing",
        "What ends TLS does not offer HTTP/2",
        tls.alpn_missing,
        "The handshake succeeds, and no protocol is chosen by ALPN.",
        "offer-http2",
        alike=("tls-client-certificate-required",),
    ),
    _tls(
        "tls-client-certificate-required",
        "The worker wants a client certificate",
        tls.client_certificate,
        "The handshake succeeds, then the first read ends the connection.",
        "give-client-certificate",
        alike=("plain-to-tls-port", "worker-port-mismatch"),
    ),
)
