"""Causes that only the client's own error text can show: Redis never hears of them."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domain.preconditions import needs
from runbooklab.domains.redis.causes.preconditions import Judge
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client_outcome import OUTCOME_WORDS, client_outcome
from runbooklab.domains.redis.readings.error_signs import signs_of
from runbooklab.domains.redis.readings.logs import quote
from runbooklab.domains.redis.readings.rejections import rejections
from runbooklab.words import plural


def _client_judge(cause: str, summary: str) -> Judge:
    """A judge that rests on the error text, and gives way if Redis itself rejects connections."""

    @needs(ERROR_TEXT)
    def judge(e: Evidence) -> Ruling:
        text = e.error_text.value
        assert text is not None
        sign = next((sign for sign in signs_of(text) if cause in sign.causes), None)
        if sign is None:
            return RuledOut("The error text does not say so.")
        rejected = rejections(e)
        if rejected.count and cause == "pool-exhausted":
            return RuledOut(
                f"Redis itself has rejected {plural(rejected.count, 'connection')} {rejected.since}."
            )
        seen = client_outcome(e)
        if seen not in (None, "pong"):
            return RuledOut(f"The client {OUTCOME_WORDS[seen]}: that explains the error text as well.")
        healthy = " Redis itself answers." if seen == "pong" else ""
        return Supported(
            f"The error text says {quote(sign.name)}.{healthy}",
            ("error-text",),
            0.9 if healthy else 0.7,
            summary,
        )

    return judge


pool_exhausted = _client_judge(
    "pool-exhausted", "The client has used up its own connection pool; Redis would take more connections."
)
blocking_timeout = _client_judge(
    "blocking-timeout", "The client gives up waiting for a blocking command before Redis is due to answer."
)
client_file_descriptors = _client_judge(
    "client-file-descriptors", "The client's process has no file descriptors left to open a connection."
)
client_ports_exhausted = _client_judge(
    "client-ports-exhausted", "The client's machine has no local ports left for new connections."
)
