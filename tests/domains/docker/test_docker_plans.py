"""Plans of Docker's set-up with the names of this target, for what a restart would not fix."""

from __future__ import annotations

from docker_setup_samples import CAUSES
from runbooklab.domain.rules import Rules

RULES = Rules.of(("docker",))


def test_a_directory_mounted_for_a_file_is_in_the_container_too() -> None:
    """The container is made again after the file is put there: a restart would fail (Docker 20.10)."""
    commands = RULES.plan("put-file", CAUSES["bind-mount-is-directory"]()).commands
    assert not any(each.startswith("docker restart") for each in commands)
    assert any("docker create" in each or "--force-recreate" in each for each in commands)


def test_a_silent_endpoint_that_somebody_named_costs_this_host_no_restart() -> None:
    """This host's engine answers: it is used, and its containers run on."""
    plan = RULES.plan("restart-docker", CAUSES["docker-unresponsive"]())
    assert plan.commands == ("unset DOCKER_HOST",)


def test_more_shared_memory_is_given_by_making_the_container_again() -> None:
    """The size is fixed when a container is made."""
    commands = RULES.plan("raise-shm", CAUSES["shm-too-small"]()).commands
    assert any("--shm-size 1g" in each for each in commands)


def test_a_project_is_looked_for_where_it_is() -> None:
    """The plan goes to the engine that has the containers, and says which they are."""
    plan = RULES.plan("switch-docker-context", CAUSES["container-on-other-engine/project"]())
    assert "the containers of the project tts" in plan.changes
