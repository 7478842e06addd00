"""The corpus of error texts: each is explained by a cause that may come first, or by none."""

from __future__ import annotations

import pytest

from error_texts import corpus
from evidence_samples import change, down, healthy
from judging import decide, explanation, find_all, judge_causes, reduce
from runbooklab.redaction import Vault

ROWS = corpus()


@pytest.mark.parametrize(
    ("origin", "expected", "text"), ROWS, ids=[f"{n}-{r[0]}" for n, r in enumerate(ROWS)]
)
def test_the_first_cause_is_one_that_may_come_first(origin: str, expected: str, text: str) -> None:
    """The first cause is one of those expected; if none is, none is named and the note says why."""
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


@pytest.mark.parametrize(
    ("origin", "expected", "text"), ROWS, ids=[f"{n}-{r[0]}" for n, r in enumerate(ROWS)]
)
def test_no_error_text_turns_a_healthy_target_critical(origin: str, expected: str, text: str) -> None:
    """With everything observed healthy a text adds a warning at most, and never a critical cause."""
    reported = change(healthy(), error_text=reduce(text, Vault(b"key")))
    causes = [cause for cause in judge_causes(reported) if cause.state == "supported"]
    assert {cause.severity for cause in causes} <= {"warning"}, [cause.id for cause in causes]
    assert decide(reported, find_all(reported, {}), causes) in ("ok", "warning")


@pytest.mark.parametrize(
    ("origin", "expected", "text"), ROWS, ids=[f"{n}-{r[0]}" for n, r in enumerate(ROWS)]
)
def test_no_error_text_hides_what_was_seen(origin: str, expected: str, text: str) -> None:
    """A killed container stays the primary cause, whatever the text speaks of."""
    reported = change(down(exit_code=137), error_text=reduce(text, Vault(b"key")))
    assert judge_causes(reported)[0].id == "container-killed"
