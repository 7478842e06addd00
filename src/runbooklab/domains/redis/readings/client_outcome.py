"""How the client fares: everything it meets on the way to Redis, as one word.

The client is the orchestrator: this host, or the container that ``orchestrator_container`` names.
"""

from __future__ import annotations

from typing import Literal

from runbooklab.domains.docker.meant import is_ip
from runbooklab.domains.environment.records import NameResolution, RedisAddress
from runbooklab.domains.redis.readings.client_log import log_signs, restarts_now
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.model.evidence import Evidence
from runbooklab.observe.net.records import TcpAttempt

Face = Literal[
    "invalid",  # no attempt is made: the configuration or the URL does not allow one
    "name",  # the name does not resolve
    "refused", "timeout", "no-route", "socket",  # no connection; "socket": the unix socket can't be opened
    "closed",  # connected, then closed or reset before an answer
    "silent",  # connected, then nothing
    "not-redis",  # connected, and what answers does not speak Redis
    "tls",  # the TLS handshake fails
    "error",  # Redis answers with an error
    "pong",
]  # fmt: skip

#: The face in words, to finish a sentence that begins with "the client".
WORDS: dict[Face, str] = {
    "invalid": "never tries, because its configuration cannot be used",
    "name": "cannot resolve the host name",
    "refused": "is refused",
    "timeout": "gets no connection within its time",
    "no-route": "has no route to the address",
    "socket": "cannot open the socket",
    "closed": "is connected and then cut off",
    "silent": "is connected and hears nothing",
    "not-redis": "reaches something that is not Redis",
    "tls": "fails in the TLS handshake",
    "error": "gets an error from Redis",
    "pong": "gets PONG",
}

_TCP_FACES: tuple[tuple[str, Face], ...] = (
    ("socket-missing", "socket"),
    ("socket-permission", "socket"),
    ("timeout", "timeout"),
    ("reset", "closed"),
    ("refused", "refused"),
    ("no-route", "no-route"),
    ("error", "no-route"),
)


#: What the log of an orchestrator that restarts again and again says it met just now, by a cause that its
#: error text speaks for.
_FACES_IN_LOG: tuple[tuple[str, Face], ...] = (
    ("hostname-unresolvable", "name"),
    ("port-not-published", "refused"),
    ("network-isolated", "timeout"),
)


def in_container(e: Evidence) -> bool:
    """Whether the client runs in a container of its own."""
    return bool(e.target.orchestrator_container)


def url(e: Evidence) -> RedisAddress | None:
    """The URL taken apart; None where it was not observed or does not parse."""
    address = e.address.value
    return None if address is None or address.problem else address


def client_name(e: Evidence) -> NameResolution | None:
    """What the client gets for the URL's host name."""
    if not in_container(e):
        return e.name.value
    view = e.orchestrator_view.value
    return view.name if view else None


def client_tcp(e: Evidence) -> tuple[TcpAttempt, ...] | None:
    """The client's connection attempts, one an address; None where not observed."""
    if not in_container(e):
        return e.tcp.value
    view = e.orchestrator_view.value
    return view.tcp or None if view else None


def client_addresses(e: Evidence) -> tuple[str, ...]:
    """The addresses the client tries; empty where not known."""
    name, attempts = client_name(e), client_tcp(e)
    tried = tuple(attempt.address for attempt in attempts or () if is_ip(attempt.address))
    return tried or (name.addresses if name else ())


def failed_stage(e: Evidence) -> Stage | None:
    """The first step of the conversation that went wrong; ROLE is ours, the client never asks for it."""
    talk = e.redis.value
    steps = [stage for stage in talk.stages if stage.name != "role"] if talk else []
    return next((stage for stage in steps if stage.outcome in ("error", "closed", "timeout")), None)


def ponged(e: Evidence) -> bool:
    """Whether PING was answered with PONG through the URL, with the URL's credentials."""
    talk = e.redis.value
    answered = talk is not None and any(s.name == "ping" and s.outcome == "ok" for s in talk.stages)
    return answered and failed_stage(e) is None


