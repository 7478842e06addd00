"""TLS: the reason the handshake gives decides."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.readings.address import place, url
from runbooklab.domains.endpoint.probes.table import FIRST_BYTES
from runbooklab.domains.redis.causes.preconditions import Judge, client_is
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import TLS
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.listeners import inside_answers
from runbooklab.domains.redis.readings.logs import quote, said


def _tls_judge(outcomes: tuple[str, ...], what: str, confidence: float = 0.97) -> Judge:
    """A judge of one way in which a handshake fails."""

    @needs(ADDRESS)
    def judge(e: Evidence) -> Ruling:
        address = url(e)
        if address is None or address.scheme != "rediss":
            return RuledOut("The URL does not ask for TLS.")
        seen = e.tls.value
        if seen is None:
            return Untested(why_missing(e, TLS))
        if seen.outcome not in outcomes:
            return RuledOut(f"The handshake: {seen.outcome}.")
        details = [f"valid until {seen.not_after}"] if seen.not_after and "expired" in outcomes else []
        details += (
            [f"its names are {', '.join(seen.names)}"]
            if seen.names and "hostname-mismatch" in outcomes
            else []
        )
        details += [seen.message.rstrip(".")] if seen.message else []
        return Supported(
            f"The TLS handshake with {place(e)} fails: {what}{''.join(f'; {detail}' for detail in details)}.",
            ("tls",),
            confidence,
            f"TLS fails: {what}.",
        )

    return judge


tls_untrusted = _tls_judge(("untrusted",), "the client does not trust the server's certificate")
tls_hostname_mismatch = _tls_judge(("hostname-mismatch",), "the certificate is for another host name")
tls_expired = _tls_judge(("expired", "not-yet-valid"), "the certificate is not valid at this time")
tls_client_certificate_required = _tls_judge(
    ("client-certificate-required",), "Redis asks for a client certificate and gets none"
)
tls_version_mismatch = _tls_judge(("version-mismatch",), "client and server share no TLS version")
tls_ca_file_missing = _tls_judge(("ca-file-missing",), "the certificate file named in the URL does not exist")


@needs(ADDRESS)
def tls_to_plain_port(e: Evidence) -> Ruling:
    address, seen = url(e), e.tls.value
    if address is None or address.scheme != "rediss":
        return RuledOut("The URL does not ask for TLS.")
    if seen is None:
        return Untested(why_missing(e, TLS))
    summary = f"The URL says rediss:// (TLS), but {place(e)} speaks plain Redis."
    if seen.outcome == "not-tls":
        return Supported(
            f"What answers the handshake at {place(e)} is not TLS: {seen.message or 'plain text'}.",
            ("tls",),
            0.96,
            summary,
        )
    if seen.outcome in ("timeout", "closed") and inside_answers(e):
        return Supported(
            f"The handshake with {place(e)} gets no answer, and a plain PING inside the container does.",
            ("tls", "redis-ping-inside"),
            0.93,
            summary,
        )
    return RuledOut(f"The handshake: {seen.outcome}.")


@client_is("closed", "silent", "error", "not-redis")
@needs(ADDRESS)
def plain_to_tls_port(e: Evidence) -> Ruling:
    address, first = url(e), e.first_bytes.value
    if address is None or address.scheme != "redis":
        return RuledOut("The URL asks for TLS.")
    line = said(e, "tls-wrong-version")
    summary = f"{place(e)} speaks TLS, but the URL says redis:// (plain)."
    if first and first.outcome == "tls":
        alert = f"What answers a plain PING at {place(e)} is a TLS alert."
        greeted = f"{place(e)} closes a plain connection without an answer, and answers a TLS handshake."
        return Supported(alert if first.text else greeted, ("wire-protocol",), 0.96, summary)
    if line and client_outcome(e) == "closed":
        return Supported(
            f"The connection is cut off, and Redis' log says {quote(line)}.",
            ("wire-protocol", "redis-logs"),
            0.95,
            summary,
        )
    if first is None and e.logs.value is None:
        return Untested(why_missing(e, FIRST_BYTES))
    return RuledOut("Neither the first bytes nor the log speak of TLS.")
