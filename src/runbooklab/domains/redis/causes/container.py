"""The container's life cycle: is there one, does it run, why not."""

from __future__ import annotations

from itertools import pairwise

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.docker.exit_codes import ASKED_TO_STOP, CRASHED, HOST_WENT_DOWN, KILLED, SIGNAL
from runbooklab.domains.docker.meant import container_name, source_words
from runbooklab.domains.docker.readings.containers import (
    asks_for_port,
    container,
    others,
)
from runbooklab.domains.docker.readings.networks import host_network
from runbooklab.domains.docker.readings.restarts import events_of, is_looping, recent_ends
from runbooklab.domains.environment.readings.address import place, url_host, url_port
from runbooklab.domains.ports.readings.listeners import is_resolver
from runbooklab.domains.redis.causes.host import frozen_on_host
from runbooklab.domains.redis.causes.preconditions import (
    client_fails,
    client_fails_or_loops,
    client_is,
    of_container,
)
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import CONTAINER, PROCESS
from runbooklab.domains.redis.readings.client import in_container
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.destination import elsewhere
from runbooklab.domains.redis.readings.listeners import (
    REDIS_PROCESSES,
    inside_answers,
    is_redis,
    redis_listeners,
)
from runbooklab.domains.redis.readings.logs import last_words, lines_of_last_run, quote, said
from runbooklab.domains.redis.readings.other_redis import other_redis, ports_of
from runbooklab.domains.redis.readings.port_holder import foreign_listener, server_on_host
from runbooklab.domains.redis.thresholds import AT_ONCE_S
from runbooklab.observe.docker.records import Container
from runbooklab.words import ago, seconds_between

#: What the log says if Redis could not start (see :mod:`runbooklab.domains.redis.causes.startup`).
FAILURES = ("config", "no-command", "corrupt", "newer", "bug-report", "cannot-assign", "start-error")


def _since(found: Container) -> str:
    return f" at {found.finished_at}" if found.finished_at else ""


def _ago(e: Evidence, found: Container) -> str:
    """When it ended, for a person: " 4 minutes ago"; the proof has the time itself."""
    return f" {ago(found.finished_at, e.gathered_at)}" if found.finished_at else ""


def sureness(e: Evidence, confidence: float) -> float:
    """``confidence``, or a guess if something else holds the port: that has to be fixed first."""
    return 0.55 if foreign_listener(e) is not None else confidence


def _ended(found: Container) -> bool:
    return found.state in ("exited", "dead")


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
    gone = f", it was removed at {removed[-1].at}" if removed else ""
    asked = source_words(e.target, "redis_container")
    proof = f"The Docker engine knows no container named {asked}{gone}, and none that the URL leads to."
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
    if not _ended(found):
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
        f"Container {found.name} exited{_since(found)} with code {found.exit_code}{quoted}.",
        ("redis-container", "port-reachable"),
        sureness(e, 0.97 if line else 0.9),
        f"Redis is stopped: container {found.name} exited{_ago(e, found)} with code {found.exit_code}.",
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
    again = "" if found.restart_policy not in ("", "no") else "; nothing starts it again (restart policy: no)"
    if code == HOST_WENT_DOWN:
        why = "as Docker leaves it when the host or Docker went down without stopping it"
    elif code > SIGNAL:
        why = f"ended by signal {code - SIGNAL}"
    else:
        why = "and neither Redis' log nor Docker says why"
    return Supported(
        f"Container {found.name} exited{_since(found)} with code {code}, {why}{again}.",
        ("redis-container", "port-reachable"),
        sureness(e, 0.9 if started else 0.65 if last_words(e) else 0.8),
        f"Redis is down: container {found.name} exited{_ago(e, found)} with code {code}, {why}{again}.",
    )


def daemonized(e: Evidence, found: Container) -> bool:
    """Whether the main process ended at once because Redis went to the background.

    With ``daemonize yes`` in its configuration file Redis goes before it writes its first line.
    """
    over = _ended(found) or is_looping(e)
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


def events_of_run(e: Evidence, found: Container, *actions: str) -> bool:
    """Whether there are such events since the container's last start."""
    return any(event.at >= found.started_at[:19] for event in events_of(e, *actions))


@client_fails
@of_container
def container_killed(e: Evidence, found: Container) -> Ruling:
    if not _ended(found) or found.exit_code != KILLED:
        return RuledOut(f"Container {found.name} is {found.state}, exit code {found.exit_code}, not 137.")
    if found.oom_killed or events_of_run(e, found, "oom"):
        return RuledOut("It was the kernel that killed it, for lack of memory.")
    by = " by a kill request to Docker" if events_of(e, "kill") else ""
    return Supported(
        f"Container {found.name} exited{_since(found)} with code 137 (SIGKILL){by}, and not for lack "
        "of memory.",
        ("redis-container",),
        sureness(e, 0.95),
        f"Redis was killed: container {found.name} exited{_ago(e, found)} with code 137.",
    )


