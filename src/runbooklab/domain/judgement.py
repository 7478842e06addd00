"""How a check says what it found, and that something could not be observed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runbooklab.model.conclusions import Judgement, Table, Unseen
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing, Observation
from runbooklab.words import duration, short

#: The most rows of a finding's table.
MOST_ROWS = 50

_REASONS: dict[str, str] = {
    "deadline": "it took longer than {timeout}",
    "permission": "permission was denied",
    "unreachable": "what it is observed through does not answer",
    "unsupported": "this is not supported here",
    "error": "looking failed",
}


def ok(summary: str, **more: Any) -> Judgement:
    return Judgement("ok", summary, **more)


def warning(summary: str, **more: Any) -> Judgement:
    return Judgement("warning", summary, **more)


def critical(summary: str, **more: Any) -> Judgement:
    return Judgement("critical", summary, **more)


def unknown(summary: str, **more: Any) -> Judgement:
    return Judgement("unknown", summary, **more)


def skipped(summary: str, **more: Any) -> Judgement:
    return Judgement("skipped", summary, **more)


def unseen(what: str, reason: str, **more: Any) -> Judgement:
    """The judgement on something that could not be observed, and why.

    ``what`` names the thing, to begin a sentence with: "The container's log".
    """
    return unknown(f"{what}: not observed ({reason}).", missing=Unseen(what, reason), **more)


def absent(e: Evidence, seen: Observation[Any], what: str) -> Judgement:
    """The judgement on a probe without a value: ``skipped`` if it does not apply, else ``unknown``.

    ``what`` as for :func:`unseen`.
    """
    missing = seen.missing or Missing("error", "the probe gave nothing")
    if missing.reason == "not-applicable":
        detail = _detail(missing)
        reason = f" ({detail})" if detail not in ("", "not looked at") else ""
        return skipped(f"{what}: not checked{reason}.")
    return unseen(what, why(e, missing))


def why(e: Evidence, missing: Missing) -> str:
    """Why something is missing, to finish a sentence with."""
    detail = "" if missing.reason == "deadline" else _detail(missing)
    return detail or _REASONS.get(missing.reason, missing.reason).format(
        timeout=duration(e.target.probe_timeout_s)
    )


def _detail(missing: Missing) -> str:
    return short(missing.detail).rstrip(".")


def table(
    columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], caption: str = "", most: int = MOST_ROWS
) -> Table:
    """A table of at most ``most`` rows; says how many were cut."""
    return Table(columns, tuple(rows[:most]), caption, max(len(rows) - most, 0))
