"""Whether the port takes connections."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, unknown
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.endpoint.checks.words import attempts_table, tcp_words
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import in_docker_only
from runbooklab.model.conclusions import Judgement
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.words import listed, milliseconds


def port_reachable(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    if in_docker_only(e):
        return _past_the_ports(e)
    if e.tcp.value is None:
        return absent(e, e.tcp, f"The port at {place(e)}")
    return reached(e, e.tcp.value)


def reached(e: Evidence, attempts: tuple[TcpAttempt, ...]) -> Judgement:
    """What became of the attempts from this host."""
    connected = [attempt for attempt in attempts if attempt.outcome == "connected"]
    shown = (attempts_table(attempts),)
    if connected:
        fastest = min(connected, key=lambda attempt: attempt.ms)
        rest = [attempt.address for attempt in attempts if attempt.outcome != "connected"]
        note = f"; {listed(rest)} does not take it" if rest else ""
        return ok(f"{place(e)} accepts connections in {milliseconds(fastest.ms)}{note}.", tables=shown)
    if not attempts:
        return unknown(f"No connection to {place(e)} was tried.")
    return critical(f"{place(e)} {tcp_words(e, attempts)}.", tables=shown)


def _past_the_ports(e: Evidence) -> Judgement:
    """The URL names a container, as others on its network do: its own address is tried instead."""
    found, attempts = container(e), e.bridge_tcp.value
    if found is None or attempts is None:
        return absent(e, e.bridge_tcp, f"The port at {place(e)}")
    shown = (attempts_table(attempts),)
    taken = next((attempt for attempt in attempts if attempt.outcome == "connected"), None)
    if taken is None:
        return critical(
            f"Port {attempts[-1].port} of container {found.name} {tcp_words(e, attempts)}.", tables=shown
        )
    return ok(
        f"Container {found.name} takes connections on port {taken.port} at its own address {taken.address}.",
        tables=shown,
    )
