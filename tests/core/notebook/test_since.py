"""What a person reads of the differences between two looks."""

from __future__ import annotations

from msgspec.structs import replace

from report_samples import REFUSED, STOPPED
from runbooklab.notebook.since import _different
from runbooklab.report.contributed import vocabulary

TITLE = vocabulary(None).name_of


def test_few_checks_that_changed_are_named_by_their_titles() -> None:
    """No id is shown to a person."""
    assert _different((STOPPED, REFUSED), (replace(STOPPED, status="ok"), REFUSED), TITLE) == [
        "Redis container Critical → OK."
    ]


def test_many_checks_that_changed_are_counted() -> None:
    """The line says how many went from which status to which, the most frequent first."""
    was = tuple(replace(STOPPED, id=f"check-{n}", status="skipped") for n in range(5))
    was += tuple(replace(STOPPED, id=f"other-{n}") for n in range(2))
    now = tuple(replace(finding, status="ok") for finding in was)
    assert _different(was, now, TITLE) == ["7 checks changed: 5 Skipped → OK, 2 Critical → OK."]


def test_nothing_changed_is_said() -> None:
    """That is something else than nothing compared."""
    assert _different((STOPPED,), (STOPPED,), TITLE) == ["Every check is as it was."]
