"""Commands that a server does not know because somebody renamed them or switched them off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import failed_stage, info
from runbooklab.domains.redis.readings.credentials import auth_is_unknown

#: Source: Redis' own wording, with the quotes of its versions 3 to 7.
_UNKNOWN = re.compile(r"unknown command [`'\"]?(?P<name>[A-Za-z]+)", re.IGNORECASE)
#: What a client cannot do without; a run asks others of its own, which say nothing of the client.
NEEDED = ("AUTH", "SELECT", "GET", "SET", "SCAN", "HGET", "HSCAN", "EXPIRE")
#: Only the search for registrations needs it: an orchestrator may know its workers otherwise.
FOR_SEARCH = ("SCAN", "HSCAN")


def command_renamed(e: Evidence) -> Ruling:
    talk = e.redis.value
    if info(e).get("redis_mode") == "sentinel":
        return RuledOut("A Sentinel answers, which knows other commands than Redis.")
    if talk is None:
        return Untested("There was no conversation with Redis.")
    unknown = (match["name"].upper() for said in _answers(e) if (match := _UNKNOWN.search(said)))
    name = "AUTH" if auth_is_unknown(e) else next((name for name in unknown if name in NEEDED), "")
    if not name:
        return RuledOut("Redis knows every command that was sent to it.")
    config = e.server_config.value
    place = f" ({config.renamed[name]})" if config and name in config.renamed else ""
    return Supported(
        f"Redis does not know the command {name}: it was renamed or switched off by rename-command{place}.",
        ("redis-authentication" if name == "AUTH" else "redis-ping",),
        0.95 if place else 0.9,
        f"The command {name}, which clients need, has been renamed or switched off in Redis{place}.",
        severity="warning" if name in FOR_SEARCH else None,
    )


def _answers(e: Evidence) -> Iterator[str]:
    """What Redis said when it refused something, the first step first."""
    talk, stage = e.redis.value, failed_stage(e)
    if stage is not None:
        yield stage.message
    if talk is not None:
        yield from (step.message for step in (*talk.reads, *((talk.write,) if talk.write else ())))
    if e.registrations.missing is not None:
        yield e.registrations.missing.detail
