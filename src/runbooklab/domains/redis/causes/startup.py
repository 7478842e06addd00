"""Failures at start: the container ends before Redis is ready, and its log or the engine says why."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.causes import container as docker
from runbooklab.domains.container.exit_codes import ASKED_TO_STOP, COMMAND_NOT_FOUND, CRASHED, KILLED
from runbooklab.domains.container.readings.containers import is_running
from runbooklab.domains.container.readings.endings import WRONG_MOUNT, error_says
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.container.readings.restarts import is_looping
from runbooklab.domains.redis.causes.container import daemonized, for_redis
from runbooklab.domains.redis.causes.preconditions import client_fails, of_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import LOGS
from runbooklab.domains.redis.readings.client_outcome import OUTCOME_WORDS, client_outcome
from runbooklab.domains.redis.readings.logs import last_words, quote, said, said_after
from runbooklab.observe.docker.records import Container, Mount

BECAUSE = ("redis-container", "redis-logs")

MISTAKE = "its configuration has a mistake"
#: What the engine says if the port is the matter (see ports.py).
PORT_TAKEN = ("address already in use", "port is already allocated", "cannot assign requested address")


def _over(e: Evidence, found: Container) -> bool:
    """Whether the container is not up: ended, never came up, or keeps restarting."""
    return not is_running(found) or is_looping(e)


def _from_log(e: Evidence, found: Container, what: str, *phrases: str) -> Ruling:
    """Supported if the container is not up and its last run's log says one of ``phrases``."""
    if not _over(e, found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    if e.logs.value is None:
        return Untested(why_missing(e, LOGS))
    line = said(e, *phrases)
    if not line or (said(e, "ready") and not is_looping(e)):
        return RuledOut(f"The log of container {found.name} says nothing of the kind.")
    return Supported(
        f"Container {found.name} exited with code {found.exit_code}, and its log says {quote(line)}.",
        BECAUSE,
        0.96,
        f"Redis does not start: {what}.",
    )


@client_fails
@of_container
def start_command_not_found(e: Evidence, found: Container) -> Ruling:
    return for_redis(docker.start_command_not_found(e, found))


@client_fails
@of_container
def redis_config_invalid(e: Evidence, found: Container) -> Ruling:
    unopened = said(e, "no-config")
    what = f"it cannot open its configuration file: {quote(unopened)}" if unopened else MISTAKE
    ruling = _from_log(e, found, what, "config")
    if not isinstance(ruling, Supported):
        return ruling
    line, reason = said(e, "config-line").removeprefix(">>>").strip(), said_after(e, "config")
    if not line:
        return replace(ruling, proof=f"{ruling.proof} {reason}.") if reason and not unopened else ruling
    return Supported(
        f"Container {found.name} exited with code {found.exit_code} on a mistake in Redis' configuration: "
        f"the line {line} ({said_after(e, 'config-line')}).",
        BECAUSE,
        ruling.confidence + 0.01,
        ruling.summary,
    )


def _config_mount(found: Container) -> Mount | None:
    """A mount at a configuration file's place: by its name, or because Redis is started with it."""
    given = {path for program, path in pairwise(found.command) if program.endswith("redis-server")}
    return next(
        (
            mount
            for mount in found.mounts
            if mount.destination.endswith((".conf", ".acl")) or mount.destination in given
        ),
        None,
    )


@of_container
def redis_config_not_mounted(e: Evidence, found: Container) -> Ruling:
    mount = _config_mount(found)
    if found.error and error_says(found, WRONG_MOUNT) and not is_running(found):
        return Supported(
            f"Docker cannot start container {found.name}: {quote(found.error)}.",
            BECAUSE,
            0.95,
            f"Container {found.name} cannot start: a file and a directory are mounted on each other.",
        )
    if mount is None:
        return RuledOut(f"Container {found.name} mounts no configuration file.")
    if mount.source_is_directory is None:
        return Untested(f"Not observed: whether {mount.source} is a file.")
    if not mount.source_is_directory:
        return RuledOut(f"{mount.source} is a file.")
    return Supported(
        f"{mount.source}, mounted as {mount.destination}, is a directory and not a file.",
        BECAUSE,
        0.95,
        f"Redis runs without its configuration: {mount.source} on the host is a directory, so nothing "
        "is read from it.",
    )


@client_fails
@of_container
def redis_daemonized(e: Evidence, found: Container) -> Ruling:
    if not daemonized(e, found):
        return RuledOut(
            f"Container {found.name} is {found.state}, and did not end by going to the background."
        )
    return Supported(
        f"Container {found.name} exited with code 0 at once, with no shutdown in its log: "
        "Redis went to the background and the container ended with its first process.",
        BECAUSE,
        0.95 if "daemonize" in " ".join(found.command) else 0.75,
        "Redis is set to daemonize, which ends its container at once.",
    )


@client_fails
@of_container
def redis_data_corrupt(e: Evidence, found: Container) -> Ruling:
    if said(e, "newer"):
        return RuledOut("The data file is not damaged: a newer Redis wrote it.")
    return _from_log(e, found, "its data file is damaged", "corrupt")


@client_fails
@of_container
def redis_data_newer(e: Evidence, found: Container) -> Ruling:
    return _from_log(e, found, "its data file was written by a newer Redis", "newer")


@client_fails
@of_container
def redis_data_permission(e: Evidence, found: Container) -> Ruling:
    ruling = _from_log(e, found, "it may not use its data folder", "data-permission")
    if not isinstance(ruling, Supported):
        return ruling
    config = e.server_config.value
    folder = next((file for file in config.files if file.role == "dir"), None) if config else None
    if folder is None or folder.uid is None or folder.mode is None:
        return ruling
    who = f"user {found.user}" if found.user else "root, or whom its entry script switches to"
    said_so = (
        f"{folder.path} belongs to user {folder.uid}, group {folder.gid}, mode {folder.mode:03o}, and the "
        f"container runs as {who}"
    )
    return replace(
        ruling,
        proof=f"{ruling.proof} {said_so}.",
        summary=f"Redis does not start: it may not use its data folder ({said_so}).",
    )


#: What the log says if a judge of its own names the reason.
NAMED = ("config", "data-permission", "no-command", "corrupt", "newer", "bug-report", "cannot-assign")
#: In the host's network the port is somebody else's; in a network of its own, Redis is in its own way.
OTHERS_PORT = "address-in-use"


@client_fails
@of_container
def redis_start_failed(e: Evidence, found: Container) -> Ruling:
    code = found.exit_code
    if not _over(e, found) or (found.state == "created" and not found.error):
        return RuledOut(f"Container {found.name} is {found.state}.")
    if (
        error_says(found, (*PORT_TAKEN, *WRONG_MOUNT))
        or "network" in found.error.lower()
        or code == COMMAND_NOT_FOUND
    ):
        return RuledOut(f"The engine names another reason: {quote(found.error or f'exit code {code}')}.")
    if said(e, "ready"):
        return RuledOut("Redis had started: its log says that it was ready.")
    named = said(e, *NAMED, *([OTHERS_PORT] if host_network(found) else []))
    if named:
        return RuledOut(f"The log names the reason: {quote(named)}.")
    line = said(e, OTHERS_PORT) or said(e, "start-error") or found.error
    if code in (*ASKED_TO_STOP, *CRASHED, KILLED) and not line:
        return RuledOut(f"Container {found.name} ended with code {code}, which is no failure at start.")
    if is_looping(e) and not line:
        return RuledOut(
            "Neither log nor engine names a failure at start; the client "
            f"{OUTCOME_WORDS[client_outcome(e) or 'refused']}."
        )
    if said(e, "shutdown") and code != KILLED:
        return RuledOut("Redis was asked to stop.")
    line = line or last_words(e)
    unread = "its log could not be read" if e.logs.value is None else "neither its log nor Docker says why"
    reason = f": {quote(line)}" if line else f", and {unread}"
    return Supported(
        f"Container {found.name} is {found.state} with code {code}{reason}.",
        BECAUSE,
        0.9 if said(e, OTHERS_PORT, "start-error") or found.error else 0.7 if line else 0.6,
        f"Redis {'ended' if said(e, 'ready') else 'does not start'}: container {found.name} ended with code "
        f"{code}{reason}.",
    )
