"""A lab on a machine without a Docker engine, and drills that cannot be carried out there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from runbooklab.lab.drill import drill
from runbooklab.lab.fault import Fault
from runbooklab.lab.lab import Lab, Place, WithoutDocker
from runbooklab.lab.testbed import Situation, Testbed, Unavailable


def _needs_container(testbed: Testbed) -> Situation:
    testbed.container("redis", ["true"])
    raise AssertionError("there is no engine")


def _made(testbed: Testbed) -> Situation:
    return Situation({"made": "on this host"})


def _image(client: object) -> str:
    raise Unavailable("needs an image")


FAULT = Fault("stopped", "It was stopped.", _needs_container)
LAB = Lab(
    title="Something",
    runbook="something",
    domains=(),
    faults=(FAULT,),
    healthy=(),
    testbed=Testbed,
    image=_image,
    without_docker=WithoutDocker(lambda: "server", "install server"),
)


def test_a_recipe_that_needs_a_container_is_skipped() -> None:
    """Nothing was injected then, and the result says what is missing."""
    result = drill(FAULT, Place(LAB))
    assert (result.skipped, result.failed, result.right) == ("needs a Docker engine", "", False)


def test_the_labs_own_recipe_serves_without_an_engine() -> None:
    """A case may be brought about otherwise there."""
    own = WithoutDocker[Testbed](lambda: "server", "install server", recipes={"stopped": _made})
    with Place(replace(LAB, without_docker=own)).inject(FAULT) as (testbed, situation):
        assert situation.parameters == {"made": "on this host"}
        assert testbed.folder.exists()
    assert not testbed.folder.exists()


@pytest.mark.parametrize(
    "own", [None, WithoutDocker[Testbed](lambda: "server", "install", impossible=frozenset({"stopped"}))]
)
def test_what_means_a_container_is_not_tried_without_one(own: WithoutDocker[Testbed] | None) -> None:
    """A case that would bring nothing about, or a lab with nothing for this, raises first."""
    place = Place(replace(LAB, without_docker=own))
    with pytest.raises(Unavailable, match="needs a Docker engine"), place.inject(FAULT):
        pass


def test_a_missing_tool_is_a_failure_of_the_drill() -> None:
    """What the recipe needs on this host and is not there stands in the result."""
    result = drill(replace(FAULT, tools=("no-such-tool",)), Place(LAB))
    assert result.failed == "not on this machine: no-such-tool"
