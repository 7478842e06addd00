"""A wanted port with all that was seen of it: its listeners, its owner, who else asks for it."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.addresses import asked_overlaps
from runbooklab.domains.ports.readings.bind_errors import is_in_use, ports_in
from runbooklab.domains.ports.readings.owning import Holder, goes_by, holder_of, holders, known, names_of
from runbooklab.domains.ports.readings.programs import (
    container_programs,
    is_called,
    sounds_alike,
    sounds_like,
)
from runbooklab.domains.ports.readings.wanted import COMPOSE, CONFIGURED, TEXT, Wanted, wanted
from runbooklab.domains.ports.records import ComposeService, Inside, Placed, Process, Socket
from runbooklab.domains.ports.target import COMPOSE_FILE
from runbooklab.observe.docker.records import PortBinding
from runbooklab.observe.net.records import TcpAttempt

RUNNING = ("running", "paused", "restarting")


class Row(Struct, frozen=True, dict=True):
    """One wanted port of one target."""

    e: Evidence
    want: Wanted

    # --- listeners

    @cached_property
    def listeners(self) -> tuple[Holder, ...]:
        """All who listen on the port."""
        return holders(self.e, self.want.port, self.want.protocol)

    @cached_property
    def relevant(self) -> tuple[Holder, ...]:
        """Those on the address that the service is to have; without one, all."""
        wanted_at = self.bind
        if not wanted_at:
            return self.listeners
        return tuple(
            each for each in self.listeners if any(asked_overlaps(at, each.socket) for at in wanted_at)
        )

    @cached_property
    def bind(self) -> tuple[str, ...]:
        """The addresses that the port is to be on; empty if nothing says."""
        host = self.e.host.value
        if self.e.target.bind_address:
            return host.bind_addresses if host else ()
        return (self.want.address,) if self.want.address else ()

    @cached_property
    def mine(self) -> tuple[Holder, ...]:
        """The listeners that are the owner's."""
        return tuple(each for each in self.listeners if self.is_mine(each))

    @cached_property
    def foreign(self) -> tuple[Holder, ...]:
        """The relevant listeners that are known to be somebody else's."""
        return tuple(each for each in self.relevant if not self.is_mine(each) and self._is_known(each))

    def is_mine(self, holder: Holder) -> bool:
        """Whether a listener is the wanted owner's; without an owner, it is if nobody else asks."""
        owner = self.want.owner
        if not owner:
            return not self.refused or (holder.container in self.refused)
        if holder.container is not None:
            if goes_by(holder.container, owner, self.project) or self._is_beside(holder.container):
                return True
            if self.want.is_default and self.container is None and sounds_alike(holder.container, owner):
                return True
            return self.container is None and is_called(
                names_of(holder) if holder.is_host_network else container_programs(holder.container), owner
            )
        if holder.process is None or holder.is_proxy or self.container is not None:
            return False
        if is_called(names_of(holder), owner):
            return True
        return self.want.is_default and sounds_like(holder.process, owner)

    def _is_beside(self, container: Placed) -> bool:
        """Whether the owner's container is in that one's network (``network_mode: container:...``)."""
        found = self.container
        kind, _, id_ = (found.network_mode if found else "").partition(":")
        return kind == "container" and bool(container.id) and id_.startswith((container.id, container.name))

    def _is_known(self, holder: Holder) -> bool:
        """Whether it can be said whose it is: a docker-proxy is nobody's without an engine."""
        if holder.process is None:
            return False
        if self.e.containers.value is None:
            return not holder.is_proxy and not holder.process.container_id
        return not holder.is_proxy or holder.container is not None

    @cached_property
    def loose(self) -> tuple[Socket, ...]:
        """Sockets that have the port and do not listen."""
        seen = self.e.sockets.value
        return tuple(
            each
            for each in (seen.sockets if seen else ())
            if each.port == self.want.port
            and each.protocol == self.want.protocol
            and each.state not in ("LISTEN", "UNCONN")
        )

    @cached_property
    def outgoing(self) -> tuple[Holder, ...]:
        """Living connections from the port, with their owners."""
        living = ("ESTABLISHED", "SYN_SENT", "CLOSE_WAIT", "FIN_WAIT1")
        return tuple(holder_of(self.e, each) for each in self.loose if each.state in living and each.inode)

    @cached_property
    def bound(self) -> tuple[Holder, ...]:
        """Sockets on an address that is meant which have the port and do not listen, with their owners."""
        meant = self.bind or ("",)
        return tuple(
            holder_of(self.e, each)
            for each in self.loose
            if each.state == "BOUND" and any(asked_overlaps(at, each) for at in meant)
        )

    @cached_property
    def waiting(self) -> tuple[Socket, ...]:
        """Connections that are over and keep the port for a minute."""
        return tuple(each for each in self.loose if each.state in ("TIME_WAIT", "FIN_WAIT2", "LAST_ACK"))

    # --- the owner

    @cached_property
    def project(self) -> str:
        """The Compose project that is meant; "": any."""
        compose = self.e.compose_ports.value
        is_of_file = self.want.source == COMPOSE or (
            self.service is not None and not self.e.target.is_default(COMPOSE_FILE)
        )
        if self.e.target.compose_project or compose is None or not is_of_file:
            return self.e.target.compose_project
        folder = compose.path.rpartition("/")[0]
        started = (each.project for each in known(self.e) if each.project and each.folder == folder)
        return next(started, compose.project)  # it may have been started as another project, with -p

    @cached_property
    def service(self) -> ComposeService | None:
        """The owner's service in the Compose file."""
        compose, owner = self.e.compose_ports.value, self.want.owner
        named = compose.services if compose and owner else ()
        return next((each for each in named if owner in (each.name, each.container)), None)

    @cached_property
    def named(self) -> tuple[Placed, ...]:
        """The containers that go by the owner's name: the one of that very name first, then those "
        "that run."""
        owner = self.want.owner
        found = [each for each in known(self.e) if goes_by(each, owner, self.project)]
        return tuple(sorted(found, key=lambda each: (each.name != owner, each.state not in RUNNING)))

    @cached_property
    def container(self) -> Placed | None:
        """The container that is to have the port; None if the owner is none, or is not there.

        Of several with the service's name, the one that was refused the port is meant.
        """
        if self.named and self.named[0].name == self.want.owner:
            return self.named[0]
        refused = [each for each in self.named if each in self.refused_of_anybody]
        return next(iter((*refused, *self.named)), None)

    @cached_property
    def owner_process(self) -> Process | None:
        """The owner's process, if it is a program that listens elsewhere."""
        return self.owner_elsewhere.process if self.owner_elsewhere else None

    @cached_property
    def owner_elsewhere(self) -> Holder | None:
        """A listener of the owner's program on another port."""
        seen, owner = self.e.sockets.value, self.want.owner
        if seen is None or not owner or self.container is not None:
            return None
        for each in seen.sockets:
            if each.state != "LISTEN" or each.port == self.want.port:
                continue
            holder = holder_of(self.e, each)
            if holder.process and not holder.is_proxy and is_called(names_of(holder), owner):
                return holder
        return None

    @property
    def owner_runs(self) -> bool:
        """Whether the owner runs, though not on this port."""
        found = self.container
        return (found is not None and found.state in ("running", "paused")) or self.owner_process is not None

    # --- who asks for the port

    @cached_property
    def claimants(self) -> tuple[Placed, ...]:
        """The containers that ask for the port on an address that is meant."""
        return tuple(each for each in known(self.e) if self.asked_by(each))

    def asked_by(self, container: Placed) -> tuple[PortBinding, ...]:
        """The bindings of a container to the port."""
        both = dict.fromkeys((*container.asked, *container.ports))  # the engine may have chosen the number
        return tuple(
            each for each in both if each.host_port == self.want.port and each.protocol == self.want.protocol
        )

    @cached_property
    def refused_of_anybody(self) -> tuple[Placed, ...]:
        """Containers that ask for the port, do not run, and were told that it is taken; the newest first."""
        found = [
            each
            for each in self.claimants
            if each.state not in RUNNING and is_in_use(each.error) and self.want.port in self._in_error(each)
        ]
        return tuple(sorted(found, key=lambda each: each.created_at, reverse=True))

    def _in_error(self, container: Placed) -> tuple[int, ...]:
        """The ports that its error names; if it names none, all that it asks for."""
        return ports_in(container.error) or (self.want.port,)

    @cached_property
    def refused(self) -> tuple[Placed, ...]:
        """Those of them that count: the owner's containers, or anybody's if there is no owner."""
        if not self.want.owner:
            return self.refused_of_anybody
        return tuple(each for each in self.refused_of_anybody if each in self.named)

    @cached_property
    def inside(self) -> Inside | None:
        """What listens in the container that has the port; None if it was not looked into."""
        found = next((each.container for each in self.mine if each.container), self.container)
        seen = self.e.inside.value or ()
        return next((each for each in seen if found and each.container == found.name), None)

    @cached_property
    def attempts(self) -> tuple[TcpAttempt, ...]:
        """What became of connections to the port."""
        seen = self.e.connects.value or ()
        return next((each.attempts for each in seen if each.port == self.want.port), ())

    @property
    def connects(self) -> bool:
        return any(each.outcome == "connected" for each in self.attempts)

    @cached_property
    def has_no_proxy(self) -> bool:
        """Whether the port is the owner's container's, and led there by the engine's rules alone."""
        found = self.container
        return (
            not self.listeners
            and self.connects
            and found is not None
            and found.state == "running"
            and bool(self.asked_by(found))
        )

    @cached_property
    def is_demanded(self) -> bool:
        """Whether nobody listening is a fault: somebody said that the port is needed, or its owner exists.

        A port of a file is needed once its service is there.
        """
        if self.container is not None or self.refused:
            return True
        return self.want.source not in (COMPOSE, CONFIGURED, TEXT) and not self.want.is_default


def rows(e: Evidence) -> tuple[Row, ...]:
    """The wanted ports, and those that an owner's container could not have."""
    own = tuple(Row(e, want) for want in wanted(e))
    there = {(row.want.port, row.want.protocol, row.want.owner) for row in own}
    more: list[Row] = []
    for row in own:
        found = row.container
        if found is None or found.state in RUNNING or not is_in_use(found.error):
            continue
        for binding in found.asked:
            port = binding.host_port
            key = (port or 0, binding.protocol, row.want.owner)
            if port is not None and port in ports_in(found.error) and key not in there:
                there.add(key)
                want = Wanted(port, binding.protocol, row.want.owner, binding.host_ip, row.want.source)
                more.append(Row(e, want))
    return (*own, *more)
