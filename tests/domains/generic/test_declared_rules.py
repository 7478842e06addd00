"""What a runbook declares stands beside the domains that it uses."""

from __future__ import annotations

import pytest

from runbooklab.domain.rules import Rules
from runbooklab.domains import BUILT_IN
from runbooklab.model.declared import Declaration, Declarations
from runbooklab.observe.docker.probe import DOCKER

CHECKS = Declarations(
    (
        Declaration("check", "api-open", "tcp: api:8080\npass: open\n"),
        Declaration("check", "api-runs", "container: api\npass: state == running\n"),
    )
)


@pytest.mark.parametrize("name", BUILT_IN)
def test_declared_checks_stand_beside_every_domain(name: str) -> None:
    """Their probes and those of the domain are in one set of rules, Docker's once."""
    rules = Rules.of([name], CHECKS)
    assert {"declared:api-open", "declared:api-runs", DOCKER.name} <= set(rules.probes)
    assert set(Rules.of([name]).probes) <= set(rules.probes)
    assert {"api-open", "api-runs"} <= set(rules.checks)


def test_the_engine_is_asked_only_if_a_check_sees_containers() -> None:
    """A runbook about files alone starts nothing at Docker."""
    alone = Declarations((Declaration("check", "log", "log: /var/log/x.log\npass: count == 0\n"),))
    assert DOCKER.name not in Rules.of([], alone).probes
    assert DOCKER.name in Rules.of([], CHECKS).probes
