"""Findings as pandas tables: each cell as what it reads as, and as text if it reads as nothing else."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from cause_samples import VARIANTS
from judging import REDIS
from runbooklab.diagnosis.findings import find
from runbooklab.model.conclusions import Finding, Table
from runbooklab.notebook.frames import finding_frame, findings_frame
from runbooklab.report.words import numeric_columns
from situations import SITUATIONS


def finding(*tables: Table, **facts: str) -> Finding:
    return Finding("x", "a-section", "host", "ok", "It is well.", 12.5, facts=facts, tables=tables)


def column(*cells: str, name: str = "Column") -> tuple[str, list[Any]]:
    """The name and the values of the frame's column with these cells."""
    frame = finding_frame(finding(Table((name,), tuple((cell,) for cell in cells))))
    return str(frame.columns[0]), [None if pd.isna(value) else value for value in frame.iloc[:, 0]]


@pytest.mark.parametrize(
    ("cells", "name", "values"),
    [
        (("6379", "1,234,567", "-5"), "Column", [6379, 1_234_567, -5]),
        (("6379", "", "not known"), "Column", [6379, None, None]),
        (("0.5", "12", "1,234.5"), "Column", [0.5, 12.0, 1234.5]),
        (("0.4 ms", "1,234 ms", "–"), "Column (ms)", [0.4, 1234.0, None]),
        (("200 ms", "1.5 seconds", "2 hours"), "Column (s)", [0.2, 1.5, 7200.0]),
        (("3 min 12 s", "1.2 s"), "Column (s)", [192.0, 1.2]),
        (("25 seconds", "never"), "Column (s)", [25.0, math.inf]),
        (
            ("4 seconds ago", "just now", "15 minutes ahead of Redis"),
            "Column (s ago)",
            [4.0, 0.0, -900.0],
        ),
        (("900 B", "2.0 MiB", "1.5 GB"), "Column (bytes)", [900.0, 2_097_152.0, 1.5e9]),
        (("50%", "99.5 %"), "Column (%)", [50.0, 99.5]),
    ],
)
def test_cells_that_read_as_numbers_are_numbers(cells: tuple[str, ...], name: str, values: list[Any]) -> None:
    """The unit is in the column's name; an empty cell is missing, not zero."""
    got, numbers = column(*cells)
    assert got == name
    assert numbers == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize(
    "cells",
    [
        ("007", "8"), ("1,23", "4"), ("1e5",), ("0x10",), ("١٢",), ("12 workers",), ("1_000",), ("nan",),
        ("inf",), ("172.18.0.2",), ("7.2.4",), ("6379", "none"), ("9" * 30,), ("20260301",  "soon"), ("",),
        ("1 ms 2 ms 3 ms",), ("2026-03-01",), ("2026-99-01T10:00:00Z",),
    ],
)  # fmt: skip
def test_everything_else_stays_text(cells: tuple[str, ...]) -> None:
    """A name that looks like a number in part keeps each of its letters."""
    assert column(*cells) == ("Column", list(cells))


def test_a_version_stays_text() -> None:
    """1.50 is not 1.5."""
    assert column("1.50", name="API version") == ("API version", ["1.50"])


def test_times_are_timestamps_in_utc() -> None:
    """Whatever their zone was; a gap is missing."""
    frame = finding_frame(
        finding(Table(("At",), (("2026-03-01T12:00:00.000Z",), ("2026-03-01T13:00:00+02:00",), ("",))))
    )
    assert str(frame["At"].dtype).endswith("UTC]")
    assert list(frame["At"][:2]) == [
        pd.Timestamp("2026-03-01T12:00:00Z"), pd.Timestamp("2026-03-01T11:00:00Z"),
    ]  # fmt: skip
    assert pd.isna(frame["At"][2])


def test_whole_numbers_stay_whole() -> None:
    """A port is 6379, never 6379.0, whether or not another row has none."""
    assert str(finding_frame(finding(Table(("Port",), (("1",), ("2",))))).dtypes.iloc[0]) == "int64"
    assert str(finding_frame(finding(Table(("Port",), (("1",), ("",))))).dtypes.iloc[0]) == "Int64"


def test_several_tables_are_told_apart() -> None:
    """A column says which table a row is from; the index goes on."""
    frame = finding_frame(
        finding(Table(("Key", "Size"), (("a", "1 B"),), "First"), Table(("Key",), (("b",), ("c",)), "Second"))
    )
    assert list(frame["Table"]) == ["First", "Second", "Second"]
    assert list(frame["Key"]) == ["a", "b", "c"]
    assert list(frame.index) == [0, 1, 2]


def test_facts_are_one_row_if_there_is_no_table() -> None:
    """And a finding without either is an empty frame."""
    frame = finding_frame(finding(Used="2.0 MiB", Policy="noeviction"))
    assert frame.to_dict("records") == [{"Used (bytes)": 2_097_152.0, "Policy": "noeviction"}]
    assert finding_frame(finding()).empty


def test_odd_tables_lose_nothing() -> None:
    """Two columns of one name, a row longer than the head, and one that is shorter."""
    frame = finding_frame(finding(Table(("A", "A"), (("1", "2", "3"), ("4",)))))
    assert list(frame.columns) == ["A", "A", "Column 3"]
    assert frame.shape == (2, 3)


def test_all_findings() -> None:
    """One a row, with its seconds."""
    assert findings_frame([finding()]).to_dict("records") == [
        {"id": "x", "section": "a-section", "status": "ok", "summary": "It is well.", "seconds": 0.0125}
    ]
    assert list(findings_frame([]).columns) == ["id", "section", "status", "summary", "seconds"]


def test_what_others_wrote_is_shown_as_text() -> None:
    """Neither markup nor mathematics comes of it in JupyterLab."""
    html = finding_frame(finding(Table(("Key",), (("<img src=x onerror=alert(1)> $x^2$",),))))._repr_html_()
    assert "<img" not in html
    assert "tex2jax_ignore" in html


@pytest.mark.parametrize("situation", [*VARIANTS, "healthy"])
def test_columns_that_a_page_sets_as_numbers_are_numbers(situation: str) -> None:
    """In every table that our checks make: page and frame agree on what is a number."""
    evidence = REDIS.seen({**VARIANTS, "healthy": SITUATIONS["healthy"]}[situation]())
    for check in REDIS.checks.values():
        for table in find(REDIS, check, evidence, "").tables:
            frame = finding_frame(finding(table))
            numbers = [pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes]
            names = list(frame.columns)
            as_page = list(numeric_columns(table))
            filled = [any(row[index] for row in table.rows) for index in range(len(names))]
            for name, is_number, is_on_page, has_cells in zip(names, numbers, as_page, filled, strict=True):
                assert is_number or not is_on_page or not has_cells, (check.id, name)
