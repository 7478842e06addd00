"""What Redis puts on the timeline."""

from __future__ import annotations

from datetime import datetime

import pytest

from evidence_samples import READY, change, healthy, log, talk, worker
from runbooklab.domains.redis.contributions.moments import moments
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Registrations, SlowCommand
from runbooklab.model.drawing import Moment

START = "2026-03-01 10:00:00"


def of(evidence: Evidence, lane: str) -> list[Moment]:
    return [moment for moment in moments(evidence) if moment.lane == lane]


def test_the_start_of_redis_is_counted_back_from_its_uptime() -> None:
    """Two hours before the evidence was gathered."""
    start, *_ = of(healthy(), "Redis")
    assert (f"{start.at:%H:%M:%S}", start.status) == ("10:00:00", "ok")
    assert start.text.startswith("Redis 7.2.4 started")


@pytest.mark.parametrize(
    ("at", "saved"), [(START, []), ("2026-03-01 11:00:00", ["data saved to disk (RDB)"])]
)
def test_the_last_save_is_on_it(at: str, saved: list[str]) -> None:
    """Only one that was after the start: until the first, INFO gives the start itself."""
    seconds = str(int(datetime.fromisoformat(f"{at}+00:00").timestamp()))
    evidence = healthy(redis=talk(info={"uptime_in_seconds": "7200", "rdb_last_save_time": seconds}))
    assert [moment.text for moment in of(evidence, "Redis") if "saved" in moment.text] == saved


def test_only_notable_log_lines_are_on_it() -> None:
    """Warnings, errors and lines that are known; no chatter, and no banner of an older Redis."""
    banner = "1:C 01 Mar 2026 10:00:00.000 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"
    lines = log(READY, ("chatter", "", "info"), (banner, "", "warning"), ("it burns", "", "error"))
    reported = of(healthy(logs=lines), "Log")
    assert [(moment.text, moment.status) for moment in reported] == [
        (READY[0], "ok"),
        ("it burns", "critical"),
    ]
    assert all(moment.quoted for moment in reported)


def test_a_workers_heartbeat_is_on_it() -> None:
    """Its age is counted back from the evidence's time."""
    keys = Registrations("worker:*", 0, (worker(heartbeat_age_s=90.0),))
    (beat,) = of(healthy(registrations=keys), "Workers")
    assert f"{beat.at:%H:%M:%S}" == "11:58:30"


def test_slow_commands_have_their_own_lane() -> None:
    """With how long each took."""
    slow = talk(slow_commands=(SlowCommand(1, "2026-03-01T11:50:00Z", 52_300, "KEYS *"),))
    (reported,) = of(healthy(redis=slow), "Slow log")
    assert (reported.text, reported.status, reported.quoted) == ("52 ms: KEYS *", "warning", True)


def test_odd_times_are_left_out() -> None:
    """An uptime or a heartbeat that can be none makes no moment and breaks nothing."""
    odd = healthy(redis=talk(info={"uptime_in_seconds": "9" * 40, "rdb_last_save_time": "9" * 40}))
    keys = Registrations("worker:*", 0, (worker(heartbeat_age_s=1e18),))
    assert of(change(odd, registrations=keys), "Workers") == []
    assert list(moments(Evidence(gathered_at="yesterday"))) == []
