"""The container's life cycle: is there one, does it run, why not."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.address.readings.address import place, url_host, url_port
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.causes import container as docker
from runbooklab.domains.container.exit_codes import ASKED_TO_STOP, CRASHED, HOST_WENT_DOWN, KILLED
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import (
    asks_for_port,
    container,
    others,
)
from runbooklab.domains.container.readings.endings import (
    events_of_run,
    exited_ago,
    exited_at,
    has_ended,
    how_long_ago,
    memory_limit,
    why_unasked,
)
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.container.readings.restarts import events_of, is_looping
from runbooklab.domains.container.readings.state import sentence
from runbooklab.domains.endpoint.readings.listeners import is_resolver
from runbooklab.domains.redis.causes.host import frozen_on_host
from runbooklab.domains.redis.causes.preconditions import (
    client_fails,
    client_fails_or_loops,
    client_is,
    of_container,
)
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import CONTAINER, PROCESS
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.destination import elsewhere
from runbooklab.domains.redis.readings.listeners import (
    inside_answers,
    is_redis,
    redis_listeners,
)
from runbooklab.domains.redis.readings.logs import (
    last_words,
    lines_of_last_run,
    quote,
    said,
    without_preamble,
)
from runbooklab.domains.redis.readings.other_redis import other_redis, ports_of
from runbooklab.domains.redis.readings.port_holder import foreign_listener, server_on_host
from runbooklab.domains.redis.records.server import SERVERS
from runbooklab.domains.redis.thresholds import AT_ONCE_S
from runbooklab.observe.docker.records import Container
from runbooklab.words import seconds_between

#: What the log says if Redis could not start (see :mod:`runbooklab.domains.redis.causes.startup`).
FAILURES = ("config", "no-command", "corrupt", "newer", "bug-report", "cannot-assign", "start-error")


def sureness(e: Evidence, confidence: float) -> float:
    """``confidence``, or a guess if something else holds the port: that has to be fixed first."""
    return 0.55 if foreign_listener(e) is not None else confidence


#: Docker's checks, and those of Redis that say what they say, and more.
_CHECKS = {
    "container": "redis-container",
    "container-logs": "redis-logs",
    "container-ports": "redis-container-ports",
}


def for_redis(ruling: Ruling, headline: str = "") -> Ruling:
    """Docker's ruling, resting on Redis' checks; ``headline`` says what it means for Redis."""
    if not isinstance(ruling, Supported):
        return ruling
    own = ruling.summary
    if headline:
        own = (
            f"{headline}: {own.replace('Container', 'container', 1) if own.startswith('Container') else own}"
        )
    return replace(ruling, because=tuple(_CHECKS.get(check, check) for check in ruling.because), summary=own)


def _if_port_is_free(e: Evidence, ruling: Ruling) -> Ruling:
    if not isinstance(ruling, Supported):
        return ruling
    return replace(ruling, confidence=sureness(e, ruling.confidence))


@client_fails
def container_missing(e: Evidence) -> Ruling:
    name = container_name(e)
    if not name:
        return RuledOut("No Redis container is named.")
    if e.container.value is None:
        return Untested(why_missing(e, CONTAINER))
    if container(e) is not None:
        return RuledOut(f"Container {name} exists.")
    if elsewhere(e):
        return RuledOut(f"{place(e)} is another machine, a container here would not answer there.")
    removed = events_of(e, "destroy")
    proof = f"{docker.not_known(e)}, and none that the URL leads to."
    rest = other_redis(e)
    if rest and not removed:
        proof += f" Redis containers that run here are {ports_of(rest)}."
    seen = client_outcome(e)
    if seen == "refused" or (seen == "name" and in_container(e)) or url_host(e) == name:
        rival = next(
            (other for other in others(e) if other.state == "running" and asks_for_port(other, url_port(e))),
            None,
        )
        if rival:
            proof += f" Container {rival.name} has port {url_port(e)}."
        return Supported(
            proof,
            ("redis-container", "port-reachable"),
            0.97 if removed else 0.93,
            f"Nothing answers at {place(e)}: none of the Redis containers here has that port, and {name}, "
            "the default, does not exist."
            if rest and seen == "refused" and not removed
            else f"Container {name} does not exist, so nothing answers at {place(e)}.",
        )
    if removed:
        return Supported(proof, ("redis-container",), sureness(e, 0.7))
    return RuledOut(f"There is no container {name}, but that is not what keeps the client from {place(e)}.")


@client_fails
@of_container
def container_stopped(e: Evidence, found: Container) -> Ruling:
    if not has_ended(found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    line = said(e, "shutdown")
    asked = found.exit_code in ASKED_TO_STOP or (line and found.exit_code != KILLED)
    if not asked and not found.error:
        return _ended_otherwise(e, found)
    if found.error:
        return RuledOut(f"Container {found.name} did not stop cleanly: exit code {found.exit_code}.")
    if daemonized(e, found):
        return RuledOut("Redis was not stopped: it left its container by going to the background.")
    quoted = f", and its log says {quote(line)}" if line else ""
    return Supported(
        sentence(f"{exited_at(found)}{quoted}"),
        ("redis-container", "port-reachable"),
        sureness(e, 0.97 if line else 0.9),
        f"Redis is stopped: {exited_ago(e, found)}.",
    )


def _ended_otherwise(e: Evidence, found: Container) -> Ruling:
    """It was not asked to stop and did not fail at its start: the host went down, a signal, a wrapper."""
    code = found.exit_code
    if code in (KILLED, *CRASHED) or found.oom_killed:
        return RuledOut(f"Container {found.name} did not stop cleanly: exit code {code}.")
    started = bool(said(e, "ready"))
    if said(e, *FAILURES, "save-failed", "gave-up-saving"):
        return RuledOut(f"The log names another reason: {quote(said(e, *FAILURES, 'save-failed'))}.")
    if not started and code != HOST_WENT_DOWN:
        return RuledOut(f"Redis failed at its start: exit code {code}.")
    why = why_unasked(found, "neither Redis' log nor Docker says why")
    return Supported(
        sentence(f"{exited_at(found)}, {why}"),
        ("redis-container", "port-reachable"),
        sureness(e, 0.9 if started else 0.65 if last_words(e) else 0.8),
        f"Redis is down: {exited_ago(e, found)}, {why}.",
    )


def daemonized(e: Evidence, found: Container) -> bool:
    """Whether the main process ended at once because Redis went to the background.

    With ``daemonize yes`` in its configuration file Redis goes before it writes its first line.
    """
    over = has_ended(found) or is_looping(e)
    if not over or found.exit_code != 0 or said(e, "shutdown", "ready") or events_of_run(e, found, "kill"):
        return False
    command = " ".join(found.command)
    if "daemonize yes" in command.replace("--daemonize=yes", "daemonize yes"):
        return True
    mute = e.logs.value is not None and not lines_of_last_run(e) and "redis-server" in command
    lasted = _lasted(e, found)
    return (bool(said(e, "starting")) or mute) and lasted is not None and lasted < AT_ONCE_S


def _lasted(e: Evidence, found: Container) -> float | None:
    """How long the last run that is over lasted, in seconds, by the engine's record or its events."""
    lasted = seconds_between(found.started_at, found.finished_at)
    if lasted is not None and lasted >= 0:
        return lasted
    runs = pairwise(events_of(e, "start", "die"))
    lengths = [seconds_between(a.at, b.at) for a, b in runs if (a.action, b.action) == ("start", "die")]
    return lengths[-1] if lengths else None


