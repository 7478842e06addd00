"""Redis is reached and does not answer, answers late, or hangs up."""

from __future__ import annotations

import re
from math import inf

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.redis.causes.host import paused_on_host
from runbooklab.domains.redis.causes.preconditions import OUTCOME_UNSEEN, client_is, client_pongs
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import INSIDE, LOGS, PROCESS, REDIS
from runbooklab.domains.redis.readings.client_outcome import OUTCOME_WORDS, client_outcome
from runbooklab.domains.redis.readings.conversation import all_codes, info, setting
from runbooklab.domains.redis.readings.listeners import works_inside
from runbooklab.domains.redis.readings.logs import quote, said
from runbooklab.domains.redis.readings.port_holder import server_on_host
from runbooklab.domains.redis.readings.slowness import (
    client_ping,
    is_busy,
    long_commands,
    processors,
    recent_commands,
    throttled_share,
    ticks,
)
from runbooklab.domains.redis.records.info import number
from runbooklab.domains.redis.thresholds import (
    LONG_COMMAND_US,
    RECENT_S,
    SHORT_IDLE_S,
    THROTTLED_SHARE,
)
from runbooklab.words import milliseconds, plural

# --- busy, paused, slow ---------------------------------------------------------------------------


def script_busy(e: Evidence) -> Ruling:
    if "BUSY" in all_codes(e):
        line = said(e, "slow-script")
        return Supported(
            "Redis answers BUSY: it runs a script" + (f"; its log says {quote(line)}." if line else "."),
            ("redis-ping", "redis-logs"),
            0.97,
            "Redis is busy with a script that does not end, and serves nobody else.",
        )
    if client_outcome(e) == "silent" and is_busy(e.process.value):
        return Supported(
            f"Redis answers nothing and uses the CPU all the time ({ticks(e.process.value)} ticks "
            "between two samples).",
            ("redis-process", "redis-ping"),
            0.7,
            "Redis is busy with one long command or script, and serves nobody else.",
        )
    if client_outcome(e) in ("pong", "error"):
        return RuledOut("Redis does not answer BUSY.")
    return _unless_silent(e)


def _unless_silent(e: Evidence) -> Ruling:
    seen = client_outcome(e)
    if seen == "silent" and ticks(e.process.value) is None:
        return Untested(why_missing(e, PROCESS))
    return RuledOut(f"The client {OUTCOME_WORDS[seen]}.") if seen else OUTCOME_UNSEEN


@client_is("silent", "pong")
def clients_paused(e: Evidence) -> Ruling:
    if client_outcome(e) == "pong":
        return _writes_paused(e)
    server = server_on_host(e)
    return paused_on_host(e, server) if server else _paused_in_container(e)


@needs(PROCESS)
def _paused_in_container(e: Evidence) -> Ruling:
    seen, inside, found = e.process.value, e.inside.value, container(e)
    assert seen is not None
    if found is None or found.state != "running" or seen.state.upper() not in ("S", "R"):
        return RuledOut(f"The process is in state {seen.state}.")
    if inside is None or (inside.ping.outcome == "no-tool" and inside.answers is None):
        return Untested(why_missing(e, INSIDE))
    if inside.answers:
        return RuledOut("Redis answers inside its container.")
    if inside.ping.outcome not in ("timeout", "ok", "no-tool"):
        return RuledOut(f"PING inside the container: {inside.ping.outcome}.")
    if is_busy(seen):
        return RuledOut("The process is busy.")
    waiting = max((listener.backlog or 0 for listener in seen.listeners), default=0)
    if not works_inside(e):
        return RuledOut("Redis does not listen in its container.")
    if waiting:
        return RuledOut(f"Redis takes no connections: {waiting} wait to be accepted.")
    return Supported(
        "Redis sleeps, accepts every connection and answers nothing, not even inside its container.",
        ("redis-process", "redis-ping-inside"),
        0.9,
        "Redis holds back all answers: its clients have been paused (CLIENT PAUSE).",
    )


