"""The corpus of error texts: each is explained by a cause that may come first, or by none."""

from __future__ import annotations

import pytest
from error_texts import corpus

from runbooklab.explanation import explanation

ROWS = corpus()


@pytest.mark.parametrize(
    ("origin", "expected", "text"), ROWS, ids=[f"{n}-{r[0]}" for n, r in enumerate(ROWS)]
)
def test_the_first_cause_is_one_that_may_come_first(origin: str, expected: str, text: str) -> None:
    """The first cause is one of those expected; where none is, none is named and the note says why."""
    found = explanation(text)
    if expected.startswith("none"):
        assert [cause.id for cause in found.causes] == []
        assert expected.partition(": ")[2] in " ".join(found.notes)
    else:
        assert found.causes, found.notes
        assert found.causes[0].id in expected.split(), found.says


def test_the_corpus_is_large() -> None:
    """At least 150 texts, of clients in nine languages, of Redis and of Docker."""
    assert len(ROWS) >= 150
