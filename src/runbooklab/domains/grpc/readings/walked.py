"""One worker from its caller's side: who calls it, by which way, and what answers there."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.records import (
    GRPC_OWN,
    Call,
    ClientCall,
    Containers,
    Endpoint,
    Resolver,
    Settings,
    Talk,
    TlsSeen,
    Walk,
    WireSeen,
)
from runbooklab.observe.docker.records import Container

#: How a proxy says that the server behind it cannot be reached. Source: RFC 9110, 15.6.3 to 15.6.5.
_GATEWAY_ERRORS = ("HTTP 502", "HTTP 503", "HTTP 504")
#: Handshakes that a TLS server alone gives.
_TLS_SPOKEN = ("ok", "client-certificate-required", "version-mismatch", "no-common-protocol")


class Walked(Struct, frozen=True, dict=True):
    """One endpoint of the run as its caller meets it; None or "" where nothing was seen."""

    e: Evidence
    end: Endpoint

    # --- who calls

    @property
    def from_container(self) -> bool:
        """Whether the orchestrator is a container with a network of its own."""
        seen = self.e.inside_walks.value
        return bool(self.e.target.orchestrator_container) and not (seen is not None and seen.same_as_host)

    @property
    def client(self) -> str:
        """Whence it is called, to go on in a sentence."""
        name = self.e.target.orchestrator_container
        return f"from container {name}" if name else "from this host"

    @cached_property
    def orchestrator(self) -> Container | None:
        known, name = self.known, self.e.target.orchestrator_container
        found = places.named(known, name) if known is not None and name else None
        look = self.e.orchestrator.value
        return found or (look.found if look is not None else None)

    @property
    def settings(self) -> Settings:
        seen = self.e.workers.value
        return seen.settings if seen is not None else Settings()

    @property
    def known(self) -> Containers | None:
        return self.e.containers.value

    # --- what a real client sees

    def client_call(self, resolver: Resolver) -> ClientCall | None:
        """The call by that resolver, from this host; None if it was not made."""
        seen = self.e.clients.value
        calls = seen.calls if seen is not None else ()
        return next((c for c in calls if (c.address, c.resolver) == (self.end.address, resolver)), None)

    @property
    def client_inside(self) -> ClientCall | None:
        """The call from the orchestrator's network; None if it was not made."""
        seen = self.e.inside_clients.value
        calls = seen.calls if seen is not None else ()
        return next((call for call in calls if call.address == self.end.address), None)

    # --- the way

    @cached_property
    def walk(self) -> Walk | None:
        """The way as the orchestrator has it; None if it was not walked."""
        inside = bool(self.e.target.orchestrator_container)
        seen = self.e.inside_walks.value if inside else self.e.walks.value
        walks = seen.walks if seen is not None else ()
        found = next((walk for walk in walks if walk.address == self.end.address), None)
        return found if found is None or found.name.outcome != "unknown" else None

    @property
    def addresses(self) -> tuple[str, ...]:
        return self.walk.name.addresses if self.walk is not None else ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Of the connections that were tried."""
        return tuple(attempt.outcome for attempt in self.walk.tcp) if self.walk is not None else ()

    @property
    def connects(self) -> bool:
        return "connected" in self.outcomes

    @property
    def is_refused(self) -> bool:
        return bool(self.outcomes) and not self.connects and "refused" in self.outcomes

    @property
    def times_out(self) -> bool:
        return (
            bool(self.outcomes) and not self.connects and not self.is_refused and "timeout" in self.outcomes
        )

    @property
    def has_no_route(self) -> bool:
        return bool(self.outcomes) and set(self.outcomes) <= {"no-route"}

    @property
    def wire(self) -> WireSeen | None:
        return self.walk.wire if self.walk is not None else None

    @property
    def tls(self) -> TlsSeen | None:
        return self.walk.tls if self.walk is not None else None

    @property
    def talk(self) -> Talk | None:
        return self.walk.talk if self.walk is not None else None

    @property
    def speaks_tls(self) -> bool:
        """Whether a TLS server answers there."""
        return self.tls is not None and self.tls.handshake in _TLS_SPOKEN

    @property
    def is_silent(self) -> bool:
        """Connected, and neither a byte nor a handshake comes back."""
        wire = self.wire
        return wire is not None and wire.outcome == "silent" and not self.speaks_tls and not self.greets

    @property
    def is_cut_off(self) -> bool:
        """Connected, and closed at once without a byte, whatever is said."""
        wire = self.wire
        return wire is not None and wire.outcome == "closed" and not wire.http_status and not self.speaks_tls

    @property
    def greets(self) -> bool:
        """Whether HTTP/2 settings have come."""
        talk = self.talk
        plain = self.wire is not None and self.wire.outcome == "http2"
        return plain or (talk is not None and talk.settings_ms is not None)

    def call(self, name: str) -> Call | None:
        """One call of the conversation."""
        calls = self.talk.calls if self.talk is not None else ()
        return next((call for call in calls if call.name == name), None)

    @property
    def services(self) -> tuple[str, ...]:
        """What reflection lists, without gRPC's own."""
        listed = self.call("reflection")
        return tuple(name for name in (listed.services if listed else ()) if not name.startswith(GRPC_OWN))

    @property
    def lists_services(self) -> bool:
        listed = self.call("reflection")
        return listed is not None and listed.code == "OK" and bool(listed.services)

    # --- what answers

    @property
    def answers(self) -> bool:
        """Whether it answers calls itself, with whatever status."""
        talk = self.talk
        return (
            talk is not None
            and not self.gateway_error
            and any(call.outcome == "answered" for call in talk.calls)
        )

    @property
    def gateway_error(self) -> str:
        """What a proxy before the worker says that cannot reach it; "" if none says so.

        nginx and HAProxy answer with a status of HTTP, Envoy with UNAVAILABLE, which no server gives for a
        method that it does not know.
        """
        call = self.call("nothing")
        if call is None:
            return ""
        if call.outcome == "not-grpc" and call.message.startswith(_GATEWAY_ERRORS):
            return call.message
        return f"UNAVAILABLE: {call.message}".rstrip(": ") if call.code == "UNAVAILABLE" else ""