def _writes_paused(e: Evidence) -> Ruling:
    """Reads are answered, writes wait. Source: Redis manual, CLIENT PAUSE (WRITE)."""
    talk = e.redis.value
    if talk is None:
        return RuledOut("Redis answers PING.")
    waiting = ", ".join(talk.held_back[:5])
    others = f", and clients wait for {waiting}, which does not block by itself" if waiting else ""
    write, meanwhile = talk.write, talk.ping_meanwhile
    no_answer = write is not None and write.outcome == "timeout"
    if write and no_answer and meanwhile and talk.can_write == "no":
        return Supported(
            f"A SET that changes nothing got no answer in {milliseconds(write.ms)}, while a PING after it "
            f"was answered in {milliseconds(meanwhile.ms)}{others}.",
            ("redis-write", "redis-ping"),
            0.93,
            "Redis answers reads and holds back writes: its clients have been paused (CLIENT PAUSE WRITE).",
        )
    if write is not None and write.outcome == "ok":
        return RuledOut("Redis answers a SET.")
    if not waiting:
        return RuledOut("Redis answers, and no client waits for a command that does not block.")
    return Supported(
        f"Redis answers PING{others}.",
        ("redis-write", "redis-clients"),
        0.9,
        f"Redis holds back writes: its clients have been paused (CLIENT PAUSE), and wait for {waiting}.",
    )


def _held_up(e: Evidence) -> Ruling | None:
    """Redis neither answers nor takes connections, and does not use the CPU: a command sleeps or waits."""
    seen, server = e.process.value, server_on_host(e)
    listeners = seen.listeners if seen else (server,) if server else ()
    waiting = max((listener.backlog or 0 for listener in listeners), default=0)
    state = (seen.state if seen else server.state if server else "").upper()
    if client_outcome(e) != "silent" or not waiting or state not in ("S", "D"):
        return None
    found = container(e)
    if is_busy(seen) or (found is not None and found.state != "running"):
        return None
    what = "waits for the disk" if state == "D" else "sleeps"
    return Supported(
        f"Redis {what} with {plural(waiting, 'connection')} waiting to be accepted: one command holds it up.",
        ("redis-process", "redis-ping-inside") if seen else ("port-owner", "redis-ping"),
        0.75,
        "Redis is inside one command that does not end, and serves nobody else meanwhile.",
        severity="critical",
    )


@needs(REDIS)
def slow_commands(e: Evidence) -> Ruling:
    talk = e.redis.value
    assert talk is not None
    held_up = _held_up(e)
    if held_up:
        return held_up
    slow = long_commands(e)
    if not slow:
        if "SLOWLOG" in talk.denied:
            return Untested(f"Not observed: SLOWLOG ({talk.denied['SLOWLOG']}).")
        return (
            RuledOut(f"No command in the slow log took {LONG_COMMAND_US // 1000} ms.")
            if client_outcome(e) == "pong"
            else _unless_silent(e)
        )
    worst = max(slow, key=lambda command: command.duration_us)
    took = f"{worst.duration_us / 1e6:.1f} s"
    return Supported(
        f"{plural(len(slow), 'command')} of the last {RECENT_S / 60:.0f} min held Redis up, the worst for "
        f"{took} at {worst.at}: {quote(worst.command, 80)}.",
        ("redis-slowlog",),
        0.85,
        f"Redis does nothing else while it runs {quote(worst.command, 60)}, which took {took}.",
    )


@needs(REDIS)
def path_latency(e: Evidence) -> Ruling:
    ping = client_ping(e)
    if ping is None:
        return Untested("No PING was timed.")
    if not ping.is_slow:
        return RuledOut(f"A PING takes {milliseconds(ping.ms)}.")
    if long_commands(e):
        return RuledOut("The slow log names commands that take as long.")
    if throttled_share(e) >= THROTTLED_SHARE:
        return RuledOut("The container's CPU is throttled.")
    own, is_known = _own_time(e)
    return Supported(
        f"A PING takes {milliseconds(ping.ms)}, and {own}: the time {'is' if is_known else 'may be'} lost on "
        f"the way to {place(e)}.",
        ("redis-latency", "redis-slowlog"),
        0.8 if is_known else 0.65,
        f"The way to Redis is slow: {milliseconds(ping.ms)} for a PING.",
    )


