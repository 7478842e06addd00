"""The runbook of services names why real units and containers do not start."""

from __future__ import annotations

from typing import Any

import pytest
from declared_drills import cases_of, check, place_of

from runbooklab.domains.generic.lab.service_start import LAB
from runbooklab.lab.fault import Case

#: Those that show a way of looking each.
OFTEN = ("unit-program-missing", "unit-stopped", "container-exits", "unit-complains")


@pytest.mark.parametrize("case", cases_of(LAB, OFTEN))
def test_the_service_runbook_names_it(case: Case[Any]) -> None:
    """The injected cause is named first; an odd service that runs raises no alarm; a remedy helps."""
    check(case, place_of(LAB))
