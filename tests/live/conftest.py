"""Every test in this folder talks to something real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from triage_cells import START, Stopped, parameters

from notebook_client import Person
from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder ``live``."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.live)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """Somebody with a fresh kernel."""
    there = Person(tmp_path)
    yield there
    there.close()


@pytest.fixture
def open_for(person: Person) -> Callable[..., Person]:
    """``open_for(server, **parameters)``: the parameters and set-up cells have been run for it."""

    def opened(server: LabRedis, **more: Any) -> Person:
        person.run_all([("parameters", parameters(server, **more)), ("setup", START)])
        return person

    return opened


@pytest.fixture
def stopped(testbed: RedisTestbed, open_for: Callable[..., Person]) -> Callable[..., Stopped]:
    """``stopped(**parameters)``: a Redis that is stopped, and the notebook in which that was seen."""

    def seen(**more: Any) -> Stopped:
        server = testbed.redis()
        server.container.stop(timeout=2)
        person = open_for(server, **more)
        return server, person, person.run("diagnose()")

    return seen
