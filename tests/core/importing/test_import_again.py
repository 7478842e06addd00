"""Importing a second time: what changed is shown, and nobody's edits are overwritten."""

from __future__ import annotations

import pytest

from foreign_runbooks import SAMPLE, imported
from runbooklab.importing import reimport
from runbooklab.importing.front import is_as_written
from runbooklab.importing.reimport import outcome

NAME = "sample.md"
FIRST = imported(SAMPLE).text
LATER = imported(SAMPLE.replace("df -h /var", "df -h /srv")).text


def test_the_same_source_gives_the_same_bytes() -> None:
    """And there is nothing to do."""
    assert imported(SAMPLE).text == FIRST
    assert outcome(FIRST, FIRST, NAME).action == "same"


def test_what_import_wrote_knows_whether_it_was_edited() -> None:
    """A single character is enough, in the front matter as in the body."""
    assert is_as_written(FIRST)
    assert not is_as_written(FIRST.replace("severity: medium", "severity: high"))
    assert not is_as_written(FIRST + "x")
    assert not is_as_written(SAMPLE)


def test_a_runbook_that_nobody_edited_is_replaced_and_the_difference_shown() -> None:
    """The difference is unified, from what is there to what is written."""
    found = outcome(FIRST, LATER, NAME)
    assert (found.action, found.writes, found.failed) == ("replace", True, False)
    assert "-disk: /var" in found.difference
    assert "+disk: /srv" in found.difference


@pytest.mark.parametrize("edited", [FIRST.replace("Ask the service", "Ask"), FIRST + "\nMore.\n"])
def test_edits_are_never_overwritten(edited: str) -> None:
    """If the source has changed, a person carries over what the difference shows; else they just stay."""
    changed = outcome(edited, LATER, NAME)
    assert (changed.action, changed.writes, changed.failed) == ("edited", False, True)
    assert "+disk: /srv" in changed.difference
    assert "carry over what the difference shows" in changed.message
    same = outcome(edited, FIRST, NAME)
    assert (same.action, same.writes, same.failed) == ("kept", False, False)


def test_what_import_did_not_write_is_left_alone() -> None:
    """A runbook of another origin, or of another source."""
    assert outcome("---\ntitle: T\n---\n# T\n", FIRST, NAME).action == "foreign"
    other = outcome(imported(SAMPLE, "other.md").text, FIRST, NAME)
    assert (other.action, other.failed) == ("foreign", True)
    assert "was imported from other.md" in other.message


def test_nothing_there_is_written() -> None:
    """The first time."""
    assert outcome(None, FIRST, NAME).writes


def test_very_long_texts_are_not_compared_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """That would take minutes; it is said instead."""
    monkeypatch.setattr(reimport, "MOST_COMPARED", 40)
    found = outcome(FIRST, LATER, NAME)
    assert found.action == "replace"
    assert found.difference == ("sample.md: too long for a difference line by line",)
