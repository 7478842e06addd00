"""Plans that start a service, publish its port, or move it."""

from __future__ import annotations

from runbooklab.domain.shell import command
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.made_with import as_published, host_address
from runbooklab.domains.container.remedies.recreate import Change, any_program, recreated
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import CONTAINERS, TABLES_INSIDE
from runbooklab.domains.ports.readings.kernel import is_of_host
from runbooklab.domains.ports.readings.publishing import published
from runbooklab.domains.ports.readings.rows import RUNNING, Row
from runbooklab.domains.ports.readings.trouble import Trouble
from runbooklab.domains.ports.readings.troubles import rows_of, troubles
from runbooklab.domains.ports.records import Placed
from runbooklab.domains.ports.remedies.site import (
    first,
    free_port,
    made,
    name,
    ports_with,
    run_again,
    shows,
    some_row,
    waiting,
)
from runbooklab.observe.docker.records import ContainerLook
from runbooklab.observe.net.addresses import is_any

LOOPBACK = "127.0.0.1"
_PUBLISHING = (
    "port-published-udp", "port-published-elsewhere", "port-published-other-address", "port-not-published",
)  # fmt: skip


def start_container(e: Evidence) -> Steps:
    found = first(e, "container-never-started", "container-stopped")
    rival = found.rival if found else None
    row = found.row if found else some_row(e)
    return Steps(
        commands=(f"docker start {name(rival)}",),
        changes=f"Starts container {rival.name if rival else 'of the port'} as it was made.",
        risk="low",
        confirm=shows(row),
        undo=(f"docker stop {name(rival)}",),
        appliable=rival is not None,
        act=f"Start {rival.name}" if rival else "",
    )


def unpause_container(e: Evidence) -> Steps:
    found = first(e, "container-paused")
    rival = found.rival if found else None
    return Steps(
        commands=(f"docker unpause {name(rival)}",),
        changes=f"Lets container {rival.name if rival else 'of the port'} run on.",
        risk="low",
        confirm=shows(found.row if found else some_row(e)),
        undo=(f"docker pause {name(rival)}",),
        appliable=rival is not None,
        act=f"Unpause {rival.name}" if rival else "",
    )


def read_log(e: Evidence) -> Steps:
    found = first(e, "container-crash-looping")
    return Steps(
        commands=(f"docker logs --tail 50 {name(found.rival if found else None)}",),
        changes="Nothing: the last lines say why it ends.",
        risk="none",
    )


def start_service(e: Evidence) -> Steps:
    """Whom to start depends on who it is: the container's log, or the program."""
    found = first(e, "service-not-listening")
    row = found.row if found else some_row(e)
    if found is not None and found.rival is not None:
        return Steps(
            commands=(f"docker logs --tail 50 {name(found.rival)}",),
            changes=f"Nothing: the log of container {found.rival.name} says why its program does not listen. "
            "Once that is put right, docker restart starts it again.",
            risk="none",
            confirm=shows(row),
        )
    owner = row.want.owner if row else ""
    return Steps(
        commands=(CONTAINERS(e), "systemctl list-units --all --type=service"),
        changes=f"Nothing: start {owner or 'the service'} where the lists name it.",
        risk="none",
        confirm=shows(row),
    )


def wait_for_port(e: Evidence) -> Steps:
    found = first(e, "port-time-wait")
    row = found.row if found else some_row(e)
    port = row.want.port if row else 0
    gone = f'while ss -Htan state time-wait "sport = :{port}" | grep -q .; do sleep 1; done'
    return Steps(
        commands=(command("timeout", "75", "sh", "-c", gone),),
        changes=f"Nothing: it waits until the closed connections of port {port} are gone, 60 s at "
        f"most. Start the "
        "service then, and let it set SO_REUSEADDR, so that it need not wait (Docker and gRPC set it).",
        risk="low",
        confirm=shows(row),
    )


