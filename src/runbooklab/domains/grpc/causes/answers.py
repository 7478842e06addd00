"""What answers at the port: silence, another protocol, or TLS where none is expected and the reverse."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.words import short

_ANSWER = ("worker-answer",)
_KINDS = {
    "redis": "a Redis",
    "ssh": "an SSH server",
    "smtp": "a mail server",
    "text": "a server with a text protocol",
    "binary": "a server with another binary protocol",
}


def _owner(w: Worker) -> str:
    """Who has the port, in words; "" if nobody is known."""
    if w.container is not None and w.reached is not None:
        return f"container {w.reached.name}"
    program = next((each for each in w.programs if each.pid), None)
    return f"process {program.pid} ({program.process})" if program is not None else ""


def silent(w: Worker) -> Ruling:
    if not w.is_silent:
        return RuledOut(f"{w.end.address} is not reached, or does not keep silent.")
    if w.is_paused or w.frozen:
        return RuledOut(w.frozen or "Its container is paused.")
    if w.is_throttled:
        return RuledOut("Its container has hardly any processor time.")
    if w.beyond in ("timeout", "no-route", "refused"):
        return RuledOut("docker-proxy takes the connection, and what is behind it is not reached.")
    owner = _owner(w)
    return Supported(
        f"{w.end.address} takes connections and sends nothing, to HTTP/2 and TLS alike"
        f"{f'; {owner} has the port and runs normally' if owner else ''}.",
        ("worker-answer", "worker-listener"),
        0.9 if owner else 0.75,
        f"What listens at {w.end.address} is no gRPC server: it keeps"
        f" silent{f' ({owner})' if owner else ''}.",
    )


def http1(w: Worker) -> Ruling:
    wire = w.wire
    if wire is None or w.greets:
        return RuledOut(f"{w.end.address} is not reached, or speaks HTTP/2.")
    without_http2 = w.tls is not None and w.tls.handshake == "no-common-protocol"
    if w.speaks_tls and (w.settings.tls or not without_http2):
        return RuledOut(f"{w.end.address} speaks TLS.")
    answer = wire.text if wire.kind == "http1" else wire.http_status
    if not answer.lower().startswith(("http", "<!do", "<htm", "<?xml")):
        return RuledOut("It does not answer as a web server.")
    owner = _owner(w)
    return Supported(
        f"{w.end.address} answers in HTTP/1: {short(answer, 60)!r}{f', by {owner}' if owner else ''}.",
        _ANSWER,
        0.96,
        f"A web server answers at {w.end.address}, not a gRPC worker{f': {owner}' if owner else ''}.",
    )


def not_grpc(w: Worker) -> Ruling:
    wire, owner = w.wire, _owner(w)
    by = f", by {owner}" if owner else ""
    if wire is None:
        return RuledOut(f"{w.end.address} is not reached.")
    odd = next((call for call in (w.talk.calls if w.talk else ()) if call.outcome == "not-grpc"), None)
    if w.gateway_error:
        return RuledOut(f"A proxy answers at {w.end.address}: {w.gateway_error}.")
    if odd is not None and not w.answers:
        return Supported(
            f"{w.end.address} speaks HTTP/2 and not gRPC: it answers {odd.message}{by}.",
            _ANSWER,
            0.93,
            f"What answers at {w.end.address} speaks HTTP/2, and is no gRPC server{by}.",
        )
    if w.greets or w.speaks_tls or wire.kind in ("http1", "tls"):
        return RuledOut(f"{w.end.address} speaks HTTP or TLS.")
    if wire.outcome == "other":
        what = _KINDS.get(wire.kind, "something else")
        return Supported(
            f"{w.end.address} answers {short(wire.text, 60)!r}: {what}{by}.",
            _ANSWER,
            0.95,
            f"{what[:1].upper()}{what[1:]} answers at {w.end.address}, not a gRPC worker{by}.",
        )
    if not w.is_cut_off or not owner or not w.target_listeners or w.settings.tls:
        return RuledOut("Nothing is known of another protocol there.")
    if w.beyond and w.beyond != "connected":
        return RuledOut("docker-proxy takes the connection, and what is behind it does not.")
    if w.container is not None and w.inner_listeners is not None and not _listens_rightly(w):
        return RuledOut("The port inside its container explains it.")
    return Supported(
        f"{w.end.address} closes the connection on HTTP/2's first words and on TLS{by}.",
        _ANSWER,
        0.7,
        f"What listens at {w.end.address} does not speak gRPC: it closes the connection{by}.",
    )


def _listens_rightly(w: Worker) -> bool:
    from runbooklab.domains.grpc.readings.places import is_loopback

    return any(not is_loopback(each) for each in w.target_listeners or ())


def plain_to_tls(w: Worker) -> Ruling:
    if w.settings.tls:
        return RuledOut("The orchestrator speaks TLS.")
    if w.wire is None:
        return RuledOut(f"{w.end.address} is not reached.")
    if w.greets or not (w.speaks_tls or w.wire.kind == "tls"):
        return RuledOut(f"{w.end.address} does not speak TLS.")
    if isinstance(http1(w), Supported):
        return RuledOut(f"A web server answers at {w.end.address}.")
    says = (
        f" ({w.settings.tls_said_by})"
        if w.settings.tls_said_by
        else " (TLS is off unless something turns it on)"
    )
    version = f" ({w.tls.version})" if w.tls is not None and w.tls.version else ""
    does = "answers" if w.tls is not None and w.tls.handshake != "ok" else "completes"
    return Supported(
        f"{w.end.address} closes a plain connection without a word and {does} a TLS handshake{version}.",
        ("worker-answer", "worker-tls"),
        0.96,
        f"The worker at {w.end.address} wants TLS, and the orchestrator calls it in plain text{says}.",
    )


def tls_to_plain(w: Worker) -> Ruling:
    if not w.settings.tls:
        return RuledOut("The orchestrator speaks no TLS.")
    if w.wire is None or w.wire.outcome != "http2":
        return RuledOut(f"{w.end.address} does not speak HTTP/2 in plain text.")
    said_by = f" ({w.settings.tls_said_by})" if w.settings.tls_said_by else ""
    return Supported(
        f"{w.end.address} sends its HTTP/2 settings on a bare connection; a TLS handshake fails"
        f"{f' ({w.tls.message})' if w.tls is not None and w.tls.message else ''}.",
        ("worker-answer", "worker-tls"),
        0.97,
        f"The worker at {w.end.address} speaks no TLS, and the orchestrator wants it{said_by}.",
    )