@client_fails
@of_container
def container_killed(e: Evidence, found: Container) -> Ruling:
    return _if_port_is_free(e, for_redis(docker.container_killed(e, found), "Redis was killed"))


@client_fails_or_loops
@of_container
def container_oom_killed(e: Evidence, found: Container) -> Ruling:
    ruling = docker.container_oom_killed(e, found)
    if isinstance(ruling, Supported):
        killed = f"the kernel killed container {found.name}{how_long_ago(e, found)}"
        return for_redis(replace(ruling, summary=f"Redis ran out of memory: {killed}."))
    over = has_ended(found) or is_looping(e)
    if over or not events_of_run(e, found, "oom") or not _no_redis_in(e, found):
        return ruling
    return Supported(
        f"The kernel killed a process of container {found.name} at its memory limit{memory_limit(found)}; "
        "the container still runs, and no Redis is left in it.",
        ("redis-process", "container-events"),
        0.96,
        f"Redis ran out of memory: the kernel killed it inside container {found.name}, which runs on "
        "without it.",
    )


@client_fails
@of_container
def container_never_started(e: Evidence, found: Container) -> Ruling:
    return _if_port_is_free(e, for_redis(docker.container_never_started(e, found)))


@client_fails
@of_container
def container_paused(e: Evidence, found: Container) -> Ruling:
    ruling = docker.container_paused(e, found)
    if not isinstance(ruling, Supported):
        return ruling
    return Supported(
        f"Container {found.name} is paused: connections are accepted and nothing is answered.",
        ("redis-container", "redis-ping"),
        ruling.confidence,
        f"Redis is frozen because container {found.name} is paused.",
    )


