"""How the client's attempt ends: everything it meets on the way to Redis, as one word.

The client is the orchestrator: this host, or the container that ``orchestrator_container`` names.
"""

from __future__ import annotations

from typing import Literal

from runbooklab.domains.address.readings.address import has_password
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.readings.containers import is_running
from runbooklab.domains.container.readings.restarts import restarts_now
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import client_name, client_tcp
from runbooklab.domains.redis.readings.client_log import log_signs
from runbooklab.domains.redis.readings.conversation import failed_stage, ponged
from runbooklab.domains.redis.readings.listeners import inside_answers

ClientOutcome = Literal[
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

#: The outcome in words, to finish a sentence that begins with "the client".
OUTCOME_WORDS: dict[ClientOutcome, str] = {
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

_TCP_OUTCOMES: tuple[tuple[str, ClientOutcome], ...] = (
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
_OUTCOMES_IN_LOG: tuple[tuple[str, ClientOutcome], ...] = (
    ("hostname-unresolvable", "name"),
    ("port-not-published", "refused"),
    ("network-isolated", "timeout"),
)


def client_outcome(e: Evidence) -> ClientOutcome | None:
    """How the client's attempt ends; None if that was not observed."""
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
        return next(ends for outcome, ends in _TCP_OUTCOMES if outcome in outcomes)
    return _from_container(e) if in_container(e) else _of_talk(e)


def _from_container(e: Evidence) -> ClientOutcome | None:
    view = e.orchestrator_view.value
    if view is None:
        return _without_view(e)
    if view.code == "NOAUTH" and has_password(e):
        return _of_talk(e)  # the tool inside was given no password, the client has one
    if view.code:
        return "pong" if view.code == "PONG" else "error"
    if view.ping and view.ping.outcome == "timeout":
        return "silent"
    if view.ping and view.ping.outcome == "ok":
        return "closed"
    return _of_talk(e) if view.tcp else None


def _without_view(e: Evidence) -> ClientOutcome | None:
    """Nothing can be tried from the client's container (it may not run): what would be met there."""
    look = e.container.value
    if ponged(e):
        return "pong"
    if restarts_now(e.orchestrator.value):
        said = {cause for sign in log_signs(e)[:1] for cause in sign.causes}
        outcome = next((outcome for cause, outcome in _OUTCOMES_IN_LOG if cause in said), None)
        if outcome is not None:
            return outcome
    up = look is None or (look.found is not None and is_running(look.found))
    return None if up else "refused"


def _is_hung(e: Evidence) -> bool:
    """Whether a tool that ran out of time in the client's container was connected all the same.

    ``redis-cli`` does not distinguish a connection that never came from an answer that never came. If the
    container takes connections and its own Redis does not answer inside either, it is the answer.
    """
    view, bridge = e.orchestrator_view.value, e.bridge_tcp.value
    timed_out = view is not None and view.ping is not None and view.ping.outcome == "timeout"
    connects = bool(bridge) and all(attempt.outcome == "connected" for attempt in bridge or ())
    return timed_out and connects and not inside_answers(e)


def _of_talk(e: Evidence) -> ClientOutcome | None:
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
    return {"closed": "closed", "timeout": "silent"}.get(stage.outcome)  # type: ignore[return-value] # both are outcomes


def shows_failure(e: Evidence) -> tuple[str, ...]:
    """The finding that shows how the client fails, if it does."""
    if client_outcome(e) in (None, "pong", "invalid"):
        return ()
    return ("redis-ping-orchestrator",) if in_container(e) else ("redis-ping",)
