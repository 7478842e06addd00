"""Plans for a Redis that does not start, or does not start as Redis: the least change of command or file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from runbooklab.domain.cause import Supported
from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.exit_codes import COMMAND_NOT_FOUND
from runbooklab.domains.container.readings.endings import NO_COMMAND
from runbooklab.domains.container.remedies import containers
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import ASK, PASSWORD, command, quoted
from runbooklab.domains.redis.causes.container import redis_not_running_in_container
from runbooklab.domains.redis.readings.logs import ended_in_start, lines_of_last_run, said
from runbooklab.domains.redis.remedies.containers import log_reason
from runbooklab.domains.redis.remedies.file_access import let_read, unreadable_file
from runbooklab.domains.redis.remedies.fresh import run_container
from runbooklab.domains.redis.remedies.listening import addresses_to_bind
from runbooklab.domains.redis.remedies.mistyped import mistyped_directive
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.redis_files import (
    config_path,
    edit,
    mounted_config,
    on_host,
    put,
    setting_path,
)
from runbooklab.domains.redis.remedies.running import own_words, setting_of, words_that_listen
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.options import groups
from runbooklab.observe.docker.records import Container, RunOption
from runbooklab.words import listed, short

#: What a program says of a file that is not there.
_ABSENT = "No such file or directory"
#: How it names a configuration file that it opens, one that another includes as well.
_OPENED = re.compile(r"config file '(?P<path>/[^']*)'")
#: Settings that name a file which Redis only reads, and cannot do without.
_FILES = ("aclfile", "include", "tls-cert-file", "tls-key-file", "tls-ca-cert-file", "tls-dh-params-file")
#: Keeps a line from doing anything before a person has corrected it.
UNCORRECTED = ': "${CORRECTED:?correct the command in this line first}" && '
#: Settings that keep others out: no remedy leaves one of them out.
GUARDS = ("requirepass", "aclfile", "user", "masterauth", "masteruser", "rename-command", "protected-mode")


def fix_redis_config(site: Site) -> Steps:
    """Put right what Redis stumbles over: a missing file, a line of a file, a word of its command."""
    found = site.found
    if found is None:
        return run_container(site)
    directory = next(
        (mount for mount in found.mounts if mount.source_is_directory and _is_file(mount.destination)), None
    )
    if directory is not None:
        return _real_file(site, found, directory.source)
    denied = unreadable_file(site, found)
    if denied:
        return let_read(site, found, denied)
    missing = _missing_file(site, found)
    if missing:
        return _put_file(site, found, missing)
    wrong = _wrong_groups(site, found)
    path = config_path(found)
    acl = setting_path(found, "aclfile")
    if acl and "ACL" in said(site.e, "start-error"):
        path, wrong = acl, []
    if wrong:
        return _without(site, found, wrong)
    path = _file_of_directive(site) or path or mounted_config(found)
    if path:
        return _edited_file(site, found, path)
    return _by_hand(site, found)


def start_container(site: Site) -> Steps:
    """Start it; what it mounts from this host and is not there comes first, as the engine refuses it."""
    found, config = site.found, site.e.server_config.value
    absent = [file.path for file in (config.files if config else ()) if file.state == "missing"]
    never = found is not None and found.state == "created"
    wanted = next((path for path in absent if found and never and on_host(found, path)), "")
    return _put_file(site, found, wanted) if found and wanted else containers.start_container(site)


def _is_file(path: str) -> bool:
    return path.endswith((".conf", ".acl"))


def _edited_file(site: Site, found: Container, path: str) -> Steps:
    here = on_host(found, path) or f"{path} in container {found.name}"
    again = "restart" if found.state in ("running", "restarting") else "start"
    return Steps(
        commands=(site.logs, *edit(found, path), command("docker", again, found.name)),
        changes=f"Corrects {here}, which Redis reads, and starts Redis with it.{log_reason(site)}",
        confirm=(site.logs, site.ping),
        edits=mistyped_directive(site.e, on_host(found, path)),
    )


def _file_of_directive(site: Site) -> str:
    """The file with the line that the log names, as an included one; "" if that isn't known."""
    config, line = site.e.server_config.value, said(site.e, "config-line")
    directive = line.removeprefix(">>>").strip().strip("'\"").partition(" ")[0].lower()
    file, _, number = (config.origins.get(directive, "") if config else "").rpartition(":")
    return file if number.isdigit() else ""


