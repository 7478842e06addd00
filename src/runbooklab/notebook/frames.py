"""Findings as pandas tables to work on: what reads as a number, a size or a time in a cell is one here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from runbooklab.model.conclusions import Finding, Table
from runbooklab.words import moment

if TYPE_CHECKING:
    import pandas as pd

#: What a table has in a cell without a value.
GAPS = frozenset({"", "-", "–", "not known"})


def finding_frame(finding: Finding) -> pd.DataFrame:
    """The tables of a finding as one frame; its facts as one row if it has no table.

    If there are several, a first column ``Table`` has their captions.
    """
    import pandas as pd

    tables = finding.tables
    if not tables:
        facts = Table(tuple(finding.facts), (tuple(finding.facts.values()),) if finding.facts else ())
        return _prepared(_frame(facts))
    if len(tables) == 1:
        return _prepared(_frame(tables[0]))
    frames = [_frame(table) for table in tables]
    for frame, table in zip(frames, tables, strict=True):
        frame.insert(0, "Table", table.caption, allow_duplicates=True)
    return _prepared(pd.concat(frames, ignore_index=True))


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """All findings, one a row: id, section, status, summary, and the seconds that its probes took."""
    import pandas as pd

    rows = [
        (finding.id, finding.section, finding.status, finding.summary, finding.duration_ms / 1000)
        for finding in findings
    ]
    return _prepared(pd.DataFrame(rows, columns=["id", "section", "status", "summary", "seconds"]))


def _prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """Shown as it is: pandas would cut sentences, JupyterLab set what is between dollars as mathematics."""
    import pandas as pd

    pd.set_option("display.html.use_mathjax", False)
    pd.set_option("display.max_colwidth", None)
    return frame


def _frame(table: Table) -> pd.DataFrame:
    import pandas as pd

    width = max([len(table.columns), *map(len, table.rows)])
    names = [*table.columns, *(f"Column {number + 1}" for number in range(len(table.columns), width))]
    cells = [[row[index] if index < len(row) else "" for row in table.rows] for index in range(width)]
    columns = [_column(name, column) for name, column in zip(names, cells, strict=True)]
    # By position: two columns may have the same name.
    frame = pd.DataFrame({number: column.values for number, column in enumerate(columns)})
    frame.columns = pd.Index([column.name for column in columns], dtype=object)
    return frame


class _Column(NamedTuple):
    name: str
    values: Any  # as pandas takes a column


class _Kind(NamedTuple):
    """A way to read all cells of a column: each as a number, None if it isn't written so."""

    unit: str  # what is added to the column's name
    read: Callable[[str], float | None]


def _column(name: str, cells: Sequence[str]) -> _Column:
    """The column as the first kind that can read each of its cells; else as the text that it is."""
    import pandas as pd

    stripped = [cell.strip() for cell in cells]
    # Of a version no number would remain that says the same: 1.50 is not 1.5.
    is_version = "version" in name.lower()
    written = [] if is_version else [cell for cell in stripped if cell not in GAPS]
    if written and all(_TIME.fullmatch(cell) and moment(cell) for cell in written):
        times = [None if cell in GAPS else moment(cell) for cell in stripped]
        return _Column(name, pd.Series(pd.to_datetime(times, utc=True)))
    if written and all(_WHOLE.fullmatch(cell) for cell in written):
        whole = [None if cell in GAPS else int(cell.replace(",", "")) for cell in stripped]
        return _Column(name, pd.Series(whole, dtype="int64" if len(written) == len(cells) else "Int64"))
    for kind in _KINDS:
        if written and all(kind.read(cell) is not None for cell in written):
            numbers = [None if cell in GAPS else kind.read(cell) for cell in stripped]
            return _Column(f"{name}{kind.unit}", pd.Series(numbers, dtype="float64"))
    return _Column(name, pd.Series(list(cells), dtype="str"))


# --- how cells are written -------------------------------------------------------------------

#: ISO 8601 with a time: a date alone, or a number such as 20260301, is no time of ours.
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})?")
_DIGITS = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3}){1,5}|0|[1-9][0-9]{0,17})"
#: At most 18 digits fit into 64 bits. A leading zero makes it a name (007), and a second sign is none.
_WHOLE = re.compile(rf"[-+]?{_DIGITS}")
_NUMBER = rf"[-+]?{_DIGITS}(?:\.[0-9]{{1,12}})?"

_BYTES = {
    "B": 1.0, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "TiB": 2.0**40,
    "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
}  # fmt: skip
_SECONDS = {
    "µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1.0, "second": 1.0, "seconds": 1.0, "min": 60.0,
    "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hour": 3600.0, "hours": 3600.0,
    "d": 86_400.0, "day": 86_400.0, "days": 86_400.0,
}  # fmt: skip


def _in_units(units: dict[str, float]) -> Callable[[str], float | None]:
    """Reads "1.5 MiB" and "3 min 12 s" as the sum of its parts, in the unit that counts 1."""
    names = "|".join(sorted(units, key=len, reverse=True))
    part = re.compile(rf"({_NUMBER}) ?({names})")
    whole = re.compile(rf"{_NUMBER} ?(?:{names})(?: {_NUMBER} ?(?:{names}))?")

    def read(cell: str) -> float | None:
        if not whole.fullmatch(cell):
            return None
        return sum(_number(number) * units[unit] for number, unit in part.findall(cell))

    return read


_seconds = _in_units(_SECONDS)


def _duration(cell: str) -> float | None:
    """What never ends takes forever."""
    special = {"never": float("inf"), "no time": 0.0}
    return special[cell] if cell in special else _seconds(cell)


def _ago(cell: str) -> float | None:
    """Seconds before now; below zero for a clock that is ahead."""
    if cell == "just now":
        return 0.0
    told = re.fullmatch(r"(.{1,40}?) (ago|ahead of [\w-]{1,40})", cell)
    seconds = _seconds(told[1]) if told else None
    return None if told is None or seconds is None else seconds if told[2] == "ago" else -seconds


def _percent(cell: str) -> float | None:
    found = re.fullmatch(rf"({_NUMBER}) ?%", cell)
    return _number(found[1]) if found else None


def _plain(cell: str) -> float | None:
    return _number(cell) if re.fullmatch(_NUMBER, cell) else None


def _number(text: str) -> float:
    return float(text.replace(",", ""))


#: The first that fits counts: what is in milliseconds throughout stays in them, as in the cell.
_KINDS = (
    _Kind("", _plain),
    _Kind(" (ms)", _in_units({"ms": 1.0})),
    _Kind(" (s)", _duration),
    _Kind(" (s ago)", _ago),
    _Kind(" (bytes)", _in_units(_BYTES)),
    _Kind(" (%)", _percent),
)
