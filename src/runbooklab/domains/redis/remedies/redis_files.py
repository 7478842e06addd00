"""The files that Redis reads in its container, and where a person edits them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePosixPath

from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domains.container.shell import command, quoted
from runbooklab.observe.docker.records import Container, Mount

#: Holds a copy of a file that is in the container alone, while a person edits it.
_FOLDER = '"$FOLDER"'


def config_path(found: Container) -> str:
    """The configuration file that Redis is started with, as its container names it; "" if it has none.

    >>> config_path(Container("r", "1", "redis:7", "exited", command=("redis-server", "/etc/r.conf")))
    '/etc/r.conf'
    """
    for program, path in pairwise(found.command):
        if PurePosixPath(program).name in ("redis-server", "valkey-server", "keydb-server"):
            return path if not path.startswith("-") else ""
    return ""


def mounted_config(found: Container) -> str:
    """A configuration file that is mounted, for a Redis that a script starts."""
    return next((mount.destination for mount in found.mounts if mount.destination.endswith(".conf")), "")


def setting_path(found: Container, name: str) -> str:
    """The file that a setting of the command names, as ``aclfile``; "" if it is not there."""
    return next((path for option, path in pairwise(found.command) if option == f"--{name}"), "")


def on_host(found: Container, path: str) -> str:
    """Where a file of the container is on the host; "" if it is in the container or a volume alone."""
    mount = mount_at(found, path)
    if mount is None or mount.type != "bind":
        return ""
    rest = PurePosixPath(path).relative_to(mount.destination)
    return str(PurePosixPath(mount.source) / rest)


def mount_at(found: Container, path: str) -> Mount | None:
    """The mount that a path of the container lies in, the innermost one."""
    covering = [mount for mount in found.mounts if PurePosixPath(path).is_relative_to(mount.destination)]
    return max(covering, key=lambda mount: len(mount.destination), default=None)


def edit(found: Container, path: str) -> tuple[str, ...]:
    """The commands that edit a file that is there, on the host or in the container (also a stopped one)."""
    outside = on_host(found, path)
    if outside:
        return (f"{EDITOR} {quoted(path_word(outside))}",)
    copy = f"{_FOLDER}/{quoted(PurePosixPath(path).name)}"
    there = quoted(f"{found.name}:{path}")
    return (
        "FOLDER=$(mktemp -d)",
        f"docker cp {there} {copy}",
        f"{EDITOR} {copy}",
        f"docker cp {copy} {there}",
    )


def put(found: Container, path: str, *, is_text: bool) -> tuple[str, ...]:
    """The commands that put a file of one's own where Redis looks for it; its folder may not be there."""
    outside = on_host(found, path)
    if outside:
        make = command("mkdir", "-p", str(PurePosixPath(outside).parent))
        bring = (
            f"{EDITOR} {quoted(path_word(outside))}"
            if is_text
            else command("cp", "-n", PurePosixPath(path).name, outside)
        )
        return (make, bring)
    name, folder = PurePosixPath(path).name, str(PurePosixPath(path).parent).strip("/")
    moved = f"s|^|{folder}/|" if folder else "s|^||"
    packed = command("tar", "-cf", "-", "--mode=644", f"--transform={moved}", path_word(name))
    carry = f"{packed} | docker cp - {quoted(f'{found.name}:/')}"
    return (f"{EDITOR} {quoted(path_word(name))}", carry) if is_text else (carry,)
