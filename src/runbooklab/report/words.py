"""The words and orders that the page and the cells share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from runbooklab.model.conclusions import WORST_FIRST, Table

#: Worst first, by name: a stored report may hold a status that is none.
STATUSES: tuple[str, ...] = WORST_FIRST

STATUS_WORDS = {
    "ok": "OK",
    "warning": "Warning",
    "critical": "Critical",
    "unknown": "Not observed",
    "skipped": "Skipped",
}

#: After a number, as in "3 not observed".
TALLY_WORDS = {
    "ok": "OK",
    "warning": "with a warning",
    "critical": "critical",
    "unknown": "not observed",
    "skipped": "skipped",
}

VERDICT_WORDS = {"ok": "OK", "warning": "Warning", "critical": "Critical", "unknown": "Unknown"}

VANTAGE_WORDS = {
    "host": "From this host",
    "redis-container": "Inside the Redis container",
    "orchestrator-container": "Inside the orchestrator's container",
}

RUNG_WORDS = {
    "configuration": "Configuration",
    "name": "Name resolution",
    "tcp": "TCP connection",
    "tls": "TLS",
    "protocol": "Redis protocol",
    "authentication": "Authentication",
    "database": "Database",
    "ping": "PING",
    "role": "Role",
    "capacity": "Capacity",
    "registrations": "Worker registrations",
}

#: Rung -> what its failing means, for a reader who has never seen Redis.
PLAIN_WORDS = {
    rung: f"Redis is a small database in memory through which the orchestrator finds its workers. {means}"
    for rung, means in {
        "docker": "It runs in a container, a sealed-off program under Docker, and there the fault lies.",
        "access": "What is needed to look at it is not open to this run.",
        "prevention": "It works now; what would soften or prevent its next failure is missing.",
        "configuration": "The orchestrator's own settings do not say in a usable way where it is.",
        "name": "Its address is a name, and that name leads nowhere or to the wrong machine.",
        "tcp": "The orchestrator gets no usable connection to it, so it finds no workers.",
        "tls": "The two do not agree on how to encrypt the connection, so it is not used.",
        "protocol": "A connection opens, but no Redis speaks at its other end.",
        "authentication": "It answers, but does not accept the user name or password it is given.",
        "database": "It answers, but the part of it that is asked for cannot be used.",
        "ping": "A connection opens, but it is not ready to serve.",
        "role": "It answers, but not as the server that accepts changes.",
        "capacity": "It answers, but has reached a limit: memory, connections or disk.",
        "registrations": "It answers; what the workers should have written there is missing or wrong.",
    }.items()
}

RISK_WORDS = {"none": "no risk", "low": "low risk", "medium": "medium risk", "high": "high risk"}


def worst(statuses: Iterable[str]) -> str:
    """The worst of ``statuses``, "" where there are none."""
    return min(statuses, key=STATUSES.index, default="")


def unlabelled(sentence: str) -> str:
    """A sentence to stand under the label "Not observed", without saying so again."""
    rest = sentence.removeprefix("Not observed: ")
    return rest[:1].upper() + rest[1:]


def beside_badge(summary: str, status: str) -> str:
    """A finding's sentence to stand beside its status, without saying that status again."""
    return summary.replace(": not observed (", " (", 1) if status == "unknown" else summary


def uncapitalised(phrase: str) -> str:
    """A phrase to stand within a sentence."""
    return phrase[:1].lower() + phrase[1:]


def title(check_id: str) -> str:
    """A check's or a rung's name in words: ``redis-container`` is ``Redis container``."""
    words = check_id.replace("-", " ")
    for wrong, right in _NAMES:
        words = re.sub(rf"\b{wrong}\b", right, words)
    return words[:1].upper() + words[1:]


_NAMES = (
    ("redis", "Redis"), ("docker", "Docker"), ("python", "Python"),
    ("tls", "TLS"), ("tcp", "TCP"), ("url", "URL"), ("ping", "PING"),
    ("healthcheck", "health check"), ("preflight", "pre-flight"),
)  # fmt: skip


def duration(ms: float) -> str:
    """A duration in the unit a person would choose.

    >>> duration(0.42), duration(340), duration(1234), duration(192_000)
    ('0.4 ms', '340 ms', '1.2 s', '3 min 12 s')
    """
    if ms < 10:
        return f"{ms:.1f} ms"
    if ms < 1_000:
        return f"{ms:.0f} ms"
    if ms < 60_000:
        return f"{ms / 1_000:.1f} s"
    minutes, seconds = divmod(round(ms / 1_000), 60)
    return f"{minutes} min {seconds} s"


_NUMBER = re.compile(
    r"[-+]?[0-9][0-9,_ ]{0,30}(?:\.[0-9]{1,12})?(?: ?(?:%|[kKMGT]?i?B|[mµu]?s|min|h|d|MHz|/s))?"
)


def filled_columns(table: Table) -> Table:
    """``table`` without the columns in which no row has anything."""
    width = max([len(table.columns), *map(len, table.rows)])
    filled = [n for n in range(width) if any(row[n].strip() for row in table.rows if n < len(row))]
    if not table.rows or len(filled) == width:
        return table
    return replace(
        table,
        columns=tuple(table.columns[n] for n in filled if n < len(table.columns)),
        rows=tuple(tuple(row[n] for n in filled if n < len(row)) for row in table.rows),
    )


def numeric_columns(table: Table) -> tuple[bool, ...]:
    """For each column, whether all that stands in it is numbers with their units.

    A row may be longer than the head; its surplus cells are columns too.
    """
    width = max([len(table.columns), *map(len, table.rows)])
    columns = ([row[index].strip() for row in table.rows if index < len(row)] for index in range(width))
    return tuple(any(cells) and all(map(_is_number_or_gap, cells)) for cells in columns)


def _is_number_or_gap(cell: str) -> bool:
    return cell in ("", "-", "–") or _NUMBER.fullmatch(cell) is not None
