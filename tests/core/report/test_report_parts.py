"""Ladder, timeline, times and words: the small parts that page and cells share."""

from __future__ import annotations

from datetime import datetime

import pytest

from evidence_samples import (
    NOW,
    READY,
    alter_container,
    change,
    down,
    event,
    healthy,
    log,
    talk,
    worker,
)
from report_samples import ACTS, RUNGS, diagnosis
from runbooklab.domains.redis.records.conversation import Registrations, SlowCommand
from runbooklab.model.conclusions import Rung, Table
from runbooklab.model.evidence import Evidence
from runbooklab.observe.docker.records import HealthLog
from runbooklab.report.moments import local_offset, milliseconds, utc
from runbooklab.report.rungs import ladder_picture
from runbooklab.report.timeline import LANE_LIMIT, NOTABLE_LIMIT, Timeline, timeline
from runbooklab.report.words import filled_columns, numeric_columns, title, unlabelled, worst

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


# --- timeline --------------------------------------------------------------------------------


def line(evidence: Evidence, **fields: object) -> Timeline:
    drawn = timeline(diagnosis(**fields), evidence)
    assert drawn is not None
    return drawn


def moments_of(evidence: Evidence, lane: str) -> list[tuple[str, str]]:
    return [(moment.text, moment.status) for moment in line(evidence).moments if moment.lane == lane]


def test_nothing_but_this_run_is_no_timeline() -> None:
    """Empty things are not shown."""
    assert timeline(diagnosis(), None) is None
    assert timeline(diagnosis(), Evidence()) is None
    assert timeline(diagnosis(finished_at=""), healthy()) is None


def test_events_and_the_containers_own_times_are_told_once() -> None:
    """The engine's record of a start that is an event already is left out."""
    evidence = change(down(exit_code=3), events=(event("die", exitCode="3"),))
    told = moments_of(evidence, "Container")
    assert ("redis-tts: die, exit code 3", "critical") in told
    assert not any("exited, code" in text for text, _ in told)
    assert ("redis-tts: exited, code 3", "critical") in moments_of(change(evidence, events=()), "Container")


def test_the_start_of_redis_is_counted_back_from_its_uptime() -> None:
    """Two hours before the evidence was gathered."""
    start, *_ = (moment for moment in line(healthy()).moments if moment.lane == "Redis")
    assert (f"{start.at:%H:%M:%S}", start.status) == ("10:00:00", "ok")
    assert start.text.startswith("Redis 7.2.4 started")


def test_only_notable_log_lines_are_on_it() -> None:
    """Warnings, errors and lines that are known; no chatter, and no banner of an older Redis."""
    banner = "1:C 01 Mar 2026 10:00:00.000 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"
    lines = log(READY, ("chatter", "", "info"), (banner, "", "warning"), ("it burns", "", "error"))
    assert moments_of(healthy(logs=lines), "Log") == [(READY[0], "ok"), ("it burns", "critical")]


def test_a_workers_heartbeat_is_on_it() -> None:
    """Its age is counted back from the evidence's time."""
    keys = Registrations("worker:*", 0, (worker(heartbeat_age_s=90.0),))
    (beat,) = (moment for moment in line(healthy(registrations=keys)).moments if moment.lane == "Workers")
    assert f"{beat.at:%H:%M:%S}" == "11:58:30"


def test_acts_are_on_it() -> None:
    """What this run changed has its moment."""
    assert ("done: docker start redis-tts", "ok") in moments_of(healthy(), "This run")
    assert line(healthy(), audit=ACTS).lanes[-1][0] == "This run"


def test_a_flood_of_events_is_bounded_and_counted() -> None:
    """The newest stay; how many are left out is told."""
    flood = change(healthy(), events=tuple(event("die", at=NOW, exitCode=str(code)) for code in range(500)))
    assert line(flood).cut >= 500 - LANE_LIMIT
    assert len(line(flood).moments) <= 5 * LANE_LIMIT


def test_lines_that_differ_in_numbers_alone_are_one_moment() -> None:
    """A line that a server writes again and again is told once, with how often and since when."""
    same = log(*((f"1:M 01 Mar 2026 11:0{n}:00 # it burns {n}", "", "error") for n in range(5)))
    (told,) = moments_of(healthy(logs=same), "Log")
    assert told[0].endswith("(5 times since 2026-03-01 11:56:00)")


def test_the_health_log_and_the_last_save_are_on_it() -> None:
    """A failed health check with its exit code and output; the save only where one was after the start."""
    checked = alter_container(
        healthy(), health_log=(HealthLog("2026-03-01T11:59:00Z", 1, "Could not connect\n"),)
    )
    told = ("redis-tts: health check failed, exit code 1: Could not connect", "warning")
    assert told in moments_of(checked, "Container")
    start = "2026-03-01 10:00:00"
    saves = {
        at: str(int(datetime.fromisoformat(f"{at}+00:00").timestamp()))
        for at in (start, "2026-03-01 11:00:00")
    }
    for at, seconds in saves.items():
        evidence = healthy(redis=talk(info={"uptime_in_seconds": "7200", "rdb_last_save_time": seconds}))
        saved = [text for text, _ in moments_of(evidence, "Redis") if "saved" in text]
        assert saved == ([] if at == start else ["data saved to disk (RDB)"])


def test_slow_commands_have_their_own_lane() -> None:
    """With how long each took."""
    slow = talk(slow_commands=(SlowCommand(1, "2026-03-01T11:50:00Z", 52_300, "KEYS *"),))
    assert moments_of(healthy(redis=slow), "Slow log") == [("52 ms: KEYS *", "warning")]


def test_moments_that_lie_on_each_other_are_one_mark() -> None:
    """Its status is the worst of theirs, and marks are drawn worst last."""
    events = (event("start"), event("die", at="2026-03-01T11:56:00.5Z", exitCode="1"))
    marks = dict(line(change(down(), events=events)).marks)["Container"]
    assert marks[-1].status == "critical"
    assert sum(len(mark.moments) for mark in marks) > len(marks)


def test_the_bad_moments_are_listed_first() -> None:
    """However many well ones came after them; the list stays in the order of time."""
    later = (event("start", at=f"2026-03-01T11:58:{n:02}Z", container=f"c{n}") for n in range(30))
    drawn = line(change(healthy(), events=(event("oom", at="2026-03-01T11:00:00Z"), *later)))
    assert len(drawn.notable) == NOTABLE_LIMIT
    assert drawn.notable[0].status == "critical"
    assert [moment.at for moment in drawn.notable] == sorted(moment.at for moment in drawn.notable)


def test_places_run_from_left_to_right_within_the_picture() -> None:
    """Older is further left; a clock in the future stays inside."""
    evidence = change(
        healthy(), events=(event("start", at="2026-02-01T00:00:00Z"), event("die", at="2099-01-01T00:00:00Z"))
    )
    places = [moment.left for moment in line(evidence).moments]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 100


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
    """An id becomes a name that a person would write."""
    assert title("redis-ping-inside") == "Redis PING inside"
    assert title("prevention-healthcheck") == "Prevention health check"


def test_a_label_is_not_said_twice() -> None:
    """Under "Not observed" the sentence begins with the thing."""
    assert unlabelled("Not observed: the log, as it is.") == "The log, as it is."
    assert unlabelled("The log.") == "The log."
