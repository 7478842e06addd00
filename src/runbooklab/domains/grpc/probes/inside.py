"""The workers' containers from this host's /proc: processes, listeners, and how often they are held back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.domains.container.readings.containers import is_limited
from runbooklab.domains.grpc.probes.table import CONTAINERS, WORKERS
from runbooklab.domains.grpc.probes.wire import first_bytes
from runbooklab.domains.grpc.records import Inside, ProcessSeen
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.execute import run_inside
from runbooklab.observe.host.namespace import is_here, listeners_of, parse_listeners
from runbooklab.observe.host.records import Listener
from runbooklab.observe.net.into_container import connect_into
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context
    from runbooklab.observe.docker.records import Container

MOST_CONTAINERS = 14
MOST_PROCESSES = 200
#: Between two samples of how often a container was held back, in seconds; on a busy machine, at least.
#: A scheduling period is 0.1 s (cpu.cfs_period_us).
BETWEEN_S, LEAST_BETWEEN_S = 0.7, 0.25
#: Between two connections meanwhile, in seconds: a few are no load.
BETWEEN_STIRS_S = 0.12
#: Samples of a process' state: one that only waits for a disc for a moment is not frozen.
STATES, BETWEEN_STATES_S = 3, 0.05


def inside(ctx: Context) -> tuple[Inside, ...]:
    """Each running container that has to do with the workers. Raises :class:`NotObserved`."""
    known = ctx.need(CONTAINERS)
    running = [each for each in known.found if each.state in ("running", "paused") and each.pid]
    if not running:
        raise NotObserved(Missing("not-applicable", "none of the workers' containers runs"))
    begun = [future(partial(_one, ctx, each)) for each in running[:MOST_CONTAINERS]]
    until = time.monotonic() + ctx.timeout_s(0.95)
    return tuple(_in_time(begun, until))


def _in_time(begun: Iterable[Callable[[float], Inside]], until: float) -> Iterator[Inside]:
    for result in begun:
        try:
            yield result(until - time.monotonic())
        except (TimeoutError, OSError):
            continue


def _one(ctx: Context, found: Container) -> Inside:
    if not is_here(found.pid, found.id):
        listeners, known = _by_exec(ctx, found)
        return Inside(found.name, listeners=listeners, listeners_known=known)
    ctx.note("process", f"/proc/{found.pid} of container {found.name}")
    bridge = future(partial(_bridge, ctx, found))
    before = _throttling(found.pid)
    slowest = future(partial(_stir, ctx, found)) if is_limited(found) else None
    try:
        listeners, known = listeners_of(found.pid), True
    except OSError:
        listeners, known = _by_exec(ctx, found)
    processes = tuple(_processes(found.pid))
    after = None
    between = min(BETWEEN_S, ctx.timeout_s(0.9))
    if before is not None and between >= LEAST_BETWEEN_S:
        time.sleep(between)
        after = _throttling(found.pid)
    try:
        attempts = bridge(max(ctx.timeout_s(0.95) - 0.05, 0.01))
    except (TimeoutError, OSError):
        attempts = ()
    rises = before is not None and after is not None
    return Inside(
        found.name,
        processes,
        listeners,
        known,
        throttled=after[0] - before[0] if rises and after and before else None,
        periods=after[1] - before[1] if rises and after and before else None,
        bridge=attempts,
        greeting_ms=_in_ms(slowest, ctx.timeout_s(0.97)) if slowest is not None else None,
    )


def _in_ms(slowest: Callable[[float], float], seconds: float) -> float | None:
    try:
        return slowest(seconds)
    except (TimeoutError, OSError):
        return None


def _stir(ctx: Context, found: Container) -> float:
    """The longest time, in ms, to a server's first frame on several connections.

    What is held back shows only while there is something to do.
    """
    slowest = 0.0
    until = time.monotonic() + BETWEEN_S
    places = _places(ctx, found)
    while places and time.monotonic() < until:
        for address, port in places:
            seen = first_bytes(address, port, max(until - time.monotonic(), 0.05))
            if seen.outcome == "not-connected":
                return slowest
            slowest = max(slowest, seen.ms)
        time.sleep(BETWEEN_STIRS_S)
    return slowest


def _places(ctx: Context, found: Container) -> list[tuple[str, int]]:
    """The workers' ports at the container's own addresses."""
    workers = ctx.wait(WORKERS).value
    called = {end.port for end in workers.endpoints} if workers is not None else set()
    bound = {each.container_port for each in found.ports if each.host_port in called}
    addresses = [net.ip for net in found.networks if net.ip][:2]
    return [(address, port) for port in sorted(bound or called)[:3] for address in addresses]


def _bridge(ctx: Context, found: Container) -> tuple[TcpAttempt, ...]:
    """The workers' ports at the container's own addresses: a firewall may be behind docker-proxy."""
    seconds = min(0.8, ctx.timeout_s(0.8))
    return tuple(
        attempt
        for address, port in _places(ctx, found)
        for attempt in connect_into(found, [address], port, seconds)
    )


def _by_exec(ctx: Context, found: Container) -> tuple[tuple[Listener, ...], bool]:
    if found.state == "paused":
        return (), False
    answers = [run_inside(ctx, found.id, ("cat", f"/proc/net/{table}")) for table in ("tcp", "tcp6")]
    read = [answer for answer in answers if answer.outcome == "ok" and answer.exit_code == 0]
    return tuple(each for answer in read for each in parse_listeners(answer.output)), bool(read)


def _processes(main: int) -> Iterator[ProcessSeen]:
    """The container's main process and those it has started, each with the state it keeps."""
    import psutil

    try:
        parent = psutil.Process(main)
        family = [parent, *parent.children(recursive=True)][:MOST_PROCESSES]
    except psutil.Error:
        return
    states = {process.pid: state_of(process.pid) for process in family}
    for _ in range(STATES - 1):
        if all(state not in ("T", "D") for state in states.values()):
            break
        time.sleep(BETWEEN_STATES_S)
        states = {pid: state if state_of(pid) == state else "S" for pid, state in states.items()}
    for process in family:
        try:
            yield ProcessSeen(process.pid, process.name(), states[process.pid])
        except psutil.Error:
            continue


def state_of(pid: int) -> str:
    """The letter of a process' state; "" if it is gone. Source: proc(5), /proc/pid/stat."""
    try:
        rest = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "T" if rest[:1] == ["t"] else (rest[0] if rest else "")


def _throttling(pid: int) -> tuple[int, int] | None:
    """Periods in which the control group was held back, and all its periods; None if that is not known."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "" or "cpu" in controllers.split(","):
            try:
                text = (Path("/sys/fs/cgroup") / controllers / path.lstrip("/") / "cpu.stat").read_text()
            except OSError:
                continue
            numbers = dict(row.split() for row in text.splitlines() if len(row.split()) == 2)
            if "nr_throttled" in numbers:
                return int(numbers["nr_throttled"]), int(numbers.get("nr_periods", "0"))
    return None