def _missing_file(site: Site, found: Container) -> str:
    """The file that Redis is to read and that is not there; "" if that is not the trouble."""
    path, absent = config_path(found), said(site.e, "no-config")
    if path and (path in absent or (not _OPENED.search(absent) and absent.endswith(_ABSENT))):
        return path
    lines = [line.text for line in lines_of_last_run(site.e) if _ABSENT in line.text]
    values = [(setting_of(group), word.value) for group in groups(own_words(found)) for word in group[1:]]
    named = (value for setting, value in values if setting in _FILES and any(value in line for line in lines))
    acl = setting_path(found, "aclfile")
    included = _OPENED.search(absent)
    if included and _ABSENT in absent:
        return included["path"]
    return next(named, acl if acl and any(acl in line for line in lines) else "")


def _put_file(site: Site, found: Container, path: str) -> Steps:
    acl = path == setting_path(found, "aclfile")
    what = (
        " One line for each user, as: user default on >PASSWORD ~* &* +@all; an empty file would let "
        "everybody in without a password."
        if acl
        else ""
    )
    return Steps(
        commands=(
            *put(found, path, is_text=acl or path == config_path(found)),
            command("docker", "start", found.name),
        ),
        changes=f"Gives Redis the file {path}, which it is configured to read and which is missing: take "
        f"your own copy of it.{what} The container, its command and its data stay as they are."
        f"{_compose_note(found)}{log_reason(site)}",
        confirm=(site.logs, site.ping),
    )


def _compose_note(found: Container) -> str:
    service = compose_service(found)
    return f" Mount it in {service.place} to keep it there." if service else ""


def _real_file(site: Site, found: Container, source: str) -> Steps:
    """Docker makes a directory for a bind mount without a source; ``rmdir`` removes an empty one only."""
    running = found.state in ("running", "paused", "restarting")
    stop = (command("docker", "stop", found.name),) if running else ()
    return Steps(
        commands=(
            *stop,
            command("sudo", "rmdir", source),
            f"sudo {EDITOR} {quoted(path_word(source))}",
            command("docker", "start", found.name),
        ),
        changes=f"Puts a real file where Docker made the empty directory {source}, and starts {found.name} "
        f"with it: it keeps all that it was made with.{' Redis is down meanwhile.' if running else ''}",
        risk="medium" if running else "low",
        confirm=(site.logs, site.ping),
    )


# --- the command ---------------------------------------------------------------------------------


def _wrong_groups(site: Site, found: Container) -> list[tuple[RunOption, ...]]:
    """Those of the command's settings that the log names, by their own name or by a value of theirs."""
    line = said(site.e, "config-line").removeprefix(">>>").strip().strip("'\"")
    directive = line.partition(" ")[0].strip("'\"").lstrip("-").lower()
    errors = " ".join(
        line.text for line in lines_of_last_run(site.e) if line.severity in ("warning", "error")
    )
    named = [group for group in groups(own_words(found)) if setting_of(group)]
    if directive:
        return [group for group in named if setting_of(group) == directive]
    if said(site.e, "cannot-assign"):
        return [group for group in named if setting_of(group) == "bind"]
    if not errors:
        return [group for group in named if setting_of(group) == "daemonize"]
    return [
        group for group in named if any(len(word.value) > 3 and word.value in errors for word in group[1:])
    ]