def server_codes(e: Evidence) -> frozenset[str]:
    """Error codes that Redis gave the client.

    A plain PING is sent without credentials, so its NOAUTH counts only where the URL has none.
    """
    talk, first, view, address = e.redis.value, e.first_bytes.value, e.orchestrator_view.value, url(e)
    codes = {stage.code for stage in talk.stages} if talk else set()
    bare = {first.code} if first else set()
    bare |= {view.code} if view else set()
    if address and address.has_password:
        bare.discard("NOAUTH")
    return frozenset(codes | bare) - {"", "PONG"}


def server_words(e: Evidence) -> str:
    """The texts of Redis' errors, for the errors that have no code of their own (plain ``ERR``)."""
    talk, first, view = e.redis.value, e.first_bytes.value, e.orchestrator_view.value
    words = [s.message for s in talk.stages if s.outcome == "error"] if talk else []
    words += [first.text] if first and first.outcome == "resp" else []
    words += [view.ping.output] if view and view.ping else []
    return " · ".join(filter(None, words))


def face(e: Evidence) -> Face | None:
    """How the client fares; None where that was not observed."""
    config, address = e.config.value, e.address.value
    if (address and address.problem) or (config and config.problem and not e.target.redis_url):
        return "invalid"
    name, attempts = client_name(e), client_tcp(e)
    if name and name.outcome in ("not-found", "temporary-failure"):
        return "name"
    if attempts and not any(attempt.outcome == "connected" for attempt in attempts):
        if in_container(e) and _is_hung(e):
            return "silent"
        outcomes = {attempt.outcome for attempt in attempts}
        return next(face for outcome, face in _TCP_FACES if outcome in outcomes)
    return _face_from_container(e) if in_container(e) else _face_of_talk(e)


def _face_from_container(e: Evidence) -> Face | None:
    view = e.orchestrator_view.value
    if view is None:
        return _face_without_view(e)
    address = url(e)
    if view.code == "NOAUTH" and address and address.has_password:
        return _face_of_talk(e)  # the tool inside was given no password, the client has one
    if view.code:
        return "pong" if view.code == "PONG" else "error"
    if view.ping and view.ping.outcome == "timeout":
        return "silent"
    if view.ping and view.ping.outcome == "ok":
        return "closed"
    return _face_of_talk(e) if view.tcp else None


def _face_without_view(e: Evidence) -> Face | None:
    """Nobody can look from the client's container (it may not run): what would be met there all the same."""
    look = e.container.value
    if ponged(e):
        return "pong"
    told = {cause for sign in log_signs(e)[:1] for cause in sign.causes} if restarts_now(e) else set()
    for cause, face in _FACES_IN_LOG:
        if cause in told:
            return face
    up = look is None or (look.found is not None and look.found.state in ("running", "paused"))
    return None if up else "refused"


def _is_hung(e: Evidence) -> bool:
    """Whether a tool that ran out of time in the client's container was connected all the same.

    ``redis-cli`` does not tell a connection that never came from an answer that never came. Where
    the container takes connections and its own Redis does not answer inside either, it is the answer.
    """
    view, bridge, inside = e.orchestrator_view.value, e.bridge_tcp.value, e.inside.value
    timed_out = view is not None and view.ping is not None and view.ping.outcome == "timeout"
    connects = bool(bridge) and all(attempt.outcome == "connected" for attempt in bridge or ())
    return timed_out and connects and not (inside and inside.answers)


def _face_of_talk(e: Evidence) -> Face | None:
    if ponged(e):
        return "pong"
    tls, first, stage = e.tls.value, e.first_bytes.value, failed_stage(e)
    if tls and tls.outcome != "ok":
        return "tls"
    if first and first.outcome == "not-resp":
        return "not-redis"
    if stage and stage.code:
        return "error"
    if first and first.outcome in ("closed", "tls"):
        return "closed"
    if first and first.outcome == "silent":
        return "silent"
    if first and first.outcome == "resp" and first.code not in ("PONG", "NOAUTH"):
        return "error"
    if stage is None or stage.name == "connect":
        return None
    return {"closed": "closed", "timeout": "silent"}.get(stage.outcome)  # type: ignore[return-value] # both are faces