@client_fails_or_loops
@of_container
def container_oom_killed(e: Evidence, found: Container) -> Ruling:
    over = _ended(found) or is_looping(e)
    if not over and not (events_of_run(e, found, "oom") and _no_redis_in(e, found)):
        return RuledOut(f"Container {found.name} is {found.state}.")
    if not (found.oom_killed or (events_of(e, "oom") and (is_looping(e) or events_of_run(e, found, "oom")))):
        return RuledOut(f"The engine does not say that container {found.name} ran out of memory.")
    limit = f" of {found.memory_limit_bytes // 1024**2} MiB" if found.memory_limit_bytes else ""
    if not over:
        return Supported(
            f"The kernel killed a process of container {found.name} at its memory limit{limit}; the "
            "container still runs, and no Redis is left in it.",
            ("redis-process", "container-events"),
            0.96,
            f"Redis ran out of memory: the kernel killed it inside container {found.name}, which runs on "
            "without it.",
        )
    return Supported(
        f"The kernel killed container {found.name}{_since(found)} at its memory limit{limit}: "
        f"OOMKilled, exit code {found.exit_code}.",
        ("redis-container", "container-events"),
        0.97,
        f"Redis ran out of memory: the kernel killed container {found.name}{_ago(e, found)}.",
    )


@client_fails
@of_container
def container_never_started(e: Evidence, found: Container) -> Ruling:
    if found.state != "created":
        return RuledOut(f"Container {found.name} is {found.state}.")
    if found.error or found.exit_code:
        return RuledOut(f"Container {found.name} was started and failed: {quote(found.error)}.")
    return Supported(
        f"Container {found.name} is created and has never been started; Docker reports no error.",
        ("redis-container",),
        sureness(e, 0.96),
        f"Container {found.name} was created but never started.",
    )


@client_fails
@of_container
def container_paused(e: Evidence, found: Container) -> Ruling:
    if found.state != "paused":
        return RuledOut(f"Container {found.name} is {found.state}.")
    return Supported(
        f"Container {found.name} is paused: connections are accepted and nothing is answered.",
        ("redis-container", "redis-ping"),
        0.98,
        f"Redis is frozen because container {found.name} is paused.",
    )


def container_crash_looping(e: Evidence) -> Ruling:
    """Redis may well answer in between."""
    name = container_name(e)
    if client_outcome(e) == "pong" and not is_looping(e):
        return RuledOut("Redis answers.")
    if e.container.value is None and name and is_looping(e):
        return Supported(
            f"Container {name} has ended {recent_ends(e)} times within a minute, by Docker's events.",
            ("redis-container", "container-events"),
            0.9,
            f"Redis keeps crashing: container {name} has ended {recent_ends(e)} times within a minute.",
        )
    return _looping(e)


@of_container
def _looping(e: Evidence, found: Container) -> Ruling:
    look = e.container.value
    assert look is not None
    if not is_looping(e):
        return RuledOut(
            f"Container {found.name} is {found.state}, its restart count stands at {found.restart_count}."
        )
    count = max(found.restart_count, look.restart_count_later or 0)
    code = f", exit code {found.exit_code}" if found.exit_code else ""
    line = said(e, "config", "corrupt", "newer", "bug-report", "cannot-assign", "start-error") or last_words(
        e
    )
    quoted = f" Its log says {quote(line)}." if line else ""
    because = f", and its log says {quote(line, 100)}" if line else ""
    return Supported(
        f"Container {found.name} has been restarted {count} times and keeps ending{code}.{quoted}",
        ("redis-container", "redis-logs"),
        0.98,
        f"Redis keeps crashing: Docker has restarted container {found.name} {count} times{because}.",
    )


@client_fails_or_loops
@of_container
def redis_crashed(e: Evidence, found: Container) -> Ruling:
    report = said(e, "bug-report")
    over = _ended(found) or is_looping(e)
    if not over or (found.exit_code not in CRASHED and not report):
        return RuledOut(
            f"Container {found.name} is {found.state}, exit code {found.exit_code}, no bug report."
        )
    quoted = f"; its log says {quote(report)}" if report else ""
    return Supported(
        f"Redis crashed: container {found.name} exited{_since(found)} with code {found.exit_code}{quoted}.",
        ("redis-container", "redis-logs"),
        0.96 if report else 0.85,
        f"Redis crashed: container {found.name} exited{_ago(e, found)} with code {found.exit_code}{quoted}.",
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
        f"Container {found.name} runs {seen.name} instead of {REDIS_PROCESSES[0]}, and nothing in it "
        "listens.",
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
