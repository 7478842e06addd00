"""Memory and limits: of this host, of this process's control group, and of the service's processes."""

from __future__ import annotations

import os
import re
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.identity import service_user
from runbooklab.domains.environment.place import path_of, project, shown
from runbooklab.domains.environment.records.host import Resources, ServiceProcess
from runbooklab.domains.environment.target import VENV
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

MIB = 1 << 20
#: A control group without a limit has a number near 2**63.
_NO_LIMIT = 1 << 60
MOST_PROCESSES = 5_000
MOST_SERVICES = 20
MOST_FILES = 500


def resources(ctx: Context) -> Resources:
    """What is free, and how much the service may use."""
    import psutil

    memory = psutil.virtual_memory()
    limit, free = _cgroup()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    services = tuple(_services(ctx))
    ctx.note("file", "read /proc/meminfo, /sys/fs/cgroup and /proc/PID/limits")
    ahead, newest = _newest(project(ctx))
    return Resources(
        available_mb=memory.available / MIB,
        total_mb=memory.total / MIB,
        cgroup_limit_mb=limit,
        cgroup_free_mb=free,
        own_soft=soft,
        own_hard=hard,
        services=services[:MOST_SERVICES],
        newest_file_ahead_s=ahead,
        newest_file=shown(ctx, newest),
    )


def _cgroup() -> tuple[float | None, float | None]:
    """The tightest memory limit of our control group and its parents, and what is free below it, in MiB."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None, None
    found: list[tuple[float, float]] = []
    for line in lines:
        number, names, path = (*line.split(":", 2), "", "")[:3]
        if number == "0":
            found += _limits(Path("/sys/fs/cgroup"), path, "memory.max", "memory.current")
        elif "memory" in names.split(","):
            base = Path("/sys/fs/cgroup/memory")
            found += _limits(base, path, "memory.limit_in_bytes", "memory.usage_in_bytes")
    return min(found, key=lambda pair: pair[1]) if found else (None, None)


def _limits(base: Path, path: str, limit: str, usage: str) -> Iterator[tuple[float, float]]:
    folder = base / path.lstrip("/")
    for each in (folder, *folder.parents):
        if not each.is_relative_to(base):
            break
        most, used = _number(each / limit), _number(each / usage)
        if most is None or used is None or most >= _NO_LIMIT:
            continue
        cache = _statistic(each / "memory.stat", "inactive_file")
        yield most / MIB, max(most - used + cache, 0) / MIB


def _number(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _statistic(path: Path, name: str) -> int:
    try:
        match = re.search(rf"^(?:total_)?{name} (\d+)$", path.read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(match[1]) if match else 0


def _services(ctx: Context) -> Iterator[ServiceProcess]:
    """Processes of the project: of its user, in its folder, or of its virtual environment; not this run."""
    import psutil

    try:
        root = os.path.realpath(project(ctx))
        uid = service_user(ctx).uid if ctx.target.service_user else None
    except NotObserved:
        return
    venv = path_of(ctx, VENV)
    python = f"{venv.absolute()}/bin/" if venv is not None else ""
    ours = _ours()
    for number, process in enumerate(psutil.process_iter()):
        if number > MOST_PROCESSES or ctx.remaining_s() < 0.2:
            return
        if process.pid in ours:
            continue
        try:
            if uid is not None and process.uids().real != uid:
                continue
            words = process.cmdline()[:3]
            is_of_venv = bool(python) and any(word.startswith(python) for word in words)
            is_of_user = uid is not None and uid > 0
            if not (is_of_venv or is_of_user or _is_below(process.cwd(), root)):
                continue
            soft, hard = _open_files(process.pid)
            yield ServiceProcess(process.pid, clean(process.name(), ctx.vault), soft, hard)
        except (psutil.Error, OSError, ValueError):
            continue


def _ours() -> set[int]:
    """This process, its parents, and the other processes of this run."""
    import psutil

    try:
        me = psutil.Process()
        family = [me, *me.parents()]
        parent = me.parent()
        siblings = parent.children() if parent is not None and "runbook" in " ".join(parent.cmdline()) else []
        return {each.pid for each in (*family, *siblings)}
    except psutil.Error:
        return {os.getpid()}


def _is_below(folder: str, root: str) -> bool:
    return folder == root or folder.startswith(f"{root}/")


def _open_files(pid: int) -> tuple[int, int]:
    """Soft and hard limit; -1: none. Source: proc(5), /proc/PID/limits."""
    match = re.search(r"^Max open files +(\S+) +(\S+)", Path(f"/proc/{pid}/limits").read_text(), re.MULTILINE)
    if match is None:
        raise ValueError("no limit")
    soft, hard = (-1 if each == "unlimited" else int(each) for each in match.groups())
    return soft, hard


def _newest(root: Path) -> tuple[float, str]:
    """How far the newest file at the top of the project lies in the future, in seconds, and the file."""
    newest, path = 0.0, ""
    try:
        with os.scandir(root) as entries:
            for entry, _ in zip(entries, range(MOST_FILES), strict=False):
                changed = entry.stat(follow_symlinks=False).st_mtime
                if changed > newest:
                    newest, path = changed, entry.path
    except OSError:
        return 0.0, ""
    return max(newest - time.time(), 0.0), path
