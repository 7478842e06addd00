"""The trouble that a plan is made for, and what comes after it."""

from __future__ import annotations

from collections.abc import Iterable

from runbooklab.domain.shell import command
from runbooklab.domains.container.remedies.names import is_container_name
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import show_holder
from runbooklab.domains.ports.readings.rows import RUNNING, Row
from runbooklab.domains.ports.readings.trouble import Trouble
from runbooklab.domains.ports.readings.troubles import rows_of, troubles
from runbooklab.domains.ports.records import Placed
from runbooklab.observe.docker.records import Container

#: Stands for a name that no container can have, or that nobody saw.
NAME = '"$NAME"'
#: The ports of this host that a service is moved to lie in this range: below those of outgoing connections.
_MOVED = range(1024, 32768)


def first(e: Evidence, *causes: str) -> Trouble | None:
    """The surest trouble of one of these kinds; the kinds in their order."""
    for cause in causes:
        found = [each for each in troubles(e) if each.cause == cause]
        if found:
            return max(found, key=lambda each: each.confidence)
    return None


def some_row(e: Evidence) -> Row | None:
    """The first wanted port."""
    return next(iter(rows_of(e)), None)


def name(container: Placed | None) -> str:
    """A container's name for a command."""
    return command(container.name) if container and is_container_name(container.name) else NAME


def waiting(found: Trouble) -> Placed | None:
    """The container that is to have the port, if it does not run."""
    wanting = found.row.container or next(iter(found.row.refused_of_anybody), None)
    if wanting is None or wanting.state in RUNNING or wanting is found.rival:
        wanting = next((each for each in found.row.refused_of_anybody if each is not found.rival), None)
    return wanting


def then_start(found: Trouble) -> tuple[str, ...]:
    """Wait until the port is free, then start the container that is to have it."""
    wanting = waiting(found)
    if wanting is None:
        return ()
    return (wait_free(found.row), f"docker start {name(wanting)}")


def wait_free(row: Row) -> str:
    """Waits until nobody listens on the port, 15 s at most."""
    flag = "u" if row.want.protocol == "udp" else "t"
    gone = f'while ss -Hln{flag} "sport = :{row.want.port}" | grep -q .; do sleep 0.2; done'
    return command("timeout", "15", "sh", "-c", gone)


def started(found: Trouble) -> str:
    """The sentence on that, after a space."""
    wanting = waiting(found)
    return f" Then container {wanting.name} is started." if wanting else ""


def shows(row: Row | None) -> tuple[str, ...]:
    """Shows who has the port, and whether it takes connections."""
    if row is None:
        return ()
    look = show_holder(row.want.port, row.want.protocol)
    return (
        (look,)
        if row.want.protocol == "udp"
        else (look, command("nc", "-zv", "localhost", str(row.want.port)))
    )


def made(e: Evidence, container: Placed | None) -> Container | None:
    """How a container was made."""
    seen = e.containers.value.made if e.containers.value else ()
    return next((each for each in seen if container and each.id == container.id), None)


def free_port(e: Evidence, port: int) -> int:
    """The next port that nobody listens on and no container asks for."""
    sockets = e.sockets.value.sockets if e.sockets.value else ()
    taken = {each.port for each in sockets} | {row.want.port for row in rows_of(e)}
    containers = e.containers.value.found if e.containers.value else ()
    taken |= {each.host_port or 0 for found in containers for each in (*found.asked, *found.ports)}
    compose = e.compose_ports.value.services if e.compose_ports.value else ()
    for each in (port for service in compose for port in service.ports):
        taken |= set(range(each.first, each.last + 1))
    start = port + 1 if port + 1 in _MOVED else 20_000
    return next(number for number in range(start, 65536) if number not in taken)


def run_again(e: Evidence, **changed: str) -> str:
    """The same run again, with some parameters changed."""
    words = ["runbook", "run", "port-conflicts"]
    for parameter in ("ports", "bind_address", "compose_file", "compose_project", "service_user"):
        value = changed.get(parameter, str(getattr(e.target, parameter)))
        given = e.target.sources.get(parameter) == "given" or parameter in changed
        words += ["-p", parameter, value] if given else []
    return command(*words)


def ports_with(e: Evidence, row: Row, port: int) -> str:
    """The parameter ports, with another number for one of them."""
    texts = []
    for each in rows_of(e):
        number = port if each.want is row.want else each.want.port
        protocol = "" if each.want.protocol == "tcp" else f"/{each.want.protocol}"
        texts.append(f"{number}{protocol}{':' + each.want.owner if each.want.owner else ''}")
    return ",".join(texts)


def pids_of(pids: Iterable[int]) -> str:
    return " ".join(str(pid) for pid in pids) or '"$PID"'
