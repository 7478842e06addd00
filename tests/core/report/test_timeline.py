"""The timeline: whatever moments it is given, bounded, in order and in its picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from report_samples import ACTS, diagnosis
from runbooklab.model.conclusions import Status
from runbooklab.model.drawing import Moment
from runbooklab.report.timeline import LANE_LIMIT, NOTABLE_LIMIT, TEXT_LIMIT, Timeline, timeline

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(seconds: float, text: str = "it happened", status: Status = "skipped", lane: str = "Thing") -> Moment:
    """A moment so many seconds before noon, when the run ends."""
    return Moment(NOON - timedelta(seconds=seconds), lane, text, status)


def line(*moments: Moment, **fields: object) -> Timeline:
    drawn = timeline(diagnosis(**fields), moments)
    assert drawn is not None
    return drawn


def test_nothing_but_this_run_is_no_timeline() -> None:
    """Empty things are not shown."""
    assert timeline(diagnosis(), ()) is None
    assert timeline(diagnosis(finished_at=""), [at(1)]) is None
    assert timeline(diagnosis(), [Moment(datetime(1, 1, 1, tzinfo=UTC), "Thing", "never")]) is None


def test_lanes_come_in_the_order_of_their_first_moments() -> None:
    """The run's own lane is the last one."""
    drawn = line(at(5, lane="Second thing"), at(900, lane="Thing"), at(1, lane="Second thing"))
    assert [lane for lane, _ in drawn.lanes] == ["Second thing", "Thing", "This run"]


def test_acts_are_on_it() -> None:
    """What this run changed has its moment."""
    reported = [(moment.text, moment.status) for moment in line(at(1), audit=ACTS).moments]
    assert ("done: docker start redis-tts", "ok") in reported


def test_a_flood_of_moments_is_bounded_and_counted() -> None:
    """The newest stay; how many are left out is said, and a long text is cut."""
    flood = line(*(at(n, f"event {n} {'x' * 999}") for n in range(500)))
    assert flood.cut >= 500 - LANE_LIMIT
    assert len(flood.moments) <= 2 * LANE_LIMIT
    assert all(len(moment.text) < TEXT_LIMIT + 40 for moment in flood.moments)


def test_lines_that_differ_in_numbers_alone_are_one_moment() -> None:
    """A machine's line that is repeated is shown once, with how often and since when."""
    lines = [Moment(NOON - timedelta(minutes=n), "Log", f"it burns {n}", quoted=True) for n in range(5)]
    (reported,) = (moment for moment in line(*lines).moments if moment.lane == "Log")
    assert reported.text == "it burns 0 (5 times since 2026-03-01 11:56:00)"
    ours = [at(n, f"start {n}") for n in range(5)]
    assert len([moment for moment in line(*ours).moments if moment.lane == "Thing"]) == 5


def test_moments_that_lie_on_each_other_are_one_mark() -> None:
    """Its status is the worst of theirs, and marks are drawn worst last."""
    marks = dict(line(at(240, status="critical"), at(239.5, status="ok"), at(3)).marks)["Thing"]
    assert marks[-1].status == "critical"
    assert [len(mark.moments) for mark in marks] == [1, 2]


def test_the_bad_moments_are_listed_first() -> None:
    """However many well ones came after them; the list stays in the order of time."""
    drawn = line(at(3600, "out of memory", "critical"), *(at(n, f"start {n}", "ok") for n in range(60, 90)))
    assert len(drawn.notable) == NOTABLE_LIMIT
    assert drawn.notable[0].status == "critical"
    assert [moment.at for moment in drawn.notable] == sorted(moment.at for moment in drawn.notable)


def test_places_run_from_left_to_right_within_the_picture() -> None:
    """Older is further left; a clock in the future stays inside."""
    places = [moment.left for moment in line(at(28 * 86_400), at(10), at(-(10**9))).moments]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 100
