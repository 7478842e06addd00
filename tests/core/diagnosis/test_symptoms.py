"""Error messages that the symptoms of a runbook quote, found in a text."""

from __future__ import annotations

import pytest

from runbooklab.diagnosis.symptoms import symptom_in

SYMPTOMS = (
    "`Job for … failed because the control process exited`, or `ENOSPC`",
    "`502 Bad Gateway`, `Unit ….service is masked`",
    "Nothing works any more",
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x: Job for nginx.service failed because the\n  control process exited with", True),
        ("<h1>502 bad gateway</h1>", True),
        ("Unit app@1.service is masked.", True),
        ("Unit\nis\nmasked.service is masked", False),
        ("Job for failed because the control process exited", False),
        ("ENOSPC", False),
        ("nothing works any more", False),
        ("502 Bad " + "x" * 100_000, False),
        ("Job for " * 20_000, False),
    ],
)
def test_a_quoted_message_is_found(text: str, said: bool) -> None:
    """In any letter case and over a line break, … for what is not empty; short ones and prose say nothing."""
    assert bool(symptom_in(text, SYMPTOMS)) is said
