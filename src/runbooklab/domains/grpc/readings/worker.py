"""One worker as the rules see it: the way to it, its container and its listeners, put together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from runbooklab.domains.container.readings.containers import is_limited, is_running
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.readings.walked import Walked
from runbooklab.domains.grpc.records import (
    Containers,
    Inside,
    Owner,
)
from runbooklab.domains.grpc.thresholds import (
    ALWAYS_THROTTLED_SHARE,
    LATE_IF_ALWAYS_MS,
    LATE_SETTINGS_MS,
    MUCH_THROTTLED_SHARE,
)
from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.records import Listener
from runbooklab.observe.net.addresses import HOST_NAMES


class Worker(Walked, frozen=True, dict=True):
    """One endpoint of the run, with all that was seen of it; None or "" where nothing was."""

    # --- where it leads

    @cached_property
    def leads_here(self) -> bool:
        """Whether the address is this host's, as the orchestrator sees it."""
        if self.end.host.lower() in HOST_NAMES:
            return True
        own = {places.plain(each) for each in self.e.host_addresses}
        tried = self.addresses
        if self.from_container:
            return any(places.plain(each) in own and not places.is_loopback(each) for each in tried)
        return any(
            places.is_loopback(each) or places.is_any(each) or places.plain(each) in own for each in tried
        )

    @cached_property
    def named(self) -> Container | None:
        """The container that is given for the worker, if it was found."""
        name = self.e.target.worker_container
        return places.named(self.known, name) if name and self.known is not None else None

    @cached_property
    def reached(self) -> Container | None:
        """The container that the endpoint leads to."""
        known = self.known
        if known is None:
            return None
        for address in self.addresses:
            if (found := places.with_address(known, address)) is not None:
                return found
        if self.leads_here:
            return self._of_host_port(known)
        if not places.is_loopback(self.end.host) and self.end.host.lower() != "localhost":
            return places.named(known, self.end.host)
        return None

    def _of_host_port(self, known: Containers) -> Container | None:
        ids = {owner.container_id for owner in self.owners} - {""}
        on_host = next((each for each in known.found if each.id in ids), None)
        found = on_host or places.publishing(known, self.end.port)
        if found is None and self.e.owners.value is not None and not self.owners and not self.from_container:
            return places.listening_inside(known, self.e.insides.value or (), self.end.port)
        return found

    @cached_property
    def container(self) -> Container | None:
        """The worker's container: the one that is given, else the one that the endpoint leads to."""
        several = self.e.workers.value is not None and len(self.e.workers.value.endpoints) > 1
        if several and self.reached is not None:
            return self.reached
        return self.named or self.reached

    @property
    def runs(self) -> bool:
        """Whether the worker's container is known and running, and not paused."""
        return self.container is not None and self.container.state == "running"

    @property
    def on_host_network(self) -> bool:
        return self.container is not None and self.container.network_mode == "host"

    @cached_property
    def inside(self) -> Inside | None:
        """The worker's container from inside."""
        found = self.container
        seen = self.e.insides.value or ()
        return next((each for each in seen if found is not None and each.container == found.name), None)

    @property
    def by_host_port(self) -> bool:
        """Whether the worker's container is behind a port of this host."""
        return self.leads_here and not self.on_host_network

    @property
    def inner_port(self) -> int:
        """The port inside the container that the endpoint leads to; 0 if it leads to none."""
        if self.container is None or not self.by_host_port:
            return self.end.port
        bound = places.binding_to(self.container, self.end.port)
        return bound.container_port if bound is not None else 0

    # --- who listens

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Listeners of this host at the endpoint's port, if it leads here."""
        seen = self.e.owners.value
        if seen is None or not self.leads_here:
            return ()
        return tuple(each for each in seen.listeners if each.port == self.end.port)

    @property
    def programs(self) -> tuple[Owner, ...]:
        """Those of them that are programs of their own, and no docker-proxy."""
        return tuple(each for each in self.owners if each.process != "docker-proxy")

    @cached_property
    def inner_listeners(self) -> tuple[Listener, ...] | None:
        """All listeners in the worker's container but Docker's own; None if they are not known."""
        inside = self.inside
        if inside is None or not inside.listeners_known or self.on_host_network:
            return None
        return tuple(each for each in inside.listeners if places.plain(each.address) != places.DOCKER_DNS)

    @property
    def _leads_to_container(self) -> bool:
        """Whether the endpoint ends in the worker's container."""
        reached = self.reached
        own = self.container is not None and reached is not None and reached.id == self.container.id
        return own or (self.by_host_port and reached is None and self.named is not None)

    @property
    def target_listeners(self) -> tuple[str, ...] | None:
        """The addresses that are listened on at the port where the endpoint ends; None if not known."""
        if self.container is not None and not self.on_host_network and self._leads_to_container:
            found = self.inner_listeners
            if found is None:
                return None
            return tuple(each.address for each in found if each.port == self.inner_port)
        if self.leads_here and self.e.owners.value is not None:
            return tuple(each.address for each in self.owners)
        return None

    @property
    def beyond(self) -> str:
        """How a connection to the container's own address ends, behind a published port; "" if not tried."""
        inside = self.inside
        if inside is None or not self.by_host_port or not self.inner_port:
            return ""
        found = [each.outcome for each in inside.bridge if each.port == self.inner_port]
        return "connected" if "connected" in found else next(iter(found), "")

    # --- how its process does

    @cached_property
    def frozen(self) -> str:
        """The process that does not go on, in words; "" if none is seen so."""
        inside = self.inside
        processes = [(each.pid, each.name, each.state) for each in (inside.processes if inside else ())]
        processes += [(each.pid or 0, each.process, each.state) for each in self.programs]
        held = next((each for each in processes if each[2] in ("T", "D")), None)
        if held is None:
            return ""
        how = "is stopped by a signal (state T)" if held[2] == "T" else "waits for a device (state D)"
        return f"process {held[0]} ({held[1]}) {how}"

    @property
    def frozen_pid(self) -> int:
        """The process that does not go on; 0 if none is seen so."""
        words = self.frozen.split()
        return int(words[1]) if words else 0

    @property
    def is_limited(self) -> bool:
        """Whether its container may use a part of the processors only."""
        return self.container is not None and is_limited(self.container)

    @property
    def is_throttled(self) -> bool:
        """Whether its container was held back in most of its periods, and answers late or not."""
        inside = self.inside
        if inside is None or not inside.periods or inside.throttled is None or inside.throttled < 2:
            return False
        part = inside.throttled / inside.periods
        always = part >= ALWAYS_THROTTLED_SHARE and self.slowest_ms > LATE_IF_ALWAYS_MS
        return part >= MUCH_THROTTLED_SHARE and (self.is_late or always)

    @property
    def slowest_ms(self) -> float:
        """The longest time that anything took which the server answered."""
        talk, inside = self.talk, self.inside
        times = [call.ms for call in talk.calls] if talk is not None else []
        times += [talk.settings_ms] if talk is not None and talk.settings_ms is not None else []
        times += [inside.greeting_ms] if inside is not None and inside.greeting_ms is not None else []
        return max(times, default=0.0)

    @property
    def is_late(self) -> bool:
        """Whether what the server does is slow: its first frame, or its calls."""
        talk = self.talk
        if talk is None:
            return not self.connects or self.is_silent
        if talk.settings_ms is None:
            return True
        return self.slowest_ms > LATE_SETTINGS_MS or any(call.outcome == "timeout" for call in talk.calls)

    @property
    def is_paused(self) -> bool:
        return self.container is not None and self.container.state == "paused"

    @property
    def is_down(self) -> bool:
        """Whether its container is known and does not run."""
        return self.container is not None and not is_running(self.container)


def workers(e: Evidence) -> tuple[Worker, ...]:
    """The workers of the run."""
    seen = e.workers.value
    return tuple(Worker(e, end) for end in seen.endpoints) if seen is not None else ()


def others(e: Evidence, address: str) -> Iterator[Worker]:
    """The workers of the run but the one at ``address``."""
    return (each for each in workers(e) if each.end.address != address)
