"""How connections and first bytes are named in sentences, facts and tables."""

from __future__ import annotations

from runbooklab.domain.judgement import table
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.model.conclusions import Table
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.words import duration, milliseconds, short

_TCP: dict[str, str] = {
    "refused": "refuses the connection: nothing listens there",
    "timeout": "does not answer a connection attempt within {timeout}: packets are dropped on the way",
    "no-route": "cannot be reached: there is no route to it",
    "reset": "resets the connection",
    "socket-missing": "is a socket that does not exist",
    "socket-permission": "is a socket that may not be opened",
    "error": "gives an error",
}


def tcp_words(e: Evidence, attempts: tuple[TcpAttempt, ...]) -> str:
    """What became of connection attempts that all failed, to finish a sentence about the address."""
    first = attempts[-1]
    detail = f" ({short(first.message)})" if first.outcome == "error" and first.message else ""
    return _TCP[first.outcome].format(timeout=duration(e.target.probe_timeout_s)) + detail


def attempts_table(attempts: tuple[TcpAttempt, ...]) -> Table:
    rows = [
        (attempt.address, str(attempt.port), attempt.outcome, milliseconds(attempt.ms))
        for attempt in attempts
    ]
    return table(("Address", "Port", "Outcome", "Time"), rows, "Connection attempts")


def silence(e: Evidence, first: FirstBytes) -> str:
    """What was met instead of the protocol that the URL names, to finish a sentence about the address."""
    if first.outcome == "tls":
        return "speaks TLS, and the URL says redis:// instead of rediss://"
    if first.outcome == "closed":
        after = f" after {milliseconds(first.closed_after_ms)}" if first.closed_after_ms is not None else ""
        return f"accepts the connection and closes it{after} without an answer"
    if first.outcome == "silent":
        return f"accepts the connection and says nothing for {duration(e.target.probe_timeout_s)}"
    return f"does not speak the Redis protocol; it said: {short(first.text, 80)}"


def bytes_facts(first: FirstBytes) -> dict[str, str]:
    return {"First bytes": first.text} if first.text else {}