def _own_time(e: Evidence) -> tuple[str, bool]:
    """What the slow log says of the time that Redis itself takes, in words; whether it says anything."""
    talk = e.redis.value
    assert talk is not None
    if "SLOWLOG" in talk.denied:
        return f"the slow log could not be read ({talk.denied['SLOWLOG']})", False
    threshold = setting(e, "slowlog-log-slower-than")
    if threshold.startswith("-"):
        return "the slow log is switched off", False
    lately = f"of the last {RECENT_S / 60:.0f} min"
    recent = recent_commands(e)
    if recent:
        longest_ms = max(command.duration_us for command in recent) / 1000
        return f"no command in the slow log {lately} took longer than {milliseconds(longest_ms)}", True
    if talk.slow_commands:
        return f"the slow log names no command {lately}", True
    if not talk.info:
        return "of the time that Redis itself takes nothing was observed", False
    return "the slow log is empty", True


@needs(PROCESS)
def cpu_throttled(e: Evidence) -> Ruling:
    share, seen, ping = throttled_share(e), e.process.value, client_ping(e)
    assert seen is not None
    if share < THROTTLED_SHARE:
        return RuledOut(f"The container was held back in {share:.0%} of its scheduling periods.")
    if client_outcome(e) not in ("pong", "error", "silent"):
        return RuledOut("Redis is not reached; that comes first.")
    felt = f" A PING takes {milliseconds(ping.ms)}." if ping and ping.is_slow else ""
    allowed = processors(e)
    if 1 <= allowed < inf and not felt:  # commands are executed one at a time: one processor is enough
        return RuledOut(f"The container may use {allowed:g} of a processor's time now.")
    return Supported(
        f"The scheduler held the container back in {share:.0%} of its periods ({seen.throttled_periods} of "
        f"{seen.cpu_periods or seen.throttled_periods}), as its CPU limit asks.{felt}",
        ("redis-process", "redis-latency"),
        0.85 if felt else 0.7,
        "Redis is slow whenever it has work to do, because its container gets too little CPU.",
    )


# --- connections that are cut ---------------------------------------------------------------------


@client_pongs
def idle_timeout(e: Evidence) -> Ruling:
    value = setting(e, "timeout")
    text = e.error_text.value
    if not value.isdigit():
        return Untested("Not observed: the setting timeout.")
    if value == "0":
        return RuledOut("Redis keeps idle connections open.")
    cut = bool(
        text and ({"ECONNRESET", "errno 104", "104"} & set(text.codes) or "closed" in text.text.lower())
    )
    if int(value) > SHORT_IDLE_S and not cut:
        return RuledOut(f"Redis closes connections after {value} s of idleness.")
    return Supported(
        f"Redis closes every connection that is idle for {value} s (setting timeout).",
        ("redis-clients",),
        0.85 if cut else 0.7,
        f"Redis cuts the orchestrator's idle connections after {value} s.",
    )


def _limit_is_wider_now(e: Evidence, line: str) -> bool:
    """Whether the reply that the log line speaks of would fit into today's limit for its kind of client."""
    flags, size = re.search(r" flags=(\w+)", line), re.search(r" omem=(\d+)", line)
    limits = re.findall(r"(\w+) (\d+) \d+ \d+", setting(e, "client-output-buffer-limit"))
    if not (flags and size and limits):
        return False
    kind = "pubsub" if "P" in flags[1] else "slave" if "S" in flags[1] else "normal"
    hard = next((int(limit) for name, limit in limits if name == kind), 1)
    return hard == 0 or int(size[1]) < hard


@client_pongs
def output_buffer_limit(e: Evidence) -> Ruling:
    line = said(e, "output-buffer")
    count = number(info(e), "client_output_buffer_limit_disconnections")
    if line and _limit_is_wider_now(e, line):
        return RuledOut("Its log says that Redis cut a client off, but its limit was raised since.")
    if line or count:
        what = f"its log says {quote(line)}" if line else f"{count} clients were cut off for it"
        return Supported(
            f"Redis cuts clients off whose replies grow too large: {what}.",
            ("redis-clients", "redis-logs"),
            0.88,
        )
    return RuledOut("Neither log nor INFO speaks of it.") if e.logs.value else Untested(why_missing(e, LOGS))
