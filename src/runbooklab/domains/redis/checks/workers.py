"""Worker registrations: how many, what each says, and whether they come and go."""

from __future__ import annotations

from typing import Any

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, unseen, warning
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import failed_stage, failure
from runbooklab.domains.redis.readings.destination import from_elsewhere
from runbooklab.domains.redis.records.conversation import Registrations, WorkerKey
from runbooklab.domains.redis.thresholds import CLOCK_SLACK_S
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.words import duration, listed, plural, short

_PROBLEMS: dict[str, str] = {
    "wrong-type": "is of the wrong type",
    "payload-invalid": "does not parse",
    "unreadable": "could not be read",
}


def _unread(e: Evidence) -> Judgement:
    failed = failed_stage(e)
    if failed is None and from_elsewhere(e) and e.registrations.value is None:
        return unseen("The worker registrations", f"{place(e)} leads to Redis inside Docker only")
    if failed is not None:
        return skipped(f"The worker registrations: not reached ({failure(failed)}).")
    return absent(e, e.registrations, "The worker registrations")


def worker_registrations(e: Evidence) -> Judgement:
    seen, expected = e.registrations.value, e.target.expected_workers
    if seen is None:
        return _unread(e)
    usable = [key for key in seen.keys if key.problem in ("", "unreadable")]
    facts = {
        "Pattern": seen.pattern,
        "Database": str(seen.db),
        "Registered": str(len(seen.keys)),
        "Expected": str(expected) if expected else "not known",
        "Keys scanned": f"{seen.scanned:,}" + ("" if seen.complete else ", not all"),
    }
    facts |= {f"Keys in database {db}": f"{count:,}" for db, count in seen.other_dbs.items()}
    if seen.near_misses:
        facts["Similar keys"] = listed(seen.near_misses)
    more = {"facts": facts, "tables": (registrations_table(seen),) if seen.keys else ()}
    if len(usable) < len(seen.keys):
        bad = next(key for key in seen.keys if key.problem in ("wrong-type", "payload-invalid"))
        said = f"The registration {bad.key} {_PROBLEMS[bad.problem]}."
        return (critical if expected and not usable else warning)(said, **more)
    return _count(e, seen, more)


def _count(e: Evidence, seen: Registrations, more: dict[str, Any]) -> Judgement:
    count, expected = len(seen.keys), e.target.expected_workers
    registered = f"{plural(count, 'worker')} registered under {seen.pattern} in database {seen.db}"
    are = "is" if count == 1 else "are"
    said = f"There {are} {registered}"
    if not seen.complete and count < max(expected, 1):
        return unknown(f"{said} in the {seen.scanned:,} keys that were read, which are not all.", **more)
    if count >= expected:
        return ok(f"{said}{f', {expected} expected' if expected else ', and no number is expected'}.", **more)
    return (warning if count else critical)(f"{said}, and {expected} should be.", **more)


def registrations_table(seen: Registrations) -> Table:
    rows = [
        (
            key.key,
            key.type,
            ttl_words(key),
            heartbeat_words(key),
            key.address,
            _answer_words(key),
            key.problem,
        )
        for key in seen.keys
    ]
    columns = ("Key", "Type", "Expires in", "Last heartbeat", "Address", "Answers", "Problem")
    return table(columns, rows, "Registrations")


def ttl_words(key: WorkerKey) -> str:
    if key.ttl_ms is None:
        return "not asked"
    return "never" if key.ttl_ms == -1 else "gone" if key.ttl_ms < -1 else duration(key.ttl_ms / 1000)


def heartbeat_words(key: WorkerKey) -> str:
    if key.heartbeat_age_s is None:
        return ""
    if key.heartbeat_age_s < 0:
        return f"{duration(-key.heartbeat_age_s)} ahead of Redis"
    return f"{duration(key.heartbeat_age_s)} ago"


def _answer_words(key: WorkerKey) -> str:
    return {None: "not tried", True: "yes", False: "no"}[key.address_answers]


def worker_details(e: Evidence) -> Judgement:
    seen = e.registrations.value
    if seen is None:
        return _unread(e)
    if not seen.keys:
        return skipped("No worker is registered: there is nothing to show.")
    rows = [(key.key, short(key.value), ttl_words(key)) for key in seen.keys]
    more = {"tables": (registrations_table(seen), table(("Key", "Value", "Expires in"), rows, "Values"))}
    troubles = [trouble for key in seen.keys for trouble in _troubles(key)]
    if troubles:
        rest = f" (and {plural(len(troubles) - 1, 'more trouble')})" if len(troubles) > 1 else ""
        return warning(f"{troubles[0]}{rest}.", **more)
    first = seen.keys[0]
    at = f" at {first.address}" if first.address else ""
    return ok(f"{plural(len(seen.keys), 'registration')} can be read, such as {first.key}{at}.", **more)


def _troubles(key: WorkerKey) -> list[str]:
    """What is wrong with one registration, a clause each."""
    troubles = [f"{key.key} {_PROBLEMS[key.problem]}"] if key.problem else []
    if key.address_answers is False:
        troubles.append(f"{key.key} says it is at {key.address}, and nothing answers there")
    if key.heartbeat_age_s is not None and key.heartbeat_age_s < -CLOCK_SLACK_S:
        troubles.append(f"the clock of {key.key} is {duration(-key.heartbeat_age_s)} ahead of Redis")
    return troubles


def worker_registration_watch(e: Evidence) -> Judgement:
    seen = e.registrations.value
    if seen is None:
        return _unread(e)
    if not seen.keys and not seen.changed:
        return skipped("No worker is registered: there is nothing to watch.")
    gone = list(seen.gone)
    facts = {"Watched": str(len(seen.keys)), "Changed": listed(seen.changed, 20)}
    if gone:
        return warning(f"{listed(gone)} came or went between two readings.", facts=facts)
    if seen.changed:
        return ok(f"{plural(len(seen.changed), 'registration')} changed between two readings.", facts=facts)
    return ok(f"None of {plural(len(seen.keys), 'registration')} changed between two readings.", facts=facts)
