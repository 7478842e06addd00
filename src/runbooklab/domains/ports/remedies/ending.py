"""Plans that end, resume or stop who has a port."""

from __future__ import annotations

from runbooklab.domain.shell import command
from runbooklab.domain.steps import Steps
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import LISTENERS, show_holder
from runbooklab.domains.ports.readings.owning import Holder, goes_by, related
from runbooklab.domains.ports.readings.trouble import Trouble
from runbooklab.domains.ports.readings.troubles import rows_of
from runbooklab.domains.ports.remedies.site import (
    first,
    name,
    pids_of,
    shows,
    started,
    then_start,
)

#: Troubles with one process that has the port.
BY_PROCESS = ("port-conflict-process", "service-already-running", "wrong-service-on-port")
BY_CONTAINER = (
    "port-conflict-host-network", "port-conflict-container", "wrong-service-on-port",
    "port-conflict-compose-project",
)  # fmt: skip


def _look(e: Evidence) -> Steps:
    """What is planned if nobody is known to have the port."""
    return Steps((LISTENERS(e),), "Nothing: it shows who listens.", risk="none")


def _stopped(e: Evidence, holder: Holder) -> tuple[int, ...]:
    """The process, and all that have its socket and are stopped as well."""
    processes = e.sockets.value.processes if e.sockets.value else {}
    there = [processes[str(pid)] for pid in holder.socket.pids if str(pid) in processes]
    own = (holder.process.pid,) if holder.process else ()
    return tuple(dict.fromkeys((*own, *(each.pid for each in there if each.state in ("T", "t")))))


def _ended(found: Trouble, holder: Holder, why: str, *, wake: bool = False) -> Steps:
    """End the process that has the port, and all others that keep it: its workers, and who inherited it."""
    process = holder.process
    pids = pids_of(_keeping(found, holder))
    unit = process.unit if process else ""
    stop = command("sudo", "systemctl", "stop", unit) if unit.endswith(".service") else f"kill {pids}"
    awake = (f"kill -CONT {pids}",) if wake else ()
    again = "" if unit else " If a service manager starts it again, stop it there."
    return Steps(
        commands=(stop, *awake, *then_start(found)),
        changes=f"{why} Do this only if it can be spared.{again}{started(found)}",
        risk="high",
        confirm=shows(found.row),
        destructive=True,
        act=f"End {holder.words}",
        loses=(f"What {holder.words} holds in memory: how much was not observed.",),
    )


def _keeping(found: Trouble, holder: Holder) -> tuple[int, ...]:
    """The pids that keep the port for a holder, the eldest first: it may end the others by itself."""
    eldest = (holder.process.pid,) if holder.process else ()
    family = [each for each in found.row.listeners if related(each, holder)]
    return tuple(dict.fromkeys((*eldest, *(pid for each in (holder, *family) for pid in each.socket.pids))))


def end_process(e: Evidence) -> Steps:
    found = first(e, *BY_PROCESS)
    if found is None or found.holder is None or found.holder.process is None:
        return _look(e)
    holder = found.holder
    return _ended(found, holder, f"Ends {holder.words}, which has port {found.row.want.label}.")


def is_held_by_process(e: Evidence) -> bool:
    """Whether the port is a process's that is no container's."""
    found = first(e, *BY_PROCESS)
    return found is not None and found.holder is not None and found.holder.container is None


def end_suspended_process(e: Evidence) -> Steps:
    found = first(e, "listener-frozen")
    if found is None or found.holder is None:
        return _look(e)
    holder = found.holder
    return _ended(
        found,
        holder,
        f"Ends {holder.words}, which is suspended and has port {found.row.want.label}.",
        wake=True,
    )


def resume_process(e: Evidence) -> Steps:
    found = first(e, "listener-frozen")
    if found is None or found.holder is None:
        return _look(e)
    holder = found.holder
    pids = pids_of(_stopped(e, holder))
    return Steps(
        commands=(f"kill -CONT {pids}",),
        changes=f"Lets {holder.words} run on: it was suspended (Ctrl-Z, SIGSTOP). It keeps port "
        f"{found.row.want.label}, and answers again.",
        risk="low",
        confirm=shows(found.row),
        undo=(f"kill -STOP {pids}",),
    )


def may_resume(e: Evidence) -> bool:
    """Whether the suspended program is the one that is to have the port."""
    found = first(e, "listener-frozen")
    return found is not None and found.holder is not None and found.row.is_mine(found.holder)


def end_orphan(e: Evidence) -> Steps:
    found = first(e, "port-held-by-orphan")
    if found is None or found.holder is None:
        return _look(e)
    holder = found.holder
    return _ended(
        found, holder,
        f"Ends {holder.words}, which outlived its parent and keeps port {found.row.want.label}.",
    )  # fmt: skip


def end_docker_proxy(e: Evidence) -> Steps:
    found = first(e, "stale-docker-proxy")
    if found is None or found.holder is None:
        return _look(e)
    row = found.row
    stale = [each for each in row.listeners if each.is_proxy and each.container is None and each.process]
    pids = pids_of(sorted({each.process.pid for each in stale if each.process}))
    return Steps(
        commands=(f"sudo kill {pids}", *then_start(found)),
        changes=f"Ends the docker-proxy that holds port {row.want.label} for a container that is gone."
        f"{started(found)} If the engine keeps the port in its book, restart it: sudo systemctl "
        f"restart docker.",
        risk="medium",
        confirm=shows(row),
        destructive=True,
        loses=(f"Connections through port {row.want.label}: they lead nowhere.",),
    )


