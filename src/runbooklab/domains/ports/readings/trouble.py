"""What is wrong with one wanted port: one answer, the way a person would look for it.

First who listens there; if it is the wrong one, what kind of owner; if nobody, what keeps the right one away.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domains.ports.readings.addresses import covers
from runbooklab.domains.ports.readings.bind_errors import is_allocated, is_denied, is_in_use, ports_in
from runbooklab.domains.ports.readings.nat import is_served_by_rule
from runbooklab.domains.ports.readings.owning import Holder, names_of
from runbooklab.domains.ports.readings.programs import is_called, same_program, sounds_like
from runbooklab.domains.ports.readings.publishing import mismatch, misplaced
from runbooklab.domains.ports.readings.rows import RUNNING, Row
from runbooklab.domains.ports.readings.sharing import Sharing, sharing
from runbooklab.domains.ports.readings.wanted import TEXT
from runbooklab.domains.ports.records import ComposeService, Placed


class Trouble(Struct, frozen=True):
    """What is wrong with a port: the cause's id, and who has to do with it."""

    cause: str
    row: Row
    holder: Holder | None = None
    rival: Placed | None = None  # a container that has the port, or asks for it too
    sharing: Sharing | None = None
    detail: str = ""
    #: A warning at most: only the error text points to it, or the wanted owner is the example of the runbook.
    is_mild: bool = False
    confidence: float = 0.95


def trouble(row: Row) -> Trouble | None:
    """What is wrong with a port; None if nothing is, or if the sockets were not seen."""
    if row.e.sockets.value is None:
        return None
    if is_looping(row.container) and not row.foreign:
        return Trouble("container-crash-looping", row, rival=row.container, confidence=0.9)
    if row.relevant:
        return _held(row)
    if row.listeners and row.mine:
        return Trouble("port-published-other-address", row, row.mine[0])
    return _free(row)


# --- somebody listens ------------------------------------------------------------------------


def _held(row: Row) -> Trouble | None:
    stale = next((each for each in row.relevant if is_stale(row, each)), None)
    if stale is not None:
        return Trouble("stale-docker-proxy", row, stale, confidence=0.94)
    frozen = next((each for each in row.relevant if each.is_frozen), None)
    if frozen is not None:
        return Trouble("listener-frozen", row, frozen, confidence=0.96)
    pair = sharing(row)
    relevant_mine = [each for each in row.mine if each in row.relevant]
    if row.foreign and not relevant_mine:
        found = _taken(row, row.foreign[0])
        is_example = row.want.is_default and row.container is None and not row.refused_of_anybody
        return replace(found, is_mild=True, confidence=0.7) if is_example else found
    if pair is not None:
        cause = {
            "shadowed": "port-shadowed-by-specific-address",
            "shared": "port-shared-reuseport",
            "split": "port-split-by-family",
        }[pair.kind]
        return Trouble(cause, row, sharing=pair, confidence=0.93)
    return _of_owner(row, relevant_mine)


def is_stale(row: Row, holder: Holder) -> bool:
    """Whether a docker-proxy forwards to an address that no container has."""
    return (
        holder.is_proxy
        and bool(holder.forwards_to)
        and holder.container is None
        and row.e.containers.value is not None
        and not row.e.containers.value.cut
    )


def _taken(row: Row, holder: Holder) -> Trouble:
    """The port is somebody else's."""
    if holder.is_of_systemd:
        return Trouble("port-held-by-socket-unit", row, holder, confidence=0.9)
    if holder.is_reparented:
        return Trouble("port-held-by-orphan", row, holder, confidence=0.9)
    rival = holder.container
    sibling = _sibling(row, rival)
    if sibling is not None:
        return Trouble("port-conflict-compose-project", row, holder, rival, confidence=0.96)
    if row.owner_runs:
        return Trouble("wrong-service-on-port", row, holder, rival, confidence=0.93)
    if holder.is_host_network:
        return Trouble("port-conflict-host-network", row, holder, rival, confidence=0.95)
    if rival is not None:
        return Trouble("port-conflict-container", row, holder, rival, confidence=_sure(row))
    wanting = row.container or next(iter(row.refused), None) or _to_be(row.service)
    names = names_of(holder)
    same = wanting is not None and (
        (holder.process is not None and same_program(holder.process, wanting))
        or any(is_called(names, each) for each in (row.want.owner, wanting.service) if each)
    )
    is_to_be = wanting is None or not wanting.id
    if same or (is_to_be and holder.process and sounds_like(holder.process, row.want.owner)):
        return Trouble("service-already-running", row, holder, confidence=0.93 if same else 0.8)
    return Trouble("port-conflict-process", row, holder, confidence=_sure(row))


def _to_be(service: ComposeService | None) -> Placed | None:
    """The container that Compose would make of a service: none is there yet."""
    if service is None or not (service.image or service.command):
        return None
    return Placed(service.container, "", service.image, command=service.command, service=service.name)


def _sure(row: Row) -> float:
    """A container that was told so makes a conflict certain."""
    return 0.97 if row.refused else 0.9 if row.container is not None else 0.85


