"""The URL as it is written."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.records import RedisAddress

Judge = Callable[[Evidence], Ruling]


def _url_judge(problem: str, what: str) -> Judge:
    """A judge of one kind of mistake in the URL."""

    def judge(e: Evidence) -> Ruling:
        config = e.config.value
        if config and config.problem and not e.target.redis_url:
            return Untested("There is no URL to judge.")
        address = e.address.value
        if address is None:
            return Untested(why_missing(e, ADDRESS))
        if address.problem != problem:
            return RuledOut(
                "The URL can be parsed." if address.problem is None else "The URL has another mistake."
            )
        said = f": {address.message.rstrip('.')}" if address.message else ""
        hint = f" A URL that can be read: {address.suggestion} (not tried)." if address.suggestion else ""
        return Supported(
            f"The URL {address.text} {what}{said}.{hint}",
            ("redis-url",),
            0.99,
            f"{_never_tries(e, address)}: the URL {what}.",
        )

    return judge


def _never_tries(e: Evidence, address: RedisAddress) -> str:
    """What a URL that redis-py refuses means for the client, which may be another one."""
    if address.for_another_client:
        return "The client of this runbook, redis-py, cannot use this URL; the orchestrator's client may"
    return "The client never tries to connect"


url_scheme_invalid = _url_judge("scheme-invalid", "does not begin with redis://, rediss:// or unix://")
url_malformed = _url_judge("malformed", "cannot be taken apart")
url_option_unknown = _url_judge("option-unknown", "has an option that the client does not know")
