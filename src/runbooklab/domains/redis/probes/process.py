"""The Redis process of the container, seen from this host's /proc: nothing inside is asked."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docker.errors import DockerException
from requests.exceptions import RequestException

from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.redis.records.server import SERVERS
from runbooklab.domains.redis.thresholds import BETWEEN_TICKS_S
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.execute import run_inside
from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.namespace import is_here, listeners_of, parse_listeners
from runbooklab.observe.host.records import ContainerProcess, Listener
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.redis.context import Context


def process(ctx: Context) -> ContainerProcess:
    """State, processor time, listeners, limits and throttling of the container's Redis process.

    That is its main process, or the Redis server among its children. If the engine's processes are
    not this host's, the engine and the container itself are asked. Source: proc(5), cgroups(7).
    """
    look = ctx.need(CONTAINER)
    if look.found is None or not look.found.pid:
        raise NotObserved(Missing("not-applicable", f"container {look.name} has no running process"))
    if not is_here(look.found.pid, look.found.id):
        return _through_the_engine(ctx, look.found)
    pid = server_pid(look.found.pid)
    ctx.note("process", f"/proc/{pid} of container {look.name}")
    try:
        name, state, ticks = _stat(pid)
    except (OSError, ValueError) as error:
        raise NotObserved(Missing("permission", f"/proc/{pid} cannot be read: {error}")) from error
    found, known = _listeners(ctx, pid, look.found.id)
    later = _ticks_later(pid)
    if any(listener.backlog for listener in found):  # a moment's connection, or does nobody accept any?
        found, known = _listeners(ctx, pid, look.found.id)
    return ContainerProcess(
        pid=pid,
        name=name,
        state=state,
        cpu_ticks=ticks,
        cpu_ticks_later=later,
        listeners=found,
        listeners_known=known,
        throttled_periods=_periods(pid, "nr_throttled "),
        cpu_periods=_periods(pid, "nr_periods "),
        memory_bytes=_number(Path(f"/proc/{pid}/status"), "VmRSS:", factor=1024),
        open_files_limit=_open_files_limit(pid),
        owner=_owner(pid),
    )


def _owner(pid: int) -> str:
    """As whom it opens files; "" if /proc does not say."""
    status = Path(f"/proc/{pid}/status")
    user, group = _number(status, "Uid:"), _number(status, "Gid:")
    return "" if user is None or group is None else f"{user}:{group}"


def server_pid(main: int) -> int:
    """The Redis server at or below the container's main process; the main process if there is none."""
    import psutil

    try:
        parent = psutil.Process(main)
        family = [parent, *parent.children(recursive=True)]
        return next((process.pid for process in family if process.name() in SERVERS), main)
    except psutil.Error:
        return main


def _stat(pid: int) -> tuple[str, str, int]:
    """Name, state letter and processor ticks. The name may hold spaces and parentheses."""
    text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    name, _, rest = text.partition("(")[2].rpartition(")")
    words = rest.split()
    return name, words[0], int(words[11]) + int(words[12])


def _ticks_later(pid: int) -> int | None:
    time.sleep(BETWEEN_TICKS_S)
    try:
        return _stat(pid)[2]
    except (OSError, ValueError):
        return None


def _through_the_engine(ctx: Context, found: Container) -> ContainerProcess:
    """Name and state as ``docker top`` shows them, listeners as the container itself reads them."""
    listening = future(lambda: _listeners_by_exec(ctx, found.id))
    try:
        with reading_client(ctx) as client:
            said = client.top(found.id, ps_args="-eo pid,stat,comm")
    except (DockerException, RequestException) as error:
        raise NotObserved(Missing("unsupported", f"the engine does not list processes: {error}")) from error
    rows = [(row[0], row[1], row[2]) for row in said.get("Processes") or () if len(row) > 2]
    chosen = next((row for row in rows if row[2] in SERVERS), rows[0] if rows else None)
    if chosen is None:
        raise NotObserved(Missing("unsupported", f"the engine shows no process of container {found.name}"))
    listeners, known = listening(ctx.timeout_s())
    pid, state, name = chosen
    return ContainerProcess(int(pid), name, state[:1], listeners=listeners, listeners_known=known)


def _listeners(ctx: Context, pid: int, container_id: str) -> tuple[tuple[Listener, ...], bool]:
    """The listeners in the container's namespace: from /proc, else by reading it inside the container."""
    try:
        return listeners_of(pid), True
    except OSError:
        return _listeners_by_exec(ctx, container_id)


def _listeners_by_exec(ctx: Context, container_id: str) -> tuple[tuple[Listener, ...], bool]:
    answers = [run_inside(ctx, container_id, ("cat", f"/proc/net/{table}")) for table in ("tcp", "tcp6")]
    read = [answer for answer in answers if answer.outcome == "ok" and answer.exit_code == 0]
    found = [listener for answer in read for listener in parse_listeners(answer.output)]
    return tuple(found), bool(read)


def _number(path: Path, label: str, factor: int = 1) -> int | None:
    """The number after ``label`` in a file of labelled lines; None if it isn't there."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    words: Any = next((line.removeprefix(label).split() for line in lines if line.startswith(label)), None)
    return int(words[0]) * factor if words and words[0].isdigit() else None


def _periods(pid: int, label: str) -> int | None:
    """A count of scheduling periods of the container's control group (version 1 or 2)."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "" or "cpu" in controllers.split(","):
            root = Path("/sys/fs/cgroup") / controllers
            found = _number(root / path.lstrip("/") / "cpu.stat", label)
            if found is not None:
                return found
    return None


def _open_files_limit(pid: int) -> int | None:
    return _number(Path(f"/proc/{pid}/limits"), "Max open files")
