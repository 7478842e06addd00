"""The conversation that the orchestrator would hold with Redis, then what the server says of itself."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.address.probes.name import usable_address
from runbooklab.domains.redis.context import Context
from runbooklab.domains.redis.probes.redis_facts import facts, self_description
from runbooklab.domains.redis.probes.redis_session import (
    Session,
    StageName,
    failed_to_connect,
    is_no_password_configured,
    peer_of,
    signed_in,
)
from runbooklab.domains.redis.probes.redis_use import use, writable
from runbooklab.domains.redis.records.conversation import RedisTalk, Stage
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import visible

ORDER: tuple[StageName, ...] = ("connect", "tls", "auth", "select", "ping", "role")

#: PINGs after the first one, for the latency; no more once they took so many milliseconds together.
MORE_PINGS = 4
ENOUGH_MS = 400.0

#: Words of ROLE's reply that are kept (it has five), and characters of each.
MOST_WORDS = 8
MOST_WORD = 300

#: After these nothing more is asked: the server has said who may speak.
_SILENCED = frozenset({"NOAUTH", "WRONGPASS", "DENIED"})


def redis(ctx: Context) -> RedisTalk:
    """Connect, authenticate, select, ping and ask the role, as the client would; then read its state."""
    address = usable_address(ctx)
    failed = failed_to_connect(ctx, address)
    if failed is not None:
        return RedisTalk(stages=_complete([failed]), **_past_the_url(ctx))
    session = Session(ctx, address, peer_of(ctx))
    try:
        stages, role = _stages(session)
        seen: dict[str, Any] = {"ping_ms": _pings(session, stages)}
        if _may_ask(session, stages):
            seen |= self_description(session)
            used, session = _used(session, seen)
            seen |= used | facts(session, seen["info"], seen["denied"])
            seen |= writable(session, seen, _code(stages, "ping"))
        if address.has_password and _answered(stages):
            seen["without_credentials"] = _without_credentials(ctx)
        return RedisTalk(stages=_complete(stages), role=role, **seen)
    finally:
        session.close()


def _stages(session: Session) -> tuple[list[Stage], tuple[str, ...]]:
    stages = list(session.open())
    if stages[-1].outcome != "error" or is_no_password_configured(stages[-1]):
        stages.append(session.select())
    role: tuple[str, ...] = ()
    if _may_ask(session, stages):
        stages.append(session.ping())
    if _may_ask(session, stages):
        reply: list[Any] = []
        stages.append(session.stage("role", lambda: reply.append(session.ask("ROLE"))))
        role = _role(reply[0]) if reply else ()
    return stages, role


def _role(reply: Any) -> tuple[str, ...]:
    """ROLE's reply as text: ("master", "0") or ("slave", host, port, state, offset)."""
    items = reply if isinstance(reply, list) else [reply]
    return tuple(visible(str(item)[:MOST_WORD]) for item in items[:MOST_WORDS] if not isinstance(item, list))


def _may_ask(session: Session, stages: list[Stage]) -> bool:
    last = stages[-1]
    if not session.is_connected or last.code in _SILENCED:
        return False
    return last.name != "auth" or last.outcome != "error" or is_no_password_configured(last)


def _answered(stages: list[Stage]) -> bool:
    """Whether a server said anything at all."""
    return any(stage.code or (stage.name in {"auth", "ping"} and stage.outcome == "ok") for stage in stages)


def _code(stages: list[Stage], name: StageName) -> str:
    return next((stage.code for stage in stages if stage.name == name), "")


def _pings(session: Session, stages: list[Stage]) -> tuple[float, ...]:
    """How long each PING took, the first one too: it may be the only one that was answered."""
    took = [stage.ms for stage in stages if stage.name == "ping" and stage.outcome == "ok"]
    for _ in range(MORE_PINGS if took and _may_ask(session, stages) else 0):
        again = session.ping()
        if again.outcome != "ok":
            break
        if sum(took) + again.ms >= ENOUGH_MS:
            return (*took, again.ms)
        took.append(again.ms)
    return tuple(took)


def _used(session: Session, seen: dict[str, Any]) -> tuple[dict[str, Any], Session]:
    """As :func:`use`; a session that is left behind is closed."""
    used, other = use(session, seen)
    if other is not session:
        session.close()
    return used, other


def _past_the_url(ctx: Context) -> dict[str, Any]:
    """What the Redis container's own address gives, if the URL means something to the orchestrator's only.

    No stages: those are of the way through the URL. Empty if there is no such address.
    """
    try:
        session = signed_in(ctx)
    except NotObserved:
        return {}
    try:
        ping = session.ping()
        seen: dict[str, Any] = {"ping_ms": _pings(session, [ping]), "denied": {}}
        used, session = _used(session, seen)
        seen |= used
        return seen | writable(session, seen, ping.code)
    finally:
        session.close()


def _without_credentials(ctx: Context) -> Stage:
    """What a bare connection's PING gets: whether the server asks for a password at all."""
    session = Session(ctx, usable_address(ctx), peer_of(ctx), with_credentials=False)
    try:
        stages = session.open()
        bad = next((stage for stage in stages if stage.outcome in {"error", "closed", "timeout"}), None)
        return bad or session.ping()
    finally:
        session.close()


def _complete(stages: list[Stage]) -> tuple[Stage, ...]:
    """Every stage in order; what the conversation did not get to is ``not-reached``."""
    reached = {stage.name: stage for stage in stages}
    return tuple(reached.get(name, Stage(name, "not-reached")) for name in ORDER)
