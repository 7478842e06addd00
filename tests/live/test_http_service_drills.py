"""The runbook of HTTP services names what is wrong with real servers."""

from __future__ import annotations

from typing import Any

import pytest
from declared_drills import cases_of, check, place_of

from runbooklab.domains.generic.lab.http_service import LAB
from runbooklab.lab.fault import Case

#: Those that show a way of looking each.
OFTEN = (
    "http-refused",
    "http-certificate-expired",
    "http-upstream-down",
    "http-redirected-away",
    "own-authority",
)


@pytest.mark.parametrize("case", cases_of(LAB, OFTEN))
def test_the_http_runbook_names_it(case: Case[Any]) -> None:
    """The injected cause is named first; an odd server that works raises no alarm; a remedy helps."""
    check(case, place_of(LAB))