def _without(site: Site, found: Container, wrong: Sequence[tuple[RunOption, ...]]) -> Steps:
    """The command without the settings that are wrong; one that guards Redis gets its value instead."""
    names = {setting_of(group) for group in wrong}
    shown = [" ".join(word.value for word in group) for group in wrong]
    guarding = sorted(names & set(GUARDS))
    guarding += sorted(name for name in names if name.startswith("tls-"))
    if guarding and guarding != ["requirepass"]:
        return _by_hand(site, found, f"{listed(shown)} guards Redis and is wrong: correct it")
    kept = [group for group in groups(own_words(found)) if group not in wrong]
    words = tuple(word for group in kept for word in group)
    if "bind" in names and found.network_mode == "host":
        # Without the setting Redis would listen on every address of this host.
        words = (*words, *(RunOption("", word) for word in ("--bind", *addresses_to_bind(site).split())))
    if guarding:
        words = (*words, RunOption("", "--requirepass"), RunOption("", PASSWORD))
    steps = recreated(
        site,
        found,
        Change(f"correct {listed(shown)} under command", words=words),
        f"Redis does not start with {listed(shown)}: "
        + (
            "it gets the password that you type."
            if guarding
            else "this goes from its command, and nothing else."
        ),
    )
    ask = (ASK,) if guarding and compose_service(found) is None else ()
    return replace(steps, commands=(*ask, *steps.commands), changes=f"{steps.changes}{log_reason(site)}")


def _by_hand(site: Site, found: Container, why: str = "") -> Steps:
    """The mistake is in the command, and nobody can say which word it is: a person corrects the line."""
    steps = recreated(
        site,
        found,
        Change("correct what the log names under command", guard=UNCORRECTED),
        f"{why or 'Correct in the command what the log names'}: the second command has it as it is, and does "
        "nothing until it is changed there and its beginning, up to &&, is taken away.",
    )
    logs = command("docker", "logs", "--tail", "50", found.name)
    changes = f"{steps.changes}{log_reason(site)}"
    return replace(steps, commands=(logs, *steps.commands), changes=changes, appliable=False)


def recreate_container(site: Site) -> Steps:
    """The container again with a command that starts Redis, everything else as it was."""
    found = site.found
    if found is None:
        return run_container(site)
    words, said_of_it = _server_words(site, found)
    if words == () and _keeps_others_out(own_words(found)):
        return _by_hand(
            site, found, "Its command says who may enter Redis, and does not start it: correct it"
        )
    drops_entry = _entry_is_missing(found)
    steps = recreated(
        site,
        found,
        Change(f"{said_of_it or 'correct it'} (command, entrypoint)", words=words, without=drops_entry),
        f"{said_of_it[:1].upper()}{said_of_it[1:]}." if said_of_it else "",
    )
    return replace(steps, changes=steps.changes.strip())


def never_came_up(site: Site) -> bool:
    """Whether the container's own command is no use: Redis ended in its start, or was never started."""
    return ended_in_start(site.e) or isinstance(redis_not_running_in_container(site.e), Supported)


def _entry_is_missing(found: Container) -> tuple[str, ...]:
    error = found.error.lower()
    entry = next((option.value for option in found.options or () if option.option == "--entrypoint"), "")
    return ("--entrypoint",) if entry and any(phrase in error for phrase in NO_COMMAND) else ()


def _server_words(site: Site, found: Container) -> tuple[tuple[RunOption, ...] | None, str]:
    """The command with which Redis starts, None if it stays as it is; and what that changes."""
    words = own_words(found)
    parts = groups(words)
    listening = words_that_listen(found)
    if listening is not None:
        return listening, "starts Redis without --port 0, with which it listens nowhere"
    if not never_came_up(site) or not words:
        return None, ""
    head = [word.value for word in parts[0]] if parts and not setting_of(parts[0]) else []
    if head and PurePosixPath(head[0]).name.startswith(("redis", "valkey")) and _not_found(found):
        rest = tuple(word for group in parts[1:] for word in group)
        files = tuple(word for word in parts[0][1:])
        return (RunOption("", "redis-server"), *files, *rest), f"starts redis-server instead of {head[0]}"
    old = short(" ".join(word.value for word in words), 80)
    return (), f"starts what the image starts by itself, instead of the command {old}"


def _keeps_others_out(words: Sequence[RunOption]) -> bool:
    """Whether a command says, in whatever form, who may enter: without it Redis would be open."""
    text = " ".join(word.value for word in words).lower()
    return any(name in text for name in (*GUARDS, "bind", ".conf", ".acl"))


def _not_found(found: Container) -> bool:
    return found.exit_code == COMMAND_NOT_FOUND or any(phrase in found.error.lower() for phrase in NO_COMMAND)
