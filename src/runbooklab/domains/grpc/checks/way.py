"""The way to each worker, step by step: name, proxy, port, what answers, TLS."""

from __future__ import annotations

from runbooklab.domains.grpc.checks.rows import Line, nothing_to_see
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.words import listed, milliseconds, short

_OUTCOMES = {
    "refused": "refuses the connection",
    "timeout": "does not answer within the timeout",
    "no-route": "has no route",
    "reset": "resets the connection",
    "error": "fails",
}


def name(w: Worker) -> Line | None:
    if w.walk is None:
        return None
    seen = w.walk.name
    if seen.outcome == "literal":
        return nothing_to_see(f"{w.end.address} is an address: there is no name to resolve.")
    if seen.outcome == "resolved":
        return Line("ok", f"{w.end.host} resolves to {listed(list(seen.addresses))} {w.client}.")
    message = f" ({seen.message.rstrip('.')})" if seen.message else ""
    return Line("critical", f"{w.end.host} does not resolve {w.client}{message}.")


def proxy(w: Worker) -> Line | None:
    if w.walk is None:
        return None
    seen = w.walk.proxy
    if seen is None:
        return Line("ok", f"gRPC uses no proxy for {w.end.address}.")
    if seen.bypassed_by:
        return Line(
            "ok",
            f"{seen.variable} is set, and {seen.exceptions.partition('=')[0]} excepts {w.end.host} "
            f"({seen.bypassed_by}).",
        )
    if seen.outcome in ("tunnel", "needs-credentials"):
        return Line("ok", f"The proxy of {seen.variable} ({seen.url}) gives a way to {w.end.address}.")
    if not seen.outcome:
        return Line("unknown", f"The proxy of {seen.variable} ({seen.url}) was not tried.")
    return Line(
        "critical",
        f"gRPC takes the proxy of {seen.variable} ({seen.url}) for {w.end.address}, and it gives no "
        f"way there: {seen.message or seen.outcome}.",
    )


def port(w: Worker) -> Line | None:
    if w.walk is None:
        return None
    if not w.walk.tcp:
        if w.walk.name.outcome in ("not-found", "temporary-failure"):
            return Line(
                "critical", f"{w.end.address}: no connection can be made, because the name does not resolve."
            )
        if w.walk.name.outcome == "unknown":
            return None
        return Line("critical", f"{w.end.address} is no address that a worker can have: it was not tried.")
    if w.connects:
        ms = min(attempt.ms for attempt in w.walk.tcp if attempt.outcome == "connected")
        return Line("ok", f"{w.end.address} takes connections {w.client} ({milliseconds(ms)}).")
    outcome = next(iter(w.outcomes))
    return Line("critical", f"{w.end.address} {_OUTCOMES.get(outcome, outcome)} {w.client}.")


def answer(w: Worker) -> Line | None:
    """The first bytes: HTTP/2, TLS, another protocol, or nothing."""
    wire = w.wire
    if wire is None:
        return (
            nothing_to_see(f"{w.end.address} is not reached, so that nothing answers.")
            if w.walk is not None
            else None
        )
    if w.gateway_error:
        return Line(
            "critical", f"{w.end.address} is a proxy that does not reach the worker: {w.gateway_error}."
        )
    if wire.outcome == "http2":
        first = " by itself" if wire.unasked else ""
        return Line("ok", f"{w.end.address} sends HTTP/2 settings{first} after {milliseconds(wire.ms)}.")
    if w.speaks_tls:
        fits = "ok" if w.settings.tls else "critical"
        return Line(fits, f"{w.end.address} speaks TLS{'' if w.settings.tls else ', and is called without'}.")  # type: ignore[arg-type] # two statuses
    if w.greets:
        return Line("ok", f"{w.end.address} speaks HTTP/2.")
    if wire.outcome == "silent":
        return Line("critical", f"{w.end.address} takes connections and sends nothing.")
    if wire.outcome == "closed":
        more = f", and answers a plain GET with {wire.http_status}" if wire.http_status else ""
        return Line("critical", f"{w.end.address} closes the connection without a word{more}.")
    if wire.outcome == "not-connected":
        return Line("critical", f"{w.end.address} refuses the connection.")
    return Line("critical", f"{w.end.address} answers in another protocol: {short(wire.text, 60)!r}.")


def tls(w: Worker) -> Line | None:
    if w.walk is None:
        return None
    if not w.settings.tls:
        return nothing_to_see("The orchestrator calls without TLS.")
    seen = w.tls
    if seen is None:
        return nothing_to_see(f"{w.end.address} is not reached, so that there is no handshake.")
    if seen.file_problem:
        return Line("critical", f"A TLS file cannot be used: {seen.file_problem}.")
    if seen.verified != "ok":
        return Line(
            "critical", f"The TLS handshake with {w.end.address} fails: {seen.verified} ({seen.message})."
        )
    if not seen.alpn:
        return Line("critical", f"{w.end.address} completes the handshake and does not offer HTTP/2.")
    if seen.after in ("closed", "alert"):
        return Line("critical", f"{w.end.address} ends the connection right after the handshake.")
    until = f", valid until {seen.not_after[:10]}" if seen.not_after else ""
    return Line("ok", f"{w.end.address} speaks {seen.version} with a certificate that is trusted{until}.")
