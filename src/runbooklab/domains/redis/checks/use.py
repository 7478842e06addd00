"""What the orchestrator does with Redis: it reads registrations, it writes, and it waits for each answer."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, unseen, warning
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.redis.checks.not_reached import no_talk
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.cluster import MOVES, follows_moves
from runbooklab.domains.redis.readings.conversation import failed_stage, failure, info
from runbooklab.domains.redis.readings.destination import from_elsewhere
from runbooklab.domains.redis.readings.slowness import Ping, client_ping
from runbooklab.domains.redis.records.conversation import RedisTalk, Stage
from runbooklab.domains.redis.records.info import number
from runbooklab.domains.redis.thresholds import READ_MS, READ_PINGS
from runbooklab.model.conclusions import Judgement
from runbooklab.words import milliseconds


def _not_used(e: Evidence, what: str, *, seen: bool) -> Judgement | None:
    """The judgement if Redis was not used at all: not reached, or not observed; else None."""
    if seen and from_elsewhere(e):
        return None  # used through the Redis container's own address
    if from_elsewhere(e) and e.redis.value is not None:
        return unseen(what, f"{place(e)} leads to Redis inside Docker only")
    stop, failed = no_talk(e), failed_stage(e)
    if stop:
        return stop
    return skipped(f"{what}: not reached ({failure(failed)}).") if failed else None


def redis_read(e: Evidence) -> Judgement:
    """Whether a GET of a registration goes through: the answer that only a Redis gives."""
    what, talk = "Whether reads go through", e.redis.value
    stop = _not_used(e, what, seen=bool(talk and talk.reads))
    if stop or talk is None:
        return stop or absent(e, e.redis, what)
    if info(e).get("redis_mode") == "sentinel":
        return skipped("A Sentinel keeps no keys: nothing was read.")
    if not talk.reads:
        return unseen(what, "no GET was sent")
    bad = [step for step in talk.reads if step.outcome != "ok"]
    moved = [step for step in bad if step.code in MOVES]
    if moved:
        return _moved(e, talk, moved)
    if bad and all(map(_is_renamed, bad)):
        if e.registrations.value is None:
            return unseen(what, _said(bad[0]))
        return ok("Registrations can be read: SCAN is answered; GET is switched off or renamed there.")
    if bad and _had_no_time(talk, bad[0]):
        return unseen(what, "there was no time left to wait for the answer")
    if bad:
        return critical(f"Redis at {place(e)} does not answer a GET of a registration: {_said(bad[0])}.")
    return ok(f"A GET of a registration is answered in {milliseconds(talk.reads[0].ms)}.")


def _had_no_time(talk: RedisTalk, step: Stage) -> bool:
    """Whether an answer that did not come was waited for too short a time for this way to Redis."""
    slowest = max(talk.ping_ms, default=0.0)
    return step.outcome == "timeout" and step.ms < max(READ_MS, READ_PINGS * slowest)


def _is_renamed(step: Stage) -> bool:
    """Whether the server has no such command, or has it under another name."""
    return step.code == "ERR" and "unknown command" in step.message.lower()


def _said(step: Stage) -> str:
    """What went wrong, without the random name that was asked for."""
    return failure(step).partition(", with args beginning with")[0].rstrip(".")


def _moved(e: Evidence, talk: RedisTalk, moved: list[Stage]) -> Judgement:
    said = (
        f"Of {len(talk.reads)} registrations asked for, {len(moved)} live on another node of the cluster "
        f"({failure(moved[0])})"
    )
    if follows_moves(e):
        return ok(f"{said}; the configuration says that the client speaks to clusters.")
    return critical(f"{said}: a client that does not speak to clusters finds only the rest.")


def redis_write(e: Evidence) -> Judgement:
    """Whether a write goes through, by a SET that cannot change anything."""
    what, talk = "Whether writes go through", e.redis.value
    if not e.target.needs_write:
        return skipped("No write was sent: the parameter needs_write says that the orchestrator only reads.")
    stop = _not_used(e, what, seen=bool(talk and talk.write))
    if stop or talk is None:
        return stop or absent(e, e.redis, what)
    if info(e).get("redis_mode") == "sentinel":
        return skipped("A Sentinel keeps no keys: nothing was written.")
    if talk.can_write == "no":
        return _refused(e, talk)
    if talk.write is None:
        return unseen(what, "no SET was sent")
    if talk.write.code in MOVES and follows_moves(e):
        return ok("The SET was sent to another node of the cluster, and the client follows.")
    if talk.can_write == "yes" and talk.write.outcome == "ok":
        return ok(
            f"A SET is answered in {milliseconds(talk.write.ms)}: Redis takes writes "
            "(it was of a name that does not exist, with XX, and changed nothing)."
        )
    return unseen(what, _said(talk.write))


def _refused(e: Evidence, talk: RedisTalk) -> Judgement:
    held = talk.ping_meanwhile
    if talk.write is not None and talk.write.outcome == "timeout" and held is not None:
        return critical(
            f"Redis holds writes back: a SET got no answer in {milliseconds(talk.write.ms)}, "
            f"while a PING after it was answered in {milliseconds(held.ms)}."
        )
    code = talk.why_not_write
    if talk.write is not None and talk.write.outcome == "error":
        return critical(f"Redis at {place(e)} refuses writes: {_said(talk.write)}.")
    return critical(f"Redis at {place(e)} would refuse writes ({code}).")


def redis_latency(e: Evidence) -> Judgement:
    """How long a PING takes, on the way that the orchestrator goes."""
    what, talk, ping = "The time of a PING", e.redis.value, client_ping(e)
    if ping is None:
        failed = failed_stage(e)
        if talk is None:
            return absent(e, e.redis, what)
        if failed is not None and not from_elsewhere(e):
            return skipped(f"Not reached: {failure(failed)}.")
        return unseen(what, "no PING was timed")
    said, facts = _timed(e, ping)
    return warning(f"{said}: that is slow.", facts=facts) if ping.is_slow else ok(f"{said}.", facts=facts)


def _timed(e: Evidence, ping: Ping) -> tuple[str, dict[str, str]]:
    """The time in words, and the facts beside it."""
    view, talk = e.orchestrator_view.value, e.redis.value
    if in_container(e) and view is not None and view.ping is not None and view.ping.ms == ping.ms:
        note = ", the start of the tool that sends it included" if ping.by_tool else ""
        return (
            f"From container {e.target.orchestrator_container}, a PING takes {milliseconds(ping.ms)}{note}",
            {},
        )
    times = talk.ping_ms if talk else ()
    worst = max(times, default=ping.ms)
    facts = {"Median": milliseconds(ping.ms), "Slowest": milliseconds(worst), "PINGs": str(len(times))}
    ops = number(info(e), "instantaneous_ops_per_sec")
    if ops is not None:
        facts["Commands per second"] = f"{ops:,}"
    return f"A PING takes {milliseconds(ping.ms)}, at worst {milliseconds(worst)}", facts
