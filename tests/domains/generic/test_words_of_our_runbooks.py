"""Our own declared runbooks call the same thing by the same parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import find_suite
from runbooklab.domains.generic.declared import DeclaredCheck
from runbooklab.domains.generic.reading import read_all

SUITE = find_suite(Path(__file__))


@pytest.mark.parametrize("slug", SUITE.slugs())
def test_a_service_and_a_container_have_one_name_in_all_runbooks(slug: str) -> None:
    """The parameter is `service` or `container`, perhaps with a word before it."""
    rows = read_all(Invocation.of(SUITE, slug).declarations)
    for row in rows:
        if isinstance(row, DeclaredCheck) and row.kind.name in ("service", "container"):
            assert all(name.split("_")[-1] == row.kind.name for name in row.subject.names), row.id
