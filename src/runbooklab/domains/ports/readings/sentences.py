"""What is said of each kind of trouble: the proof, and one sentence for a tired person."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domains.ports.readings.owning import Holder
from runbooklab.domains.ports.readings.programs import shown
from runbooklab.domains.ports.readings.rows import Row
from runbooklab.domains.ports.readings.trouble import Trouble
from runbooklab.domains.ports.records import Placed
from runbooklab.words import ago, short

Sentence = tuple[str, str]


def of_whom(row: Row) -> str:
    """The owner that is wanted, to name in a sentence."""
    found = row.container or next(iter(row.refused), None)
    if found is not None:
        return f"container {found.name}"
    return row.want.owner or "the service"


def port_of(row: Row) -> str:
    return f"Port {row.want.label}"


def _holder(found: Trouble) -> Holder:
    assert found.holder is not None, f"{found.cause} has a holder"
    return found.holder


def _rival(found: Trouble) -> Placed:
    assert found.rival is not None, f"{found.cause} has a container"
    return found.rival


def _details(holder: Holder) -> str:
    """User, start and command line of a process: what tells it from others."""
    process = holder.process
    if process is None:
        return ""
    unit = f", unit {process.unit}" if process.unit else ""
    return f" It runs as {process.user or 'an unknown user'}{unit}; its command is {shown(process)!r}."


def _cannot(row: Row) -> str:
    return f"{of_whom(row)} cannot have it"


def _process(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    said = f"{port_of(row)} is taken by {holder.words} at {holder.at}, so {_cannot(row)}."
    silent = " It has bound the port without listening on it." if holder.is_bound_only else ""
    return f"{said}{silent}{_details(holder)}", said


def _already(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    said = (
        f"{port_of(row)} already belongs to {holder.words}, the same program as {of_whom(row)}: "
        f"it runs already."
    )
    return f"{said}{_details(holder)}", said


def _frozen(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    state = holder.process.state if holder.process else "T"
    said = f"{port_of(row)} is held by {holder.words}, which is suspended (state {state}) and answers nobody."
    return f"{said}{_details(holder)}", said


def _orphan(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    said = (
        f"{port_of(row)} is held by {holder.words}, a child that outlived the program that opened the port."
    )
    parent = holder.process.parent if holder.process else 1
    return f"{said} It was forked, and its parent is now pid {parent}.{_details(holder)}", said


def _unit(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    said = f"{port_of(row)} is held by systemd for a socket unit, so {_cannot(row)}."
    return f"{said} The owner at {holder.at} is pid 1.", said


def _container(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = f"{port_of(row)} belongs to container {rival.name}, so {_cannot(row)}."
    at = f" It is published at {found.holder.at}." if found.holder else ""
    return f"{said}{at}", said


def _project(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = (
        f"{port_of(row)} belongs to container {rival.name} of the Compose project {rival.project}: service "
        f"{rival.service} runs there, and is wanted in another project too."
    )
    where = f" Its folder was {rival.folder}." if rival.folder else ""
    return f"{said}{where}", said


def _host_network(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = (
        f"{port_of(row)} is taken by container {rival.name}, which uses the host's network and publishes "
        f"nothing, so {_cannot(row)}."
    )
    holder = _holder(found)
    name = holder.process.name if holder.process else "a process"
    return f"{said} {name} at {holder.at} runs in it.", said


def _stale(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    said = f"{port_of(row)} is held by a left-over docker-proxy that leads nowhere."
    pid = holder.process.pid if holder.process else 0
    return f"{said} Pid {pid} forwards to {holder.forwards_to}, an address that no container has.", said


def _wrong(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    elsewhere = row.owner_elsewhere
    where = f", which listens at {elsewhere.at}" if elsewhere else ", which runs without it"
    said = f"{port_of(row)} is answered by {holder.words}, not by {of_whom(row)}{where}."
    return f"{said}{_details(holder) if found.rival is None else ''}", said


def _never(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    if rival in row.refused_of_anybody:
        said = (
            f"Container {rival.name} was never started: port {row.want.label} was taken then, "
            f"and is free now."
        )
        return f"{said} Nobody listens on it.", said
    said = (
        f"Container {rival.name} was created and never started, so nobody listens on port {row.want.label}."
    )
    return said, said


def _stopped(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    when = f" {ago(rival.finished_at, row.e.gathered_at)}" if rival.finished_at and row.e.gathered_at else ""
    said = f"Container {rival.name} stopped{when}, so nobody listens on port {row.want.label}."
    return f"{said} It is {rival.state}, exit code {rival.exit_code}.", said


def _looping(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = f"Container {rival.name} starts and ends again and again, so port {row.want.label} is not served."
    if rival.restarts_later is not None and rival.restarts_later > rival.restarts:
        return f"{said} Between two looks it was restarted: {rival.restarts_later} times by now.", said
    return f"{said} It is {rival.state_later or rival.state}, last exit code {rival.exit_code}.", said


def _paused(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = f"Container {rival.name} is paused: port {row.want.label} takes connections and nobody answers."
    return said, said


def _not_listening(found: Trouble) -> Sentence:
    row, rival = found.row, found.rival
    if rival is not None:
        said = f"Container {rival.name} runs, and nothing in it listens for port {row.want.label}."
        return said, said
    owner = f", the port of {row.want.owner}" if row.want.owner else ""
    there = f"; {found.holder.words} listens at {found.holder.at} instead" if found.holder else ""
    said = f"Nobody listens on port {row.want.label}{owner}{there}."
    if row.bound:
        return f"{said} {row.bound[0].words} has bound it and does not listen yet.", said
    return f"{said} Neither a listener nor a connection has it.", said


def _elsewhere(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = f"Container {rival.name} is published as {found.detail}, not on port {row.want.label}."
    return said, said


def _other_address(found: Trouble) -> Sentence:
    row = found.row
    there = [each.at for each in row.listeners if row.is_mine(each)]
    said = (
        f"{port_of(row)} of {of_whom(row)} is on {', '.join(there)} only; "
        f"it is wanted on {row.e.target.bind_address or row.want.address}."
    )
    return said, said


def _udp(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = f"Container {rival.name} publishes {found.detail}: for UDP, and port {row.want.label} is TCP."
    return said, said


def _not_published(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = (
        f"Container {rival.name} runs and publishes no port to this host, so {row.want.label} is not there."
    )
    return said, said


def _no_proxy(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = (
        f"Container {rival.name} publishes port {row.want.label} and listens, but the engine runs "
        f"no docker-proxy "
        f"for it: this host's own addresses do not lead there."
    )
    return said, said


def _rootless(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = (
        f"The engine may not publish port {row.want.label} for container {rival.name}: it runs without root, "
        f"and the port is a low one."
    )
    return f'{said} It says: "{short(rival.error, 160)}".', said


def _discarded(found: Trouble) -> Sentence:
    row, rival = found.row, _rival(found)
    said = (
        f"Container {rival.name} uses the host's network, so the engine discards its published port "
        f"{row.want.label}."
    )
    return said, said


def _mismatch(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    to = holder.forwards_to.rpartition(":")[2]
    name = found.rival.name if found.rival else of_whom(row)
    said = (
        f"{port_of(row)} leads to port {to} of container {name}, where nothing listens: "
        f"it listens on {found.detail}."
    )
    return said, said


def _loopback(found: Trouble) -> Sentence:
    row = found.row
    name = found.rival.name if found.rival else of_whom(row)
    said = (
        f"{port_of(row)} leads into container {name}, where the program takes connections on {found.detail} "
        f"only, its own loopback."
    )
    return said, said


def _outgoing(found: Trouble) -> Sentence:
    row, holder = found.row, _holder(found)
    to = f"{holder.socket.peer}:{holder.socket.peer_port}"
    said = (
        f"{port_of(row)} is the local port of a connection of {holder.words} to {to}: "
        f"nobody listens, and nobody else can."
    )
    return f"{said}{_details(holder)}", said


def _time_wait(found: Trouble) -> Sentence:
    row = found.row
    count = len(row.waiting)
    said = (
        f"{port_of(row)} is kept by {count} closed connection{'s' if count > 1 else ''} (TIME_WAIT) "
        f"for up to 60 s, and nobody listens."
    )
    return f"{said} A program that does not set SO_REUSEADDR cannot have it before.", said


def _pair(found: Trouble) -> tuple[Holder, Holder]:
    assert found.sharing is not None, f"{found.cause} has two owners"
    return found.sharing.one, found.sharing.other


def _shadowed(found: Trouble) -> Sentence:
    one, other = _pair(found)
    said = (
        f"{port_of(found.row)}: {one.words} at {one.at} takes all connections to that address away from "
        f"{other.words} at {other.at}."
    )
    return f"{said} The more specific address wins.", said


def _shared(found: Trouble) -> Sentence:
    one, other = _pair(found)
    said = (
        f"{port_of(found.row)} is shared by two programs: {one.words} and {other.words} both listen "
        f"at {one.at}, "
        f"and each gets a part of the connections."
    )
    return f"{said} They have no program in common (SO_REUSEPORT).", said


def _split(found: Trouble) -> Sentence:
    one, other = _pair(found)
    said = (
        f"{port_of(found.row)} belongs to {one.words} on IPv4 ({one.at}) and to {other.words} on IPv6 "
        f"({other.at}): which of them a client reaches depends on how it resolves the name."
    )
    return said, said


SENTENCES: dict[str, Callable[[Trouble], Sentence]] = {
    "port-conflict-process": _process,
    "service-already-running": _already,
    "listener-frozen": _frozen,
    "port-held-by-orphan": _orphan,
    "port-held-by-socket-unit": _unit,
    "port-conflict-container": _container,
    "port-conflict-compose-project": _project,
    "port-conflict-host-network": _host_network,
    "stale-docker-proxy": _stale,
    "wrong-service-on-port": _wrong,
    "container-never-started": _never,
    "container-stopped": _stopped,
    "container-crash-looping": _looping,
    "container-paused": _paused,
    "service-not-listening": _not_listening,
    "port-published-elsewhere": _elsewhere,
    "port-published-other-address": _other_address,
    "port-published-udp": _udp,
    "port-not-published": _not_published,
    "userland-proxy-off": _no_proxy,
    "rootless-port": _rootless,
    "compose-ports-discarded": _discarded,
    "container-port-mismatch": _mismatch,
    "bind-loopback-only": _loopback,
    "port-taken-by-outgoing-connection": _outgoing,
    "port-time-wait": _time_wait,
    "port-shadowed-by-specific-address": _shadowed,
    "port-shared-reuseport": _shared,
    "port-split-by-family": _split,
}
