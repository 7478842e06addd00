"""The runbook of disk space names what is wrong with real file systems."""

from __future__ import annotations

from typing import Any

import pytest
from declared_drills import cases_of, check, place_of

from runbooklab.domains.generic.lab.disk_space import LAB
from runbooklab.lab.fault import Case

#: Those that show a way of looking each.
OFTEN = (
    "disk-full",
    "disk-full/old-files",
    "disk-inodes-gone",
    "disk-deleted-files-open",
    "disk-kept-for-root",
    "by-a-link",
)


@pytest.mark.parametrize("case", cases_of(LAB, OFTEN))
def test_the_disk_runbook_names_it(case: Case[Any]) -> None:
    """The injected cause is named first; an odd file system with room raises no alarm; a remedy helps."""
    check(case, place_of(LAB))
