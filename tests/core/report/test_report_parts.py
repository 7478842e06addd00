"""Ladder, times and words: the small parts that page and cells share."""

from __future__ import annotations

import pytest

from evidence_samples import NOW
from report_samples import RUNGS
from runbooklab.model.conclusions import Rung, Table, rank, worst
from runbooklab.model.drawing import Vocabulary
from runbooklab.report.moments import local_offset, milliseconds, utc
from runbooklab.report.rungs import ladder_picture
from runbooklab.report.words import filled_columns, numeric_columns, unlabelled

# --- ladder ----------------------------------------------------------------------------------


def test_a_ladder_has_a_column_for_each_vantage_that_looked() -> None:
    """Columns come in one order; a vantage without a rung has none."""
    assert ladder_picture(RUNGS).vantages == ("host", "redis-container")


def test_the_first_critical_rung_is_the_failing_one() -> None:
    """Not a warning before it, and not another failure after it."""
    rungs = [
        Rung("name", "host", "warning", ""), Rung("tcp", "host", "critical", ""),
        Rung("ping", "host", "critical", ""),
    ]  # fmt: skip
    assert [row.name for row in ladder_picture(rungs).rows if row.first_failing] == ["tcp"]
    assert [row.name for row in ladder_picture(rungs[:1]).rows if row.first_failing] == ["name"]
    assert ladder_picture(()).first_failing is None


def test_a_rail_breaks_below_the_failure_of_its_own_vantage_only() -> None:
    """What the other vantage saw stays sound."""
    rows = {row.name: row for row in ladder_picture(RUNGS).rows}
    assert [cell.state for cell in rows["tcp"].cells] == ["broken", "sound"]
    assert [cell.state for cell in rows["ping"].cells] == ["broken", "unsure"]
    assert [cell.rail for cell in rows["configuration"].cells] == ["first", ""]
    assert [cell.rail for cell in rows["tcp"].cells] == ["through", "first"]
    assert [cell.rail for cell in rows["ping"].cells] == ["last", "last"]


# --- times and words -------------------------------------------------------------------------


def test_what_is_no_time_stays_as_it_is() -> None:
    """A broken time is shown, not hidden."""
    assert utc("yesterday") == "yesterday"
    assert utc("0001-01-01T00:00:00Z") == "0001-01-01T00:00:00Z"
    assert utc("9999-12-31T23:59:59-10:00") == "9999-12-31T23:59:59-10:00"
    assert milliseconds("yesterday", NOW) is None
    assert local_offset("yesterday") == ""


def test_times_are_shown_in_utc() -> None:
    """Whatever offset they came with."""
    assert utc("2026-03-01T14:00:00.5+02:00") == "2026-03-01 12:00:00"


def test_the_worst_status_wins() -> None:
    """As in the verdict: critical, not observed, warning, ok, skipped."""
    assert worst(["ok", "unknown", "skipped"]) == "unknown"
    assert worst(["unknown", "warning"]) == "unknown"
    assert worst([]) == ""
    assert sorted(["odd", "ok", "critical"], key=rank) == ["critical", "ok", "odd"]


@pytest.mark.parametrize(
    ("cells", "right"),
    [(("12", "3.5"), True), (("12 ms", "-"), True), (("1,234 KiB", ""), True), (("5 %",), True),
     (("", ""), False), (("12", "twelve"), False), (("172.18.0.2:6379",), False), (("172.18.0.2",), False),
     (("2026-03-01",), False)],
)  # fmt: skip
def test_a_column_of_numbers_is_known(cells: tuple[str, ...], right: bool) -> None:
    """Numbers with their units, and gaps; nothing else."""
    assert numeric_columns(Table(("a",), tuple((cell,) for cell in cells))) == (right,)


def test_a_column_without_anything_is_left_out() -> None:
    """Empty things are not shown; a table without rows and ragged rows stay as they are."""
    table = Table(("a", "b", "c"), (("1", " ", "x"), ("2",)))
    assert filled_columns(table) == Table(("a", "c"), (("1", "x"), ("2",)))
    assert filled_columns(Table(("a", "b"), ())) == Table(("a", "b"), ())


def test_names_read_as_words() -> None:
    """An id becomes a name that a person would write; a domain spells its own words."""
    spelled = Vocabulary(spellings={"ping": "PING", "healthcheck": "health check"})
    assert spelled.title("redis-ping-inside") == "Redis PING inside"
    assert spelled.title("prevention-healthcheck") == "Prevention health check"
    assert spelled.title("shopping-url") == "Shopping URL"


def test_what_no_domain_names_is_named_by_its_id() -> None:
    """A layer or a vantage of a domain that is not installed is still named."""
    known = Vocabulary(layers={"tcp": "TCP connection"}, vantages={"sidecar": "Inside the sidecar"})
    assert (known.layer("tcp"), known.layer("first-bytes")) == ("TCP connection", "First bytes")
    assert known.vantage("sidecar") == "Inside the sidecar"
    assert known.vantage("host") == "From this host"
    assert known.vantage("edge-router") == "From edge router"


def test_a_label_is_not_said_twice() -> None:
    """Under "Not observed" the sentence begins with the thing."""
    assert unlabelled("Not observed: the log, as it is.") == "The log, as it is."
    assert unlabelled("The log.") == "The log."
