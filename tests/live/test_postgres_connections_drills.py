"""The runbook of PostgreSQL connections names what is wrong with a real server."""

from __future__ import annotations

from typing import Any

import pytest
from declared_drills import cases_of, check, place_of

from runbooklab.domains.generic.lab.postgres_connections import LAB
from runbooklab.lab.fault import Case

#: Those that show a way of looking each.
OFTEN = (
    "pg-password-wrong",
    "pg-role-limit",
    "pg-open-transactions-fill",
    "pg-blocked-by-open-transaction",
    "well",
)


@pytest.mark.parametrize("case", cases_of(LAB, OFTEN))
def test_the_postgres_runbook_names_it(case: Case[Any]) -> None:
    """The injected cause is named first; an odd server that works raises no alarm; a remedy helps."""
    check(case, place_of(LAB))
