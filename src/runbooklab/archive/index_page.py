"""``reports/index.html``: all runs, newest first, and how each target stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from runbooklab.archive.entry import Entry
from runbooklab.archive.index import read_index
from runbooklab.files import alone, write_atomic
from runbooklab.model.conclusions import WORST_FIRST, rank
from runbooklab.redaction import visible
from runbooklab.report import moments, words
from runbooklab.report.drawing import draw
from runbooklab.words import duration_ms

#: Rows in the page's HTML; its script draws the others from embedded data.
ROWS_IN_PAGE = 200
#: Runs that a target's strip shows.
STRIP_RUNS = 40
#: Targets whose standing is shown, the worst.
STANDINGS = 100
#: Longest summary in the embedded data, and the most characters for all of them.
SUMMARY_LENGTH = 160
SUMMARIES_LENGTH = 800_000

#: How long to wait for runs that are writing the list, in seconds.
TIMEOUT_S = 30.0


class Row(Struct, frozen=True):
    """One run as the list shows it."""

    run: Entry

    @property
    def link(self) -> str:
        return quote(f"{self.run.folder}/report.html")

    @property
    def took(self) -> str:
        """How long the run took."""
        return "" if self.run.took_ms is None else duration_ms(self.run.took_ms)


class Standing(Struct, frozen=True):
    """How one target stands by one runbook: its newest run, and the ones before it."""

    newest: Row
    #: Start of the first run with the present verdict, with no other verdict since.
    since: str
    strip: tuple[str, ...]  # verdicts, the oldest first
    runs: int

    @property
    def strip_in_words(self) -> str:
        """What the strip shows: how often each verdict."""
        return tally(self.strip)


def rebuild(reports: Path) -> Path:
    """Write ``reports/index.html``; gives its path.

    A run that cannot be read is counted and skipped. Runs that end at the same time wait for each other
    here, so the last one to write includes them all. Raises :class:`OSError` if the folder cannot be written.
    """
    with alone(reports, TIMEOUT_S):
        listing = read_index(reports)
        rows = [Row(entry) for entry in listing.runs if entry.is_read]
        targets = standings(rows)
        page = draw(
            "index",
            standings=targets[:STANDINGS],
            unshown=max(len(targets) - STANDINGS, 0),
            tally=tally([str(standing.newest.run.verdict) for standing in targets]),
            problem=listing.problem,
            rows=rows[:ROWS_IN_PAGE],
            unlisted=max(len(rows) - ROWS_IN_PAGE, 0),
            data=_data(rows),
            unreadable=[entry.folder for entry in listing.runs if not entry.is_read],
            offset=moments.local_offset(rows[0].run.started_at) if rows else "",
        )
        path = reports / "index.html"
        write_atomic(path, page)
    return path


def standings(rows: Sequence[Row]) -> list[Standing]:
    """Each target's state, the worst first; ``rows`` come newest first."""
    by_target: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_target.setdefault((row.run.runbook, row.run.target), []).append(row)
    found = [_standing(own) for own in by_target.values()]
    return sorted(found, key=lambda standing: rank(standing.newest.run.verdict))


def tally(verdicts: Sequence[str]) -> str:
    """How often each verdict, the worst first.

    >>> tally(["ok", "ok", "critical"])
    '1 Critical, 2 OK'
    """
    counted = ((verdicts.count(status), status) for status in WORST_FIRST)
    return ", ".join(f"{number} {words.VERDICT_WORDS[status]}" for number, status in counted if number)


def _standing(rows: Sequence[Row]) -> Standing:
    newest = rows[0].run
    streak = next((at for at, row in enumerate(rows) if row.run.verdict != newest.verdict), len(rows))
    strip = tuple(str(row.run.verdict) for row in reversed(rows[:STRIP_RUNS]))
    return Standing(rows[0], rows[streak - 1].run.started_at, strip, len(rows))


def _data(rows: Sequence[Row]) -> str:
    """All runs for the page's script, as JSON that is inert in HTML; repeated texts stand once."""
    texts: dict[str, int] = {}

    def text(value: str) -> int:
        return texts.setdefault(value, len(texts))

    length = min(SUMMARY_LENGTH, SUMMARIES_LENGTH // max(len(rows), 1))
    runs = [
        [
            row.run.name,
            text(row.run.folder.partition("/")[0]),
            text(str(row.run.verdict)),
            moments.utc(row.run.started_at),
            text(row.took),
            visible(row.run.summary if at < ROWS_IN_PAGE else _short(row.run.summary, length)),
            text(visible(row.run.cause)),
            text(visible(row.run.title)),
            text(visible(row.run.target)),
            text(visible(row.run.incident)),
        ]
        for at, row in enumerate(rows)
    ]
    packed = json.dumps({"texts": list(texts), "runs": runs}, ensure_ascii=False, separators=(",", ":"))
    return packed.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _short(summary: str, length: int) -> str:
    return summary if len(summary) <= length else f"{summary[: length - 1]}…"
