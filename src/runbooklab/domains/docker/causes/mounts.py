"""Volumes and bind mounts: what is missing, what became a directory, what may not be written."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.container.readings.endings import WRONG_MOUNT, error_says
from runbooklab.domains.docker.container_records import ContainerView, MountStat
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes.table import NETWORKS
from runbooklab.domains.docker.readings.focus import found, of_each_found, unobserved
from runbooklab.domains.docker.readings.lines import in_error_text, last_line_with
from runbooklab.domains.docker.readings.start import is_not_executable
from runbooklab.observe.docker.records import Container

_SHOWN = ("docker-mounts",)
_NO_VOLUME = re.compile(r"no such volume|external volume \S+ not found", re.IGNORECASE)
_NO_SOURCE = re.compile(r"bind source path does not exist", re.IGNORECASE)
_DENIED = re.compile(r"permission denied|EACCES|Errno 13\b|operation not permitted", re.IGNORECASE)
_IS_DIRECTORY = re.compile(r"is a directory|EISDIR|Errno 21\b", re.IGNORECASE)
#: Endings of a path inside a container that mean a file.
_FILE_ENDINGS = frozenset(
    [
        ".conf",
        ".cnf",
        ".cfg",
        ".ini",
        ".yaml",
        ".yml",
        ".json",
        ".toml",
        ".xml",
        ".env",
        ".sh",
        ".py",
        ".js",
        ".sql",
        ".pem",
        ".crt",
        ".cer",
        ".key",
        ".txt",
        ".acl",
        ".properties",
        ".onnx",
        ".bin",
        ".lua",
        ".html",
        ".lock",
        ".sock",
        ".pub",
        ".csv",
        ".service",
        ".rules",
        ".template",
        ".j2",
    ]
)
_FILE_NAMES = frozenset(
    {"Caddyfile", "Dockerfile", "hosts", "passwd", "group", "nginx.conf", "entrypoint", ".env"}
)


def means_a_file(path: str) -> bool:
    """Whether a path inside a container is a file's, by its name.

    >>> means_a_file("/etc/redis/redis.conf"), means_a_file("/data"), means_a_file("/etc/conf.d")
    (True, False, False)
    """
    pure = PurePosixPath(path)
    return pure.suffix.lower() in _FILE_ENDINGS or pure.name in _FILE_NAMES


@needs(NETWORKS)
def volume_missing(e: Evidence) -> Ruling:
    look, compose = e.networks.value, e.compose.value
    assert look is not None
    for volume in compose.volumes if compose is not None else ():
        if volume.external and volume.name not in look.volumes:
            return Supported(
                f"{compose.path if compose else ''} declares the volume {volume.name} as "
                "external, and the engine has "
                "none of this name.",
                _SHOWN,
                0.95,
                f"The external volume {volume.name} does not exist.",
            )
    for _, known in found(e):
        if _NO_VOLUME.search(known.error):
            return Supported(
                f"Docker cannot start container {known.name}: {known.error}.",
                _SHOWN,
                0.93,
                f"Container {known.name} cannot start: its volume does not exist.",
            )
    if told := in_error_text(e, _NO_VOLUME):
        return Supported(f"The error text says: {told}.", _SHOWN, 0.7)
    return RuledOut("Every volume that is named exists.")


def source_missing(e: Evidence) -> Ruling:
    """A bind mount whose source is not there, and that the engine makes no folder for."""
    for view, known in found(e):
        if _NO_SOURCE.search(known.error):
            return Supported(
                f"Docker cannot start container {known.name}: {known.error}.",
                _SHOWN,
                0.96,
                f"Container {known.name} cannot start: the source of a bind mount does not exist.",
            )
        for mount in view.extras.mounts:
            if (
                mount.type == "bind"
                and mount.exists is False
                and mount.asked_as_mount
                and known.state != "running"
            ):
                return Supported(
                    f"{mount.source}, which container {known.name} mounts at "
                    f"{mount.destination}, does not exist.",
                    _SHOWN,
                    0.93,
                    f"Container {known.name} cannot start: {mount.source} does not exist.",
                )
    compose = e.compose.value
    for bind in compose.binds if compose is not None else ():
        if bind.kind == "missing" and not bind.makes_folder:
            who = (
                f"which the service {bind.service} mounts"
                if bind.what == "bind"
                else f"of which the {bind.what} {bind.service} is made"
            )
            return Supported(
                f"{bind.source} does not exist ({compose.where(bind) if compose else ''}), {who}.",
                _SHOWN,
                0.94,
                f"The bind source {bind.source} does not exist.",
            )
    if told := in_error_text(e, _NO_SOURCE):
        return Supported(f"The error text says: {told}.", _SHOWN, 0.7)
    return RuledOut("The source of every bind mount that the engine would not make is there.")


def is_directory(e: Evidence) -> Ruling:
    """A folder stands where a file was meant: the engine makes one for a bind source that is not there."""
    for view, known in found(e):
        if error_says(known, WRONG_MOUNT):
            mount = _named_in(known, view.extras.mounts)
            source = mount.source if mount else "a bind mount's source"
            kind = "directory" if mount is None or mount.directory else "file"
            there = "a file" if kind == "directory" else "a directory"
            return Supported(
                f"Docker cannot start container {known.name}: {source} is a {kind}, and in the "
                f"image there is {there}: "
                f"{known.error[-200:]}.",
                ("docker-mounts", "docker-containers"),
                0.96,
                f"Container {known.name} cannot start: {source} is a {kind} where {there} is meant.",
            )
    for view, known in found(e):
        line = last_line_with(e, view, _IS_DIRECTORY)
        for mount in view.extras.mounts:
            named = bool(line) and mount.destination in line
            meant = mount.empty and means_a_file(mount.destination)
            if mount.type != "bind" or not mount.directory or not (named or meant):
                continue
            said = f' Its log says "{line[:120]}".' if line else ""
            return Supported(
                f"{mount.source} is {'an empty' if mount.empty else 'a'} directory, and "
                f"container {known.name} mounts it "
                f"at {mount.destination}, "
                f"where a file is meant.{said}",
                _SHOWN,
                0.93,
                f"{mount.source} is a directory where container {known.name} expects the file "
                f"{mount.destination}.",
            )
    compose = e.compose.value
    for bind in compose.binds if compose is not None else ():
        if bind.kind == "empty-directory" and (means_a_file(bind.target) or bind.what != "bind"):
            return Supported(
                f"{bind.source} is an empty directory, and {bind.service} takes it for the file "
                f"{bind.target or bind.source} ({compose.where(bind) if compose else ''}).",
                _SHOWN,
                0.85,
                f"{bind.source} is a directory where a file is meant.",
            )
    why = unobserved(e)
    return Untested(why) if why else RuledOut("No directory is mounted where a file is meant.")


def _named_in(known: Container, mounts: tuple[MountStat, ...]) -> MountStat | None:
    fitting = [mount for mount in mounts if mount.source and f'"{mount.source}"' in known.error]
    return next(iter(fitting or [mount for mount in mounts if mount.destination in known.error]), None)


def permission_denied(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    """The log says so, and the process's user may not use what is mounted."""
    line = last_line_with(e, view, _DENIED)
    if not line:
        return RuledOut(f"The log of container {known.name} speaks of no permission.")
    if is_not_executable(view, known):
        return RuledOut("It is the program itself that may not be executed.")
    extras = view.extras
    for mount in extras.mounts:
        need = 0o4 if mount.read_only else 0o6
        if mount.exists and extras.uid and not may(mount, extras.uid, extras.gid, need):
            is_ = "read" if mount.read_only else "write"
            return Supported(
                f'The log of container {known.name} says "{line[:140]}"; its process runs as '
                f"uid {extras.uid}, and "
                f"{mount.source}, mounted at {mount.destination}, belongs to uid {mount.uid} "
                f"(mode {mount.mode:04o}).",
                ("docker-mounts", "docker-container-logs"),
                0.95,
                f"Container {known.name} (uid {extras.uid}) may not {is_} {mount.destination}, "
                "which belongs to uid "
                f"{mount.uid}.",
            )
    named = next((each for each in extras.mounts if each.destination in line), None)
    if named is not None and named.type in ("bind", "volume"):
        return Supported(
            f'The log of container {known.name} says "{line[:160]}": {named.destination} is mounted from '
            f"{named.source} (uid {named.uid}, mode {named.mode:04o}).",
            ("docker-mounts", "docker-container-logs"),
            0.8,
            f"Container {known.name} may not use {named.destination}: permission denied.",
        )
    return RuledOut(f"No mount of container {known.name} is closed to its user.")


def may(mount: MountStat, uid: int, gid: int | None, need: int) -> bool:
    """Whether a user may do this to a mount's source: 4 read, 2 write; a directory has to be entered too."""
    wanted = need | (0o1 if mount.directory else 0)
    shift = 6 if uid == mount.uid else 3 if gid == mount.gid else 0
    return (mount.mode >> shift) & wanted == wanted


judge_permission = of_each_found(permission_denied)
