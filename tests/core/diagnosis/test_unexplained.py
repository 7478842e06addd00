"""What is said of a fault that no cause explains."""

from __future__ import annotations

import pytest

from runbooklab.diagnosis.unexplained import NO_CAUSE, unexplained
from runbooklab.model.conclusions import JudgedCause, State


def judged(state: State, *reasons: str) -> list[JudgedCause]:
    return [JudgedCause(f"{state}-{number}", "T", state, reason=why) for number, why in enumerate(reasons)]


def test_a_catalogue_that_was_tested_whole_is_at_its_end() -> None:
    """Only if no cause was left open, the catalogue has none."""
    assert unexplained([]) == NO_CAUSE
    assert unexplained(judged("ruled-out", "It runs.", "It answers.")) == NO_CAUSE


NONE = "No cause that could be tested explains it."


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (["No Docker."], f"{NONE} 1 cause could not be tested: no Docker."),
        (["No Docker."] * 2, f"{NONE} 2 causes could not be tested: no Docker."),
        (["a.", "b.", "b."], f"{NONE} 3 causes could not be tested: b (2); a (1)."),
        (
            ["a", "b", "b", "c"],
            f"{NONE} 4 causes could not be tested: b (2); a (1); 1 more for other reasons.",
        ),
    ],
)
def test_causes_that_were_left_open_are_counted_with_their_reasons(reasons: list[str], said: str) -> None:
    """A reader learns what to make visible before they doubt the catalogue."""
    assert unexplained([*judged("untested", *reasons), *judged("ruled-out", "It runs.")]) == said


def test_a_reason_of_any_length_stays_a_sentence() -> None:
    """What a server said may be long; it is cut."""
    assert len(unexplained(judged("untested", "x" * 5000))) < 300
