"""What answers at the port, by its first bytes."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, unknown, warning
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.endpoint.checks.words import bytes_facts
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.model.conclusions import Judgement
from runbooklab.words import duration, milliseconds, short


def what_answers(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    first = e.first_bytes.value
    if first is None:
        return absent(e, e.first_bytes, f"What answers at {place(e)}")
    at, facts = f"What answers at {place(e)}", bytes_facts(first)
    if first.outcome == "not-connected":
        return skipped("Nothing was sent: there is no connection.")
    if first.outcome == "resp":
        code = "" if first.code in ("", "PONG", "RESP") else f"; it said {first.code}"
        return ok(f"{at} speaks RESP, the protocol that the URL names{code}.", facts=facts)
    if first.outcome == "tls":
        return critical(f"{at} speaks TLS, and the URL says redis:// instead of rediss://.", facts=facts)
    if first.outcome == "closed":
        after = f" after {milliseconds(first.closed_after_ms)}" if first.closed_after_ms is not None else ""
        return warning(f"{at} accepts the connection and closes it{after} without an answer.", facts=facts)
    if first.outcome == "silent":
        return unknown(
            f"{at} accepts the connection and says nothing for {duration(e.target.probe_timeout_s)}."
        )
    return critical(
        f"{at} does not speak RESP, the protocol that the URL names; it said: {short(first.text, 80)}",
        facts=facts,
    )
