"""Cases are found by name in the labs of all subjects."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from runbooklab.domain import registry
from runbooklab.domains.redis.domain import DOMAIN
from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.errors import UserError
from runbooklab.lab.lab import Lab
from runbooklab.lab.registry import case_named, cases, cases_named, labs


def test_a_case_is_found_with_its_lab() -> None:
    """An id leads to its row and to the lab that the row is of."""
    lab, case = case_named("container-stopped")
    assert lab is LAB
    assert case in LAB.faults


def test_a_cause_means_all_its_variants() -> None:
    """A cause's id stands for every way to bring it about, ``all`` for every case."""
    chosen = [case.id for _, case in cases_named(["auth-required", "healthy/plain"])]
    assert chosen == ["auth-required", "auth-required/default-off", "healthy/plain"]
    assert len(cases_named(["all"])) == sum(len(lab.cases) for lab in labs())


def test_an_unknown_name_is_one_line_with_the_nearest_one() -> None:
    """A mistyped id is a mistake of the user's, who is shown the id that was meant."""
    with pytest.raises(UserError, match=r"there is no fault 'container-stoped'.*container-stopped"):
        cases_named(["container-stoped"])


def test_an_id_of_two_labs_has_the_runbook_before_it() -> None:
    """The first lab's case keeps its id; the other one is told from it by its runbook."""
    other = Lab("Other", "other-runbook", ("redis",), LAB.faults[:1], LAB.testbed)
    id_ = LAB.faults[0].id
    found = cases([LAB, other])
    assert found[id_][0] is LAB
    assert found[f"other-runbook:{id_}"][0] is other


def test_a_runbook_means_all_its_cases() -> None:
    """Its slug stands for its lab, and before an id for the case in it."""
    whole = cases_named(["redis-connection"])
    assert len(whole) == len(LAB.cases)
    assert cases_named(["redis-connection:container-paused"]) == cases_named(["container-paused"])
    assert case_named("redis-connection:container-paused") == case_named("container-paused")


def test_an_id_is_in_a_lab_once() -> None:
    """Two cases with one id are a mistake that names the id and the lab."""
    twice = Lab("Twice", "twice", ("redis",), (LAB.faults[0], LAB.faults[0]), LAB.testbed)
    with pytest.raises(UserError, match="the lab Twice has 'container-missing' twice"):
        cases([twice])


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("runbooklab.nowhere:LAB", "cannot be imported: ModuleNotFoundError"),
        ("runbooklab.domains.redis.domain:DOMAIN", "is not a Lab: .* is Domain"),
    ],
)
def test_a_lab_that_cannot_be_used_is_one_line(
    place: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that names no lab is a mistake of its package, which the line names."""
    monkeypatch.setattr(registry, "domain", lambda name: replace(DOMAIN, lab=place))
    with pytest.raises(UserError, match=f"the lab of the domain '.*' {problem}"):
        labs()