def publish_port(e: Evidence) -> Steps:
    """Make the container again with the port where it is wanted."""
    found = first(e, *_PUBLISHING)
    if found is None or _placed(found) is None:
        return Steps((CONTAINERS(e),), "Nothing: it shows which ports the containers publish.", risk="none")
    container, row = _placed(found), found.row
    assert container is not None, "it was there a line before"
    inside = _inside(row, container)
    at = _address(e, row)
    own = f"{at}:{row.want.port}:{inside}{'/udp' if row.want.protocol == 'udp' else ''}"
    return _made_again(
        e, row, container, own, inside, f"Publishes port {inside} of container {container.name} as {own}."
    )


def _placed(found: Trouble) -> Placed | None:
    return found.rival or (found.holder.container if found.holder else None) or found.row.container


def _inside(row: Row, container: Placed) -> int:
    """The container's port that is meant."""
    bindings = published(container)
    same = [each.container_port for each in bindings if each.host_port == row.want.port]
    own = [each.container_port for each in (*bindings, *container.ports)]
    listening = [
        each.port
        for each in (row.inside.listening if row.inside else ())
        if each.protocol == row.want.protocol and each.address != "127.0.0.11"
    ]
    heard = [each for each in own if each in listening] or listening
    return next(iter((*same, *heard, *own)), row.want.inside or row.want.port)


def _address(e: Evidence, row: Row) -> str:
    """Where a port is published: as it is wanted, else on loopback alone."""
    wanted = e.target.bind_address or row.want.address
    host = e.host.value
    if not wanted or host is None or not host.bind_addresses:
        return LOOPBACK
    address = host.bind_addresses[0]
    return f"[{address}]" if ":" in address else address


def _made_again(e: Evidence, row: Row, container: Placed, own: str, inside: int, why: str) -> Steps:
    """Make a container again with ``own`` in place of its other bindings of the port ``inside``."""
    record = made(e, container)
    if record is None:
        return Steps(
            commands=(command("docker", "inspect", container.name),),
            changes=f"{why} A port cannot be added to a container that exists: make it again with -p {own}.",
            risk="none",
        )
    kept = [
        each
        for each in as_published(record)
        if host_address(each)[1] != row.want.port and each.rpartition(":")[2].partition("/")[0] != str(inside)
    ]
    names = tuple(each.name for each in (e.containers.value.found if e.containers.value else ()))
    change = Change(
        compose=f"write {own} below ports:", published=(own, *kept), act=f"Publish port {row.want.label}"
    )
    works = shows(row)[-1]
    return recreated(
        record, ContainerLook(container.name, names=names), change, why, any_program(record, works)
    )


def made_again_here(e: Evidence) -> Steps | None:
    """Make a container again that is published at an address which this host lacks; None if there is none."""
    host = e.host.value
    for row in rows_of(e) if host else ():
        container = row.container
        for port in row.asked_by(container) if container and container.state not in RUNNING else ():
            if host is None or container is None or is_of_host(host, port.host_ip):
                continue
            own = f"{LOOPBACK}:{row.want.port}:{port.container_port}"
            own += "/udp" if port.protocol == "udp" else ""
            return _made_again(
                e, row, container, own, port.container_port,
                f"Publishes port {port.container_port} of container {container.name} as {own}: only "
                    f"this host "
                f"reaches it there. {port.host_ip} is none of its addresses.",
            )  # fmt: skip
    return None


def fix_mapping(e: Evidence) -> Steps:
    found = first(e, "container-port-mismatch")
    container = _placed(found) if found else None
    if found is None or container is None:
        return Steps((TABLES_INSIDE(e),), "Nothing: it shows what listens inside.", risk="none")
    row = found.row
    listening = sorted(
        {int(each) for each in found.detail.replace(" and ", ", ").split(", ") if each.isdigit()}
    )
    inside = listening[0] if listening else row.want.port
    at = next((each.host_ip for each in row.asked_by(container)), "")
    address = LOOPBACK if not at else f"[{at}]" if ":" in at else at
    prefix = "" if is_any(at) and at == "0.0.0.0" else f"{address}:"  # noqa: S104 # as it was published
    own = f"{prefix}{row.want.port}:{inside}"
    old = next((each.container_port for each in row.asked_by(container)), inside)
    return _made_again(
        e, row, container, own, old,
        f"Lets port {row.want.label} lead to port {inside} of container {container.name}, which listens:"
        f" {own}.",
    )  # fmt: skip


