"""Looks at a target put together: what came and went, when there was no answer, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime

from runbooklab.domain.watcher import Look
from runbooklab.model.watched import Coming, Curve, Presence, Silence, Watched
from runbooklab.notebook.recording import MOST_COMINGS, MOST_THINGS, Recording


class Nobody:
    """What a watcher says of itself; it is never asked to look."""

    units = {"Latency": "ms"}  # noqa: RUF012 # as the interface has it
    thing = "worker"

    def look(self, timeout_s: float) -> Look:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def recorded(*looks: Look, lasted_s: float = 10.0) -> Watched:
    """A look each second."""
    recording = Recording(Nobody(), "cache", datetime(2026, 3, 1, 12, tzinfo=UTC), 10.0)  # type: ignore[arg-type] # its units are no literal types
    for second, look in enumerate(looks):
        recording.add(float(second), look)
    return recording.watched("done", lasted_s)


def there(*names: str, **more: object) -> Look:
    return Look({"Latency": 1.0}, frozenset(names), **more)  # type: ignore[arg-type] # only a note


SILENT = Look(trouble="timed out")


def test_what_comes_and_goes_is_listed_with_its_time() -> None:
    """What is there from the beginning came from nowhere; each change is told at the look that saw it."""
    watched = recorded(there("a"), there("a", "b"), there("b"))
    assert watched.comings == (
        Coming("2026-03-01T12:00:01.000Z", 1.0, "came", "b"),
        Coming("2026-03-01T12:00:02.000Z", 2.0, "went", "a"),
    )
    assert watched.presences == (Presence("a", ((0.0, 1.0),)), Presence("b", ((1.0, 2.0),)))


def test_a_thing_may_come_again() -> None:
    """Each time that it was there has its own span."""
    watched = recorded(there("a"), there(), there("a"), there("a"))
    assert watched.presences == (Presence("a", ((0.0, 0.0), (2.0, 3.0))),)
    assert [coming.what for coming in watched.comings] == ["went", "came"]


def test_nothing_is_known_of_a_silence() -> None:
    """Presence is not drawn through it, and what went meanwhile is told once there is an answer again."""
    watched = recorded(there("a", "b"), SILENT, SILENT, there("a"))
    assert watched.silences == (Silence(1.0, 3.0, "timed out"),)
    assert watched.presences[0] == Presence("a", ((0.0, 0.0), (3.0, 3.0)))
    assert [(coming.after_s, coming.what, coming.name) for coming in watched.comings] == [(3.0, "went", "b")]
    assert watched.curves == (
        Curve("Workers", "count", (2.0, None, None, 1.0)),
        Curve("Latency", "ms", (1.0, None, None, 1.0)),
    )


def test_a_silence_that_nothing_ended_lasts_until_now() -> None:
    """Between the last look and the end there was no answer either."""
    assert recorded(there(), SILENT, lasted_s=9.5).silences == (Silence(1.0, 9.5, "timed out"),)


def test_what_was_never_seen_has_no_curve() -> None:
    """A user who may not ask for something has no empty plot of it."""
    watched = recorded(Look(present=None, note="Workers were not watched."))
    assert (watched.curves, watched.comings, watched.note) == ((), (), "Workers were not watched.")


def test_no_number_of_things_fills_the_notebook() -> None:
    """Beyond the bounds things are counted."""
    many = [f"{number:04}" for number in range(MOST_THINGS + 5)]
    watched = recorded(there(), there(*many), there(), there(*many))
    assert (len(watched.presences), watched.more_present) == (MOST_THINGS, 5)
    assert (len(watched.comings), watched.more_comings) == (MOST_COMINGS, 3 * len(many) - MOST_COMINGS)
