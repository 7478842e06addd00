"""The conversation with each worker: HTTP/2, authentication, service, health, capacity, who it is."""

from __future__ import annotations

from runbooklab.domains.grpc.checks.rows import Line, nothing_to_see
from runbooklab.domains.grpc.readings.client import is_alive
from runbooklab.domains.grpc.readings.services import is_draining, not_serving_at
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.model.conclusions import Status
from runbooklab.words import listed, milliseconds, plural

_NOT_LET_IN = ("UNAUTHENTICATED", "PERMISSION_DENIED")


def _before(w: Worker, what: str) -> Line | None:
    """The line if there was no conversation."""
    if w.walk is None:
        return None
    return nothing_to_see(f"{w.end.address}: no conversation came about, so that {what}.")


def http2(w: Worker) -> Line | None:
    talk = w.talk
    if w.walk is None:
        return None
    if talk is None:
        return _before(w, "HTTP/2 was not spoken")
    if talk.settings_ms is None:
        why = f" ({talk.goaway})" if talk.goaway else ""
        return Line("critical", f"{w.end.address} sends no HTTP/2 settings{why}.")
    ping = (
        f", PING answered after {milliseconds(talk.ping_ms)}"
        if talk.ping_ms is not None
        else ", PING not answered"
    )
    status: Status = "ok" if talk.ping_ms is not None else "warning"
    return Line(
        status, f"{w.end.address} speaks HTTP/2: settings after {milliseconds(talk.settings_ms)}{ping}."
    )


def authentication(w: Worker) -> Line | None:
    calls = w.talk.calls if w.talk is not None else ()
    if not calls:
        return _before(w, "nobody asked for credentials")
    refused = next((call for call in calls if call.code in _NOT_LET_IN), None)
    if refused is not None:
        token = "with the token that is given" if w.settings.has_token else "without a token"
        return Line("critical", f"{w.end.address} answers {refused.code} {token}.")
    if not w.answers:
        return Line(
            "unknown", f"{w.end.address} answers no call: whether it accepts the caller is not known."
        )
    return Line("ok", f"{w.end.address} accepts the call{' with the token' if w.settings.has_token else ''}.")


def service(w: Worker) -> Line | None:
    calls = w.talk.calls if w.talk is not None else ()
    wanted = w.settings.service
    if not calls:
        return _before(w, "its services are not known")
    if not w.answers:
        return Line("unknown", f"{w.end.address} answers no call: its services are not known.")
    asked = w.call("health-service")
    listed_ = f" It lists {listed(list(w.services))}." if w.services else ""
    if not wanted:
        return nothing_to_see(f"No service is named that {w.end.address} should offer.{listed_}")
    if asked is not None and asked.code == "OK" and asked.serving != "SERVICE_UNKNOWN":
        return Line("ok", f"{w.end.address} knows {wanted}.{listed_}")
    if wanted in w.services:
        return Line("ok", f"{w.end.address} offers {wanted}.")
    if w.services:
        return Line("critical", f"{w.end.address} does not offer {wanted}.{listed_}")
    return nothing_to_see(
        f"Whether {w.end.address} offers {wanted} cannot be asked: Health does not know it, and reflection"
        " lists nothing."
    )


def identity(w: Worker) -> Line | None:
    kinds = w.talk.kinds if w.talk is not None else {}
    if not w.answers:
        return _before(w, "who answers is not known")
    if len(kinds) > 1:
        return Line(
            "critical",
            f"{w.end.address}: {sum(kinds.values())} connections met {len(kinds)} kinds of servers.",
        )
    who = f"container {w.reached.name}" if w.reached is not None else ""
    program = next((each for each in w.programs if each.pid), None)
    who = who or (f"process {program.pid} ({program.process})" if program is not None else "")
    same = f", the same server on {plural(sum(kinds.values()), 'connection')}" if kinds else ""
    return Line("ok", f"{w.end.address} is answered by {who or 'a server elsewhere'}{same}.")


def health(w: Worker) -> Line | None:
    call = w.call("health")
    if call is None:
        return _before(w, "Health was not asked")
    if call.outcome == "timeout":
        return Line("critical", f"{w.end.address} does not answer Health within {milliseconds(call.ms)}.")
    if call.outcome != "answered":
        return Line(
            "critical", f"{w.end.address} breaks off when Health is asked ({call.message or call.outcome})."
        )
    if (odd := not_serving_at(w)) is not None:
        status: Status = "ok" if is_draining(w) else "critical"
        more = ", while all others serve: it is on its way out, or in" if status == "ok" else ""
        return Line(status, f"{w.end.address} says {odd.serving}{more}.")
    if call.code == "UNIMPLEMENTED":
        return Line("ok", f"{w.end.address} answers, and has no Health service to ask.")
    if call.code == "OK":
        return Line("ok", f"{w.end.address} says {call.serving} after {milliseconds(call.ms)}.")
    if call.code == "NOT_FOUND":
        return Line("ok", f"{w.end.address} answers; its Health service knows no state of the whole server.")
    return Line("critical", f"{w.end.address} answers Health with {call.code}: {call.message or 'no reason'}")


def capacity(w: Worker) -> Line | None:
    talk = w.talk
    if talk is None or not talk.calls:
        return _before(w, "its capacity is not known")
    slowest = max(talk.calls, key=lambda call: call.ms)
    if slowest.outcome == "timeout":
        return Line("critical", f"{w.end.address} leaves a call ({slowest.name}) without an answer.")
    streams = (
        f"{talk.most_streams} calls at once on a connection"
        if talk.most_streams is not None
        else "no limit of calls"
    )
    held = w.inside
    throttled = (
        f"; held back in {held.throttled} of {held.periods} periods"
        if held is not None and held.periods
        else "; how often its container is held back was not seen"
        if w.is_limited
        else ""
    )
    full = any(call.code == "RESOURCE_EXHAUSTED" for call in talk.calls)
    if full:
        return Line("critical", f"{w.end.address} refuses a call as one too many.")
    return Line(
        "ok", f"{w.end.address}: slowest answer after {milliseconds(slowest.ms)}, {streams}{throttled}."
    )


def client(w: Worker) -> Line | None:
    """What grpcio says: the words that stand in the orchestrator's log."""
    if w.from_container:
        return _client_inside(w)
    own, system = w.client_call("ares"), w.client_call("native")
    if own is None or system is None:
        return None
    clients = w.e.clients.value
    if clients is not None and clients.set_to:  # the other one is not in use
        own = system = system if clients.set_to == "native" else own
    if is_alive(own) and is_alive(system):
        return Line(
            "ok", f"A gRPC client gets {own.code} from {w.end.address}, after {milliseconds(own.ms)}."
        )
    bad = system if is_alive(own) else own
    by = f" with the resolver {bad.resolver}" if is_alive(own) or is_alive(system) else ""
    said = f": {bad.details.rstrip('.')}" if bad.details else ""
    return Line("warning", f"A gRPC client gets {bad.code or 'no call made'} from {w.end.address}{by}{said}.")


def _client_inside(w: Worker) -> Line:
    call = w.client_inside
    if call is None:
        return nothing_to_see(f"{w.end.address}: no gRPC client was tried {w.client}.")
    said = f": {call.details.rstrip('.')}" if call.details and not is_alive(call) else ""
    return Line(
        "ok" if is_alive(call) else "warning",
        f"A gRPC client gets {call.code or 'no call made'} from {w.end.address} in the orchestrator's network"
        f"{said or f', after {milliseconds(call.ms)}'}.",
    )