def stop_conflicting_container(e: Evidence) -> Steps:
    found = first(e, *BY_CONTAINER)
    if found is None or found.rival is None:
        row = found.row if found else None
        port = row.want.label if row else "PORT"
        return Steps(
            (command("docker", "ps", "--filter", f"publish={port}"),),
            "Nothing: it shows which container has the port.",
            risk="none",
        )
    rival = found.rival
    after = then_start(found)
    return Steps(
        commands=(f"docker stop {name(rival)}", *after[1:]),
        changes=f"Stops container {rival.name}, which has port {found.row.want.label}: its clients lose it. "
        f"Do this only if it can be spared; nothing of it is removed.{started(found)}",
        risk="medium",
        confirm=shows(found.row),
        undo=(f"docker start {name(rival)}",),
        appliable=True,
        act=f"Stop {rival.name}",
        loses=(f"What {rival.name} serves, and what it holds in memory alone: how much was not observed.",),
    )


def is_held_by_container(e: Evidence) -> bool:
    """Whether a container has the port that is not itself one of those that are wanted."""
    found = first(e, *BY_CONTAINER)
    if found is None or found.rival is None:
        return False
    rival = found.rival
    return not any(goes_by(rival, row.want.owner, row.project) for row in rows_of(e))


def stop_other_project(e: Evidence) -> Steps:
    found = first(e, "port-conflict-compose-project")
    if found is None or found.rival is None:
        return stop_conflicting_container(e)
    rival = found.rival
    after = then_start(found)
    down = command("docker", "compose", "-p", rival.project, "down")
    return Steps(
        commands=(f"docker stop {name(rival)}", *after[1:]),
        changes=f"Stops container {rival.name} of the Compose project {rival.project}, which has port "
        f"{found.row.want.label}; nothing of it is removed.{started(found)} To take that project down "
        f"altogether, without its volumes: {down}.",
        risk="medium",
        confirm=shows(found.row),
        undo=(f"docker start {name(rival)}",),
        appliable=True,
        act=f"Stop {rival.name}",
        loses=(f"What {rival.name} serves, and what it holds in memory alone: how much was not observed.",),
    )


def end_second_listener(e: Evidence) -> Steps:
    """End the one of two that is not the owner's; of two alike, the one that came later."""
    found = first(e, "port-shared-reuseport", "port-split-by-family")
    if found is None or found.sharing is None:
        return _look(e)
    return _of_two(found, found.sharing.one, found.sharing.other)


def end_shadowing_process(e: Evidence) -> Steps:
    found = first(e, "port-shadowed-by-specific-address")
    if found is None or found.sharing is None:
        return _look(e)
    return _of_two(found, found.sharing.one, found.sharing.other)


def _of_two(found: Trouble, one: Holder, other: Holder) -> Steps:
    goes = _stranger(found, one, other)
    stays = other if goes is one else one
    if goes.container is not None:
        return Steps(
            commands=(f"docker stop {name(goes.container)}",),
            changes=f"Stops container {goes.container.name}, and leaves port {found.row.want.label} to "
            f"{stays.words}. Do this only if it can be spared.",
            risk="medium",
            confirm=(show_holder(found.row.want.port),),
            undo=(f"docker start {name(goes.container)}",),
            appliable=True,
            act=f"Stop {goes.container.name}",
        )
    why = f"Ends {goes.words}, and leaves port {found.row.want.label} to {stays.words}."
    return _ended(found, goes, why)


def _stranger(found: Trouble, one: Holder, other: Holder) -> Holder:
    """Who of two gives way: who is not the owner; if both or none are, the one that has a specific address,
    or started first: a left-over of an older version."""
    row = found.row
    if row.want.owner and row.is_mine(one) != row.is_mine(other):
        return other if row.is_mine(one) else one
    if found.cause == "port-shadowed-by-specific-address":
        return one
    return min((one, other), key=lambda each: each.process.started_at if each.process else 0.0)


def end_connection(e: Evidence) -> Steps:
    found = first(e, "port-taken-by-outgoing-connection")
    if found is None or found.holder is None:
        return _look(e)
    row, holder = found.row, found.holder
    host = e.host.value
    reserved = ",".join(f"{a}-{b}" if a != b else f"{a}" for a, b in host.reserved) if host else ""
    value = ",".join(filter(None, (reserved, str(row.want.port))))
    steps = _ended(
        found, holder,
        f"Ends {holder.words}, whose connection has port {row.want.label} as its local port, and "
            f"reserves the "
        f"port, so that the kernel gives it to no other connection until the next start of this host.",
    )  # fmt: skip
    reserve = command("sudo", "sysctl", "-w", f"net.ipv4.ip_local_reserved_ports={value}")
    kill, *rest = steps.commands
    return Steps(
        commands=(kill, reserve, *rest[1:]),
        changes=steps.changes,
        risk="high",
        confirm=(f"ss -Htan 'sport = :{row.want.port}'",),
        undo=(command("sudo", "sysctl", "-w", f"net.ipv4.ip_local_reserved_ports={reserved}"),),
        destructive=True,
        loses=steps.loses,
    )


def disable_socket_unit(e: Evidence) -> Steps:
    return Steps(
        commands=("systemctl list-sockets --all", 'sudo systemctl disable --now "$NAME.socket"'),
        changes="The first command names the unit of the port; the second one stops it, and its "
        "service is no "
        "longer started by a connection.",
        risk="medium",
        confirm=(LISTENERS(e),),
        undo=('sudo systemctl enable --now "$NAME.socket"',),
    )