def container_crash_looping(e: Evidence) -> Ruling:
    """Redis may well answer in between."""
    if client_outcome(e) == "pong" and not is_looping(e):
        return RuledOut("Redis answers.")
    if e.container.value is None and container_name(e) and is_looping(e):
        return for_redis(docker.ends_by_events(e), _CRASHING)
    return _looping(e)


_CRASHING = "Redis keeps crashing"


@of_container
def _looping(e: Evidence, found: Container) -> Ruling:
    line = said(e, "config", "corrupt", "newer", "bug-report", "cannot-assign", "start-error") or last_words(
        e
    )
    return for_redis(docker.looping(e, found, without_preamble(line)), _CRASHING)


@client_fails_or_loops
@of_container
def redis_crashed(e: Evidence, found: Container) -> Ruling:
    report = said(e, "bug-report")
    over = has_ended(found) or is_looping(e)
    if not over or (found.exit_code not in CRASHED and not report):
        return RuledOut(
            f"Container {found.name} is {found.state}, exit code {found.exit_code}, no bug report."
        )
    quoted = f"; its log says {quote(report)}" if report else ""
    return Supported(
        f"Redis crashed: {exited_at(found)}{quoted}.",
        ("redis-container", "redis-logs"),
        0.96 if report else 0.85,
        f"Redis crashed: {exited_ago(e, found)}{quoted}.",
    )


def _no_redis_in(e: Evidence, found: Container) -> bool:
    """Whether the container is known to hold no Redis and nothing else that listens."""
    seen = e.process.value
    if seen is None or not seen.listeners_known:
        return False
    if inside_answers(e) or is_redis(seen.name) or redis_listeners(e):
        return False
    return host_network(found) or all(is_resolver(listener) for listener in seen.listeners)


@client_is("closed", "refused", "no-route")
@of_container
def redis_not_running_in_container(e: Evidence, found: Container) -> Ruling:
    if found.state != "running" or is_looping(e):
        return RuledOut(f"Container {found.name} is {found.state}.")
    seen = e.process.value
    if seen is None or not seen.listeners_known:
        return Untested(why_missing(e, PROCESS))
    if inside_answers(e) or is_redis(seen.name) or redis_listeners(e):
        return RuledOut(f"Redis runs in container {found.name}.")
    if not _no_redis_in(e, found):
        return RuledOut(f"Something listens in container {found.name}.")
    return Supported(
        f"Container {found.name} runs {seen.name} instead of {SERVERS[0]}, and nothing in it listens.",
        ("redis-process", "redis-ping-inside"),
        0.95,
        f"Container {found.name} is up, but Redis is not running in it: its main process is {seen.name}.",
    )


@client_is("silent", "timeout")
def redis_frozen(e: Evidence) -> Ruling:
    server = server_on_host(e)
    return frozen_on_host(e, server) if server else _frozen_in_container(e)


@needs(PROCESS)
@of_container
def _frozen_in_container(e: Evidence, found: Container) -> Ruling:
    seen = e.process.value
    assert seen is not None
    if found.state != "running" or seen.state.upper() != "T":
        return RuledOut(
            f"Container {found.name} is {found.state}, process {seen.name} is in state {seen.state}."
        )
    return Supported(
        f"Container {found.name} runs, but its process {seen.name} (pid {seen.pid}) is stopped: state T.",
        ("redis-process", "redis-ping"),
        0.97,
        f"Redis was frozen by a signal: process {seen.name} in container {found.name} is stopped.",
    )
