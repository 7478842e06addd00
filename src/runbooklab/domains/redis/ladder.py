"""The connection ladder: how far a connection gets, rung by rung, from each vantage observed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runbooklab.domains.address.readings.address import place
from runbooklab.domains.endpoint.checks.words import tcp_words
from runbooklab.domains.redis.checks import configuration, conversation
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.layers import LAYERS
from runbooklab.domains.redis.readings.conversation import CREDENTIAL_CODES
from runbooklab.domains.redis.readings.destination import outside_docker
from runbooklab.model.conclusions import Finding, Judgement, Rung, rank
from runbooklab.model.observation import Observation, Vantage
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.words import listed

RUNGS = tuple(layer.name for layer in LAYERS.values() if layer.is_rung)

#: Who goes the way that matters: the orchestrator's container if it was observed from, else this host.
_VANTAGES: tuple[Vantage, ...] = ("orchestrator-container", "host", "redis-container")


def ladder(evidence: Evidence, findings: Mapping[str, Finding]) -> tuple[Rung, ...]:
    """All rungs from this host by ``findings``, then those that were observed from inside the containers.

    After the first failing rung of a vantage the rest were not reached: ``skipped``.
    """
    return (
        *_climb("host", ((name, _worst(evidence, name, findings)) for name in RUNGS)),
        *_climb("redis-container", _from_redis(evidence)),
        *_climb("orchestrator-container", _from_orchestrator(evidence)),
    )


def first_failing(rungs: Iterable[Rung]) -> Rung | None:
    """The rung where the way ends: seen by the orchestrator if its container was observed from."""
    failing = [rung for rung in rungs if rung.status == "critical"]
    return min(failing, key=lambda rung: _VANTAGES.index(rung.vantage), default=None)


def _climb(vantage: Vantage, judged: Iterable[tuple[str, Judgement]]) -> Iterable[Rung]:
    failed = ""
    for name, said in judged:
        if failed:
            yield Rung(name, vantage, "skipped", f"Not reached: the way ends at {failed}.")
            continue
        yield Rung(name, vantage, said.status, said.summary)
        if said.status == "critical":
            failed = name


def _worst(e: Evidence, name: str, findings: Mapping[str, Finding]) -> Judgement:
    if name == "name":
        return configuration.name_on_this_host(e)  # wherever the orchestrator runs
    seen = [findings[check] for check in LAYERS[name].checks]
    worst = min(seen, key=lambda finding: rank(finding.status))
    return Judgement(worst.status, worst.summary)


# --- from inside the Redis container -----------------------------------------------------------


def _from_redis(e: Evidence) -> Iterable[tuple[str, Judgement]]:
    if e.process.value is None and (not _was_observed(e.inside) or outside_docker(e)):
        return
    yield "tcp", _listens(e)
    seen = e.inside.value
    if seen is not None and seen.answers:
        yield from _answered(seen.code, "Inside its container, Redis")
    else:
        yield "ping", conversation.redis_ping_inside(e)


def _listens(e: Evidence) -> Judgement:
    seen, inside = e.process.value, e.inside.value
    if inside is not None and inside.answers:
        return Judgement("ok", f"Redis accepts connections on port {inside.port} of its container.")
    if seen is None or not seen.listeners_known:
        return Judgement("unknown", "Whether Redis listens in its container could not be seen.")
    if not seen.listeners:
        return Judgement("critical", "Nothing listens in the Redis container.")
    places = [f"{listener.address}:{listener.port}" for listener in seen.listeners]
    return Judgement("ok", f"In the Redis container, something listens on {listed(places)}.")


# --- from inside the orchestrator's container --------------------------------------------------


def _from_orchestrator(e: Evidence) -> Iterable[tuple[str, Judgement]]:
    if not e.target.orchestrator_container or not _was_observed(e.orchestrator_view):
        return
    seen = e.orchestrator_view.value
    if seen is None:
        yield "ping", conversation.redis_ping_orchestrator(e)
        return
    if seen.name is not None:
        yield "name", configuration.name_resolution(e)
    if seen.tcp:
        yield "tcp", _connects(e, seen.tcp)
    password = e.address.value is not None and e.address.value.has_password
    if seen.code and not (seen.code == "NOAUTH" and password):
        yield from _answered(seen.code, f"Seen from container {e.target.orchestrator_container}, Redis")
    else:
        yield "ping", conversation.redis_ping_orchestrator(e)


def _connects(e: Evidence, attempts: tuple[TcpAttempt, ...]) -> Judgement:
    name = e.target.orchestrator_container
    if any(attempt.outcome == "connected" for attempt in attempts):
        return Judgement("ok", f"Container {name} gets a connection to {place(e)}.")
    return Judgement("critical", f"From container {name}, {place(e)} {tcp_words(e, attempts)}.")


# --- both --------------------------------------------------------------------------------------


def _was_observed(seen: Observation[Any]) -> bool:
    """Whether it was observed, or should have been and could not."""
    return seen.value is not None or (seen.missing is not None and seen.missing.reason != "not-applicable")


def _answered(code: str, thing: str) -> Iterable[tuple[str, Judgement]]:
    """The rungs that a server's answer to PING shows."""
    yield "protocol", Judgement("ok", f"{thing} speaks the Redis protocol.")
    if code in CREDENTIAL_CODES:
        yield "authentication", Judgement("critical", f"{thing} refuses the credentials ({code}).")
        return
    yield "authentication", Judgement("ok", f"{thing} does not refuse the credentials.")
    answers = Judgement("ok", f"{thing} answers PONG.")
    yield "ping", answers if code == "PONG" else Judgement("critical", f"{thing} answers with {code}.")