def listen_on_all_addresses(e: Evidence) -> Steps:
    found = first(e, "bind-loopback-only")
    container = _placed(found) if found else None
    return Steps(
        commands=(
            command(
                "docker", "inspect", "-f", "{{json .Config.Cmd}}", container.name if container else "NAME"
            ),
        ),
        changes="Nothing: it shows the program's command. Let the program listen on 0.0.0.0 inside "
        "its container: "
        "who may come in is decided by where the port is published.",
        risk="none",
        confirm=shows(found.row if found else some_row(e)),
    )


def use_container_address(e: Evidence) -> Steps:
    found = first(e, "userland-proxy-off")
    rival = found.rival if found else None
    inside = next((each.container_port for each in found.row.asked_by(rival)), 0) if found and rival else 0
    at = next(iter(rival.addresses), "") if rival else ""
    return Steps(
        commands=(command("nc", "-zv", at or LOOPBACK, str(inside or 80)),),
        changes="Nothing: it shows that the container itself answers. From other hosts its port is "
        "published by the "
        "engine's rules; on this one, use the container's address, or set userland-proxy to true in "
        "daemon.json.",
        risk="none",
        confirm=shows(found.row if found else some_row(e)),
    )


def use_published_port(e: Evidence) -> Steps:
    """Use the number that is published: the clients' configuration, and this run."""
    found = first(e, "port-published-elsewhere")
    if found is None or found.rival is None:
        return Steps((CONTAINERS(e),), "Nothing: it shows which ports the containers publish.", risk="none")
    row = found.row
    there = [each for each in published(found.rival) if each.protocol == row.want.protocol]
    port = next((each.host_port for each in there if each.host_port), row.want.port) or row.want.port
    return Steps(
        commands=(run_again(e, ports=ports_with(e, row, port)),),
        changes=f"Nothing yet: container {found.rival.name} has port {port} of this host. Give its "
        f"clients that "
        f"number instead of {row.want.label}, then look again.",
        risk="low",
        confirm=(command("nc", "-zv", "localhost", str(port)),),
    )


def use_published_address(e: Evidence) -> Steps:
    found = first(e, "port-published-other-address")
    row = found.row if found else some_row(e)
    at = next((each.socket.address for each in row.mine), LOOPBACK) if row else LOOPBACK
    return Steps(
        commands=(run_again(e, bind_address=at),),
        changes=f"Nothing yet: the port is on {at}. Give its clients that address, or let the "
        f"service listen on "
        f"{e.target.bind_address or 'the wanted one'}; then look again.",
        risk="low",
        confirm=shows(row),
    )


def can_be_made_again(e: Evidence) -> bool:
    """Whether the port is a container's."""
    found = first(e, *_PUBLISHING)
    return found is not None and _placed(found) is not None


def use_other_port(e: Evidence) -> Steps:
    """Move the container that could not have its port."""
    found = next((each for each in troubles(e) if waiting(each) is not None), None)
    container = waiting(found) if found else None
    if found is None or container is None:
        row = found.row if found else some_row(e)
        port = free_port(e, row.want.port) if row else 8080
        return Steps(
            commands=(run_again(e, ports=ports_with(e, row, port)) if row else "runbook run port-conflicts",),
            changes=f"Nothing yet: let the service listen on port {port}, which is free, tell its "
            f"clients, and look "
            "again.",
            risk="low",
        )
    row = found.row
    port = free_port(e, row.want.port)
    binding = next(iter(row.asked_by(container)), None)
    inside = binding.container_port if binding else port
    at = binding.host_ip if binding else LOOPBACK
    prefix = "" if at == "0.0.0.0" else f"[{at}]:" if ":" in at else f"{at or LOOPBACK}:"  # noqa: S104 # as it was
    own = f"{prefix}{port}:{inside}{'/udp' if row.want.protocol == 'udp' else ''}"
    return _made_again(
        e, row, container, own, inside,
        f"Gives container {container.name} port {port}, and leaves port {row.want.label} to its "
            f"owner; give the "
        "clients the new port.",
    )  # fmt: skip
