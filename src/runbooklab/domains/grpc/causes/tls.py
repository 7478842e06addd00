"""TLS between the orchestrator and the worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.domains.grpc.records import TlsSeen
from runbooklab.domains.grpc.thresholds import CLOCKS_DIFFER_S, SECOND_FAULT_CONFIDENCE
from runbooklab.words import listed

_TLS = ("worker-tls",)

JudgeOfTls = Callable[[Worker, TlsSeen], Ruling]


def of_tls(judge: JudgeOfTls) -> Callable[[Worker], Ruling]:
    """For a worker that is called with TLS and answered a handshake, or refused one."""

    def judged(w: Worker) -> Ruling:
        if not w.settings.tls:
            return RuledOut("The orchestrator speaks no TLS.")
        if w.tls is None:
            return RuledOut(f"No handshake with {w.end.address} was tried.")
        return judge(w, w.tls)

    return judged


def _refused_otherwise(tls: TlsSeen) -> bool:
    """Whether the check ended at another fault: OpenSSL names the first one alone."""
    return tls.verified in ("untrusted", "expired", "not-yet-valid", "hostname-mismatch")


def holds(names: Sequence[str], wanted: str) -> bool:
    """Whether a certificate's alternative names hold a name; ``*`` stands for one label. Source: RFC 6125.

    >>> holds(("*.lan", "10.0.0.7"), "gpu1.lan"), holds(("*.lan",), "a.gpu1.lan"), holds((), "localhost")
    (True, False, False)
    """
    name = wanted.lower().rstrip(".")
    parent = name.partition(".")[2]
    return any(each.lower() == name or (parent and each.lower() == f"*.{parent}") for each in names)


def _name(w: Worker) -> str:
    return w.settings.server_name or w.end.host


def untrusted(w: Worker, tls: TlsSeen) -> Ruling:
    if tls.verified != "untrusted":
        return RuledOut(f"The handshake: {tls.verified}.")
    by = f"the authority in {w.settings.ca}" if w.settings.ca else "any of this host's usual authorities"
    return Supported(
        f"The certificate of {w.end.address} is not issued by {by}, but by"
        f" {tls.issuer or 'an unknown authority'} ({tls.message}).",
        _TLS,
        0.96,
        f"The orchestrator does not trust the certificate of the worker at {w.end.address}: it is not issued"
        f" by {by}.",
    )


def _by_other_clock(w: Worker) -> str:
    talk = w.e.redis.value
    offset = talk.time_offset_s if talk is not None and not w.e.target.worker_address else None
    if offset is None or abs(offset) < CLOCKS_DIFFER_S:
        return ""
    return (
        f" Redis' clock is {abs(offset):,.0f} s {'ahead of' if offset > 0 else 'behind'} this one: check"
        " both."
    )


def expired(w: Worker, tls: TlsSeen) -> Ruling:
    first = tls.verified == "expired"
    if not first and not (_refused_otherwise(tls) and tls.not_after and tls.not_after < w.e.gathered_at):
        return RuledOut(f"The handshake: {tls.verified}.")
    return Supported(
        f"The certificate of {w.end.address} ended at {tls.not_after or 'an unknown time'}; this host's clock"
        f" says {w.e.gathered_at or 'an unknown time'}.{_by_other_clock(w)}",
        _TLS,
        0.97 if first else SECOND_FAULT_CONFIDENCE,
        f"The certificate of the worker at {w.end.address} has expired"
        f" ({tls.not_after[:10] or 'date unknown'}).",
    )


def not_yet_valid(w: Worker, tls: TlsSeen) -> Ruling:
    first = tls.verified == "not-yet-valid"
    if not first and not (_refused_otherwise(tls) and tls.not_before > w.e.gathered_at):
        return RuledOut(f"The handshake: {tls.verified}.")
    return Supported(
        f"The certificate of {w.end.address} begins at {tls.not_before or 'an unknown time'}; this host's"
        f" clock says {w.e.gathered_at or 'an unknown time'}.{_by_other_clock(w)}",
        _TLS,
        0.97 if first else SECOND_FAULT_CONFIDENCE,
        f"The certificate of the worker at {w.end.address} is not valid before"
        f" {tls.not_before or 'a later time'}: it is too new, or this clock is behind.",
    )


def hostname_mismatch(w: Worker, tls: TlsSeen) -> Ruling:
    first = tls.verified == "hostname-mismatch"
    if not first and not (_refused_otherwise(tls) and tls.subject and not holds(tls.names, _name(w))):
        return RuledOut(f"The handshake: {tls.verified}.")
    names = (
        f"it is for {listed(list(tls.names))}"
        if tls.names
        else "it has no subjectAltName (the common name does not count)"
    )
    return Supported(
        f"The name that is called is {_name(w)}, and the certificate of {w.end.address} does not hold it:"
        f" {names}.",
        _TLS,
        0.97 if first else SECOND_FAULT_CONFIDENCE,
        f"The certificate of the worker at {w.end.address} does not hold the name {_name(w)}: {names}.",
    )


def client_certificate(w: Worker, tls: TlsSeen) -> Ruling:
    refused_later = tls.handshake == "ok" and (
        tls.after == "closed" or (tls.after == "alert" and "PROTOCOL" not in tls.after_message.upper())
    )
    if tls.file_problem:
        return RuledOut("A file of the client cannot be used, so that it sent no certificate.")
    if tls.handshake != "client-certificate-required" and not (refused_later and tls.alpn == "h2"):
        return RuledOut("The server does not end the connection for want of a client's certificate.")
    has = (
        f"the certificate {w.settings.client_cert} is not accepted"
        if w.settings.client_cert
        else ("the orchestrator sends none")
    )
    how = f"({tls.after_message or tls.message or 'the connection ends right after the handshake'})"
    return Supported(
        f"{w.end.address} completes the handshake, then ends the connection {how}: {has}.",
        _TLS,
        0.93,
        f"The worker at {w.end.address} wants a client certificate, and {has}.",
    )


def alpn_missing(w: Worker, tls: TlsSeen) -> Ruling:
    refuses = tls.handshake == "no-common-protocol"
    if not refuses and (tls.handshake != "ok" or tls.alpn):
        return RuledOut(f"The handshake: {tls.handshake}, protocol {tls.alpn or 'none'}.")
    how = (
        f"refuses the handshake, because it has no protocol of those that are offered ({tls.message})"
        if refuses
        else f"completes the handshake ({tls.version}) and chooses no protocol by ALPN"
    )
    return Supported(
        f"{w.end.address} {how}; gRPC wants h2.",
        _TLS,
        0.94,
        f"The TLS server at {w.end.address} does not offer HTTP/2 by ALPN, which gRPC needs.",
    )


def version_mismatch(w: Worker, tls: TlsSeen) -> Ruling:
    if tls.handshake != "version-mismatch":
        return RuledOut(f"The handshake: {tls.handshake}.")
    return Supported(
        f"{w.end.address} refuses TLS 1.2 and 1.3 ({tls.message}).",
        _TLS,
        0.95,
        f"The worker at {w.end.address} speaks only versions of TLS that gRPC does not take (before 1.2).",
    )


def file_missing(w: Worker, tls: TlsSeen) -> Ruling:
    if not tls.file_problem:
        return RuledOut("The files of the client can be used.")
    return Supported(
        f"A TLS file of the orchestrator cannot be used: {tls.file_problem}.",
        _TLS,
        0.96,
        f"The orchestrator's TLS file cannot be used: {tls.file_problem}.",
    )
