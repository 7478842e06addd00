"""The processes that have sockets: who they are, whose children, in which container or unit.

Source: proc(5): fd, stat, status, cgroup, cmdline.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runbooklab.domains.ports.records import Process
from runbooklab.redaction import clean, clean_argv

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

#: include/linux/sched.h: forked, and never executed a program of its own.
PF_FORKNOEXEC = 0x40
#: Words of a command line that are kept, and characters of each.
MOST_WORDS, LONGEST_WORD = 24, 300
#: Ancestors that are followed.
MOST_ANCESTORS = 40
#: A container's id in a control group's path, whichever driver named it.
_CONTAINER = re.compile(r"(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:/|$)", re.M)
_UNIT = re.compile(r"/([^/\s]+\.(?:service|socket|scope))(?:/|$)", re.M)


def owners_of(inodes: Collection[int]) -> dict[int, dict[int, str]]:
    """The pids that have each of these sockets open, with its number there.

    A socket of another user's process has none.
    """
    wanted = {f"socket:[{inode}]": inode for inode in inodes}
    found: dict[int, dict[int, str]] = {}
    for pid in _pids():
        for number, link in _links(pid):
            inode = wanted.get(link)
            if inode is not None:
                found.setdefault(inode, {}).setdefault(pid, number)
    return found


def is_passed_on(pid: int, number: str) -> bool:
    """Whether a program that the process starts keeps its file of this number (fdinfo: no O_CLOEXEC)."""
    flags = re.search(r"^flags:\s*([0-7]+)", _text(pid, f"fdinfo/{number}"), re.M)
    return flags is not None and not int(flags[1], 8) & os.O_CLOEXEC


def _pids() -> Iterator[int]:
    with suppress(OSError):
        yield from (int(name) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208 # names are enough


def _links(pid: int) -> Iterator[tuple[str, str]]:
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)  # noqa: PTH208 # thousands of names: no Path for each
    except OSError:
        return
    for name in names:
        with suppress(OSError):  # closed meanwhile
            yield name, os.readlink(f"{folder}/{name}")  # noqa: PTH115 # the same


def process_record(pid: int, vault: Vault) -> Process | None:
    """What is known of a process; None if it has ended."""
    stat = _stat(pid)
    if stat is None:
        return None
    group = _text(pid, "cgroup")
    container = _CONTAINER.search(group)
    units = _UNIT.findall(group)
    parent = int(stat[1])
    return Process(
        pid=pid,
        name=clean(_text(pid, "comm").strip(), vault),
        command=_command(pid, vault),
        user=_user(pid),
        state=stat[0],
        parent=parent,
        parent_name=clean(_text(parent, "comm").strip(), vault) if parent else "",
        parent_command=_command(parent, vault) if parent else (),
        group=int(stat[2]),
        session=int(stat[3]),
        started_at=round(_booted() + int(stat[19]) / os.sysconf("SC_CLK_TCK"), 2),
        is_fork=bool(int(stat[6]) & PF_FORKNOEXEC),
        is_detached=_link(pid, "cwd") == "/" and _link(pid, "fd/0") == "/dev/null",
        container_id=container[1][:12] if container else "",
        unit=units[-1] if units and not container else "",
    )


def with_ancestors(process: Process) -> Process:
    """The process with the pids of all who started it, one by another."""
    found: list[int] = []
    pid = process.parent
    while pid > 0 and pid not in found and len(found) < MOST_ANCESTORS:
        found.append(pid)
        stat = _stat(pid)
        pid = int(stat[1]) if stat else 0
    return replace(process, ancestors=tuple(found))


def _stat(pid: int) -> list[str] | None:
    """The fields of ``stat`` behind the name: the state is the first."""
    words = _text(pid, "stat").rpartition(")")[2].split()
    return words if len(words) > 19 else None


def _text(pid: int, name: str) -> str:
    try:
        with Path(f"/proc/{pid}/{name}").open("rb") as file:
            return file.read(64 << 10).decode("utf-8", "replace")
    except OSError:
        return ""


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")  # noqa: PTH115 # as text
    except OSError:
        return ""


def _command(pid: int, vault: Vault) -> tuple[str, ...]:
    words = [word for word in _text(pid, "cmdline").split("\0") if word]
    return clean_argv([word[:LONGEST_WORD] for word in words[:MOST_WORDS]], vault)


def _user(pid: int) -> str:
    import pwd

    try:
        uid = Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return ""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@cache
def _booted() -> float:
    """When the machine was started, in seconds since the epoch."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/stat").read_text().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("btime")))
    return time.time() - time.monotonic()
