"""From the address to the first bytes: the port, its owner, the protocol and TLS."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, warning
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import asks_for_port
from runbooklab.domains.container.readings.containers import container as redis_container
from runbooklab.domains.endpoint.checks.owner import listeners_table, owned
from runbooklab.domains.endpoint.checks.reached import reached
from runbooklab.domains.endpoint.checks.words import bytes_facts, silence
from runbooklab.domains.endpoint.readings.listeners import host_listeners as listeners_at_port
from runbooklab.domains.endpoint.readings.listeners import owner_words
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.domains.redis.checks.not_reached import skip_host_path
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import answers, ponged
from runbooklab.domains.redis.readings.destination import elsewhere, from_elsewhere
from runbooklab.domains.redis.readings.listeners import is_redis
from runbooklab.domains.redis.readings.port_holder import foreign_listener
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.observe.host.records import Listener
from runbooklab.observe.net.records import TlsAttempt
from runbooklab.words import short


def port_reachable(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    attempts = e.tcp.value
    if attempts is None:
        return absent(e, e.tcp, f"The port at {place(e)}")
    if from_elsewhere(e) and not any(attempt.outcome == "connected" for attempt in attempts):
        return skip_host_path(e)
    return reached(e, attempts)


def port_owner(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    seen = e.listeners.value
    if seen is None:
        return absent(e, e.listeners, "Who listens on the port")
    if e.host_addresses and elsewhere(e):
        return skipped(f"{place(e)} is another machine: its listeners cannot be seen from here.")
    here = listeners_at_port(e)
    shown = (listeners_table(here),) if here else ()
    if not here:
        through = " Connections are passed on by the kernel." if ponged(e) else ""
        return ok(f"Nothing on this host listens on port {seen.port}, so nothing is in the way.{through}")
    foreign = foreign_listener(e)
    if foreign is not None:
        return _foreign(e, foreign, shown)
    return owned(e, here)


def _foreign(e: Evidence, listener: Listener, shown: tuple[Table, ...]) -> Judgement:
    """The port belongs to something other than the named container."""
    owner, name, found = owner_words(listener), container_name(e), redis_container(e)
    if answers(e) and found is None:
        return ok(f"Port {listener.port} belongs to {owner}, and Redis answers there.", tables=shown)
    if not name:
        if is_redis(listener.process) or answers(e):
            return ok(f"Port {listener.port} belongs to {owner}.", tables=shown)
        return critical(f"Port {listener.port} belongs to {owner}, which is not Redis.", tables=shown)
    said = f"Port {listener.port} belongs to {owner}, not to container {name}."
    if found is not None and not asks_for_port(found, listener.port) and answers(e):
        return warning(said, tables=shown)
    return critical(said, tables=shown)


def wire_protocol(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    first = e.first_bytes.value
    if first is None:
        return absent(e, e.first_bytes, f"What answers at {place(e)}")
    if first.outcome == "not-connected":
        return (
            skip_host_path(e) if from_elsewhere(e) else skipped("Nothing was sent: there is no connection.")
        )
    if first.outcome == "resp":
        return ok(
            f"What answers at {place(e)} speaks the Redis protocol{_error(e, first)}.",
            facts=bytes_facts(first),
        )
    if ponged(e):
        return ok(
            f"Redis answers at {place(e)}; to a PING as a bare line it {_SILENT_TO_A_LINE[first.outcome]}.",
            facts=bytes_facts(first),
        )
    return critical(f"{place(e)} {silence(e, first)}.", facts=bytes_facts(first))


#: What a proxy does that takes commands as clients send them, and not as a person types them.
_SILENT_TO_A_LINE = {
    "silent": "says nothing",
    "closed": "hangs up",
    "tls": "speaks TLS",
    "not-resp": "says what is none of Redis'",
}


def _error(e: Evidence, first: FirstBytes) -> str:
    """The error that a plain PING got; being asked for the password that the URL has is none."""
    if first.code in ("", "PONG", "RESP"):
        return ""
    if first.code == "NOAUTH" and e.address.value and e.address.value.has_password:
        return " and asks for a password, which the URL has"
    return f", with the error {first.code}"


_TLS: dict[str, str] = {
    "untrusted": "its certificate is not trusted",
    "hostname-mismatch": "its certificate is for another name",
    "expired": "its certificate has expired",
    "not-yet-valid": "its certificate is not valid yet",
    "client-certificate-required": "it wants a client certificate",
    "version-mismatch": "no TLS version suits both sides",
    "ca-file-missing": "the CA file that the URL names is missing",
    "not-tls": "it does not speak TLS, and the URL says rediss://",
    "timeout": "the handshake was not answered in time",
    "closed": "the connection was closed during the handshake",
    "error": "the handshake gave an error",
}


def tls(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    seen = e.tls.value
    if seen is None:
        if e.first_bytes.value and e.first_bytes.value.outcome == "tls":
            return critical(f"{place(e)} speaks TLS, and the URL says redis:// instead of rediss://.")
        if e.address.value and e.address.value.scheme != "rediss":
            return skipped("The URL asks for no TLS.")
        return absent(e, e.tls, "TLS")
    if seen.outcome == "ok":
        return ok(f"TLS works: {seen.version or 'the handshake'} was agreed on.", facts=_tls_facts(seen))
    detail = f" ({short(seen.message)})" if seen.message else ""
    return critical(f"TLS with {place(e)} fails: {_TLS[seen.outcome]}{detail}.", facts=_tls_facts(seen))


def _tls_facts(seen: TlsAttempt) -> dict[str, str]:
    facts = {
        "Version": seen.version,
        "Certificate": seen.subject,
        "Names": ", ".join(seen.names),
        "Valid until": seen.not_after,
    }
    return {label: value for label, value in facts.items() if value}