def _sibling(row: Row, rival: Placed | None) -> Placed | None:
    """The container of the same Compose service in another project, which is to have the port."""
    if rival is None or not rival.service:
        return None
    if row.project and rival.service == row.want.owner and rival.project not in ("", row.project):
        return rival
    wanting = [*row.refused_of_anybody, *([row.container] if row.container else [])]
    return next(
        (
            each
            for each in wanting
            if each.service == rival.service and each.project and each.project != rival.project
        ),
        None,
    )


def _of_owner(row: Row, mine: list[Holder]) -> Trouble | None:
    """The port is its owner's: whether that is the right one, and leads anywhere."""
    if row.e.target.bind_address and mine and not _is_where_wanted(row, mine):
        return Trouble("port-published-other-address", row, mine[0])
    for holder in mine:
        if is_looping(holder.container):
            return Trouble("container-crash-looping", row, holder, holder.container, confidence=0.9)
        sibling = _sibling(row, holder.container)
        if sibling is not None and not row.e.target.compose_project:
            return Trouble("port-conflict-compose-project", row, holder, holder.container, confidence=0.96)
        if holder.is_reparented and not holder.is_daemon:
            return Trouble("port-held-by-orphan", row, holder, confidence=0.85)
        main = row.inside.main if row.inside and holder.is_proxy else None
        if main is not None and main.state in ("T", "t"):
            return Trouble("listener-frozen", row, replace(holder, process=main), confidence=0.95)
        if holder.container is not None and holder.container.state == "paused":
            return Trouble("container-paused", row, holder, holder.container, confidence=0.97)
        found = mismatch(row, holder)
        if found is not None:
            return Trouble(found[0], row, holder, holder.container, detail=found[1])
        if _second_start(row) and holder.process is not None and not (holder.is_proxy and row.want.owner):
            if row.want.owner:
                return Trouble("service-already-running", row, holder, is_mild=True, confidence=0.8)
            return replace(_taken(row, holder), is_mild=True, confidence=0.8)
    return None


def is_looping(container: Placed | None) -> bool:
    """Whether a container is between two starts, or was restarted between two looks."""
    if container is None:
        return False
    rose = container.restarts_later is not None and container.restarts_later > container.restarts
    return "restarting" in (container.state, container.state_later) or rose


def _is_where_wanted(row: Row, mine: list[Holder]) -> bool:
    """Whether a listener takes connections to the address that is named, or its address was not seen."""
    return not row.bind or any(covers(each.socket, at) for each in mine for at in row.bind)


def _second_start(row: Row) -> bool:
    """Whether the error text says that a second one could not have the port."""
    text = row.e.error_text.value
    if text is None or not is_in_use(text.text):
        return False
    named = ports_in(text.text)
    if row.want.is_default and not row.want.owner and not named:
        return False  # nobody asked for this port, and anybody may have it
    return row.want.port in named or str(row.want.port) in text.text or not named


# --- nobody listens --------------------------------------------------------------------------


def _free(row: Row) -> Trouble | None:
    if not row.owner_runs and row.outgoing:
        return Trouble("port-taken-by-outgoing-connection", row, row.outgoing[0], confidence=0.95)
    taken = next((each for each in row.bound if each.process and not row.is_mine(each)), None)
    if taken is not None:
        return Trouble("listener-frozen", row, taken) if taken.is_frozen else _taken(row, taken)
    booked = _booked(row)
    if booked is not None:
        cause = "port-conflict-compose-project" if _sibling(row, booked) else "port-conflict-container"
        return Trouble(cause, row, rival=booked, confidence=0.9)
    found = row.container or next(iter(row.refused), None) or _asking(row)
    if found is not None:
        return _of_container(row, found)
    if not row.is_demanded or is_served_by_rule(row):
        return None
    if row.outgoing:
        return Trouble("port-taken-by-outgoing-connection", row, row.outgoing[0], confidence=0.9)
    if row.waiting:
        return Trouble("port-time-wait", row, confidence=0.85)
    return Trouble("service-not-listening", row, row.owner_elsewhere, confidence=0.85)


def _asking(row: Row) -> Placed | None:
    """Of a port that is demanded of nobody by name: the one container that publishes it, and does not run."""
    is_asked = row.is_demanded or row.want.source == TEXT
    if row.want.owner or not is_asked or len(row.claimants) != 1:
        return None
    return row.claimants[0] if row.claimants[0].state not in RUNNING else None


def _booked(row: Row) -> Placed | None:
    """A running container that has the port in the engine's book, without a docker-proxy."""
    wanting = row.container or next(iter(row.refused), None)
    if wanting is None or wanting.state == "running" or not is_allocated(wanting.error):
        return None
    return next((each for each in row.claimants if each is not wanting and each.state == "running"), None)


def _of_container(row: Row, found: Placed) -> Trouble | None:
    """The port's container is there, and nobody listens on the port."""
    if found.state not in RUNNING and is_denied(found.error) and row.want.port in ports_in(found.error):
        return Trouble("rootless-port", row, rival=found, confidence=0.9)
    if found.state == "created":
        return Trouble("container-never-started", row, rival=found, confidence=0.95)
    if is_looping(found):
        return Trouble("container-crash-looping", row, rival=found, confidence=0.95)
    if found.state not in ("running", "paused"):
        return Trouble("container-stopped", row, rival=found, confidence=0.95)
    cause, detail = misplaced(row, found)
    return Trouble(cause, row, rival=found, detail=detail) if cause else None
