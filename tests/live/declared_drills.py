"""Drills of a runbook that declares all its checks: one case, inspected and judged as a run does it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from docker import DockerClient
from docker.errors import DockerException

from machine import lacking
from runbooklab.lab.drill import drill
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Lab, Place
from runbooklab.lab.remediate import Remediation


def cases_of(lab: Lab[Any], often: Collection[str]) -> list[Any]:
    """The cases of a lab; those that are not among ``often`` are run in full only."""
    assert set(often) <= {case.id for case in lab.cases}
    return [
        pytest.param(case, id=case.id, marks=() if case.id in often else (pytest.mark.exhaustive,))
        for case in lab.cases
    ]


def place_of(lab: Lab[Any]) -> Place[Any]:
    """The lab on this machine, without an engine if it can do without one."""
    if lab.image is None:
        return Place.of(lab, None)
    try:
        client = DockerClient.from_env(timeout=60)
        client.ping()
    except DockerException:
        if lab.without_docker is not None:
            return Place.of(lab, None)
        lacking("needs a Docker engine")
    return Place.of(lab, client)


def check(case: Case[Any], place: Place[Any]) -> Remediation | None:
    """The injected cause is named first and those with it are named too, or there is no alarm.

    A remedy that could be carried out has left a healthy target. What the remedies did is returned.
    """
    result = drill(case, place, remediate=True)
    if result.skipped or case.missing_tools:
        lacking(result.skipped or f"not on this machine: {', '.join(case.missing_tools)}")
    assert not result.failed, result.failed
    assert result.right, f"{result.verdict}, {result.supported}: {result.proof}"
    if result.remediation is not None:
        assert not result.remediation.failed, result.remediation.failed
        assert not result.remediation.harm, result.remediation.harm
    return result.remediation
