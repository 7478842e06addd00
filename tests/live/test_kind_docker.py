"""What checks see of real containers, and from inside them; and where no engine answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient
from docker.models.containers import Container

from asking import asked, command, context, looked
from runbooklab.domain.rules import Rules
from runbooklab.domains.docker.lab.image import build
from runbooklab.domains.generic.records import Asked, Seen
from runbooklab.lab.testbed import Testbed
from runbooklab.model.declared import Declaration, Declarations
from runbooklab.model.observation import Missing, Observation
from runbooklab.model.parameter import Target
from runbooklab.observe.collect import Collection
from runbooklab.observe.context import Context, NotObserved
from runbooklab.observe.docker.access import docker_access
from runbooklab.observe.docker.probe import DOCKER
from runbooklab.redaction import Vault

Look = Callable[[Asked], Seen]


def with_engine() -> Context[Any]:
    """A context in which the probe `docker` has looked at this host's engine."""
    ctx = context()
    seen = Observation(DOCKER.name, value=docker_access(ctx))
    return context(ctx.vault, lambda key: seen)


@pytest.fixture
def bed(docker_engine: DockerClient) -> Iterator[Testbed]:
    """A testbed whose containers have a shell and a few tools."""
    with Testbed(docker_engine, build(docker_engine.api)) as bed:
        yield bed


@pytest.fixture
def api(bed: Testbed) -> Container:
    """A container that runs, and has written three lines."""
    script = (
        "echo ready; echo 'password=hunter2-of-the-log' >&2; echo 'ERROR no room';"
        " printf 'one\\ntwo\\n' > /tmp/app.log; exec sleep 600"
    )
    made = bed.container("api", ["sh", "-c", script])
    bed.says(made, "ERROR no room")
    return made


@pytest.fixture
def look() -> Look:
    """Looks with this host's engine."""
    return lambda question: looked(question, with_engine())


def test_a_running_container_is_described(api: Container, look: Look) -> None:
    """Its state, age and image; without a health check its health is none."""
    values = look(asked("container", "${c}", c=str(api.name))).values
    assert (values["exists"], values["state"], values["health"]) == (True, "running", "none")
    assert 0 <= values["age"] < 120
    assert (values["restarts"], values["oom_killed"]) == (0, False)
    assert values["image"] == api.attrs["Config"]["Image"]
    assert "exit_code" not in values


def test_a_container_that_ended_has_its_exit_status(bed: Testbed, look: Look) -> None:
    """Its own, and no age."""
    ended = bed.container("ended", ["sh", "-c", "exit 3"])
    bed.exited(ended)
    values = look(asked("container", str(ended.name))).values
    assert (values["state"], values["exit_code"]) == ("exited", 3)
    assert "age" not in values


def test_a_container_that_could_not_start_says_why(bed: Testbed, look: Look) -> None:
    """The engine's words are the note."""
    failed = bed.refused_container("failed", ["no-such-program"])
    seen = look(asked("container", str(failed.name)))
    assert seen.values["state"] == "created"
    assert "no-such-program" in seen.note


def test_a_container_that_is_not_there_is_data(bed: Testbed, look: Look) -> None:
    """For its state and for its log."""
    assert look(asked("container", bed.name("gone"))).values == {"exists": False}
    assert look(asked("log", f"container:{bed.name('gone')}")).values == {"exists": False}


def test_the_lines_of_a_container_are_found(api: Container, look: Look) -> None:
    """Both streams, without their times, without secrets; old ones may be left out."""
    where = f"container:{api.name}"
    seen = look(asked("log", where, {"match": "ERROR"}))
    assert (seen.values["count"], seen.values["first"]) == (1, "ERROR no room")
    every = look(asked("log", where, {"since": "1h"}))
    assert every.values["count"] == 3
    assert "hunter2" not in repr(every)
    assert look(asked("log", where, {"last": "1"})).values["count"] == 1


def test_files_and_disks_are_seen_from_inside(api: Container, look: Look) -> None:
    """With the image's own stat, head, tail and df."""
    inside = str(api.name)
    file = look(asked("file", "/tmp/app.log", container=inside)).values
    assert (file["exists"], file["size"], file["text"], file["lines"]) == (True, 8, "one\ntwo\n", 2)
    assert file["owner"].startswith("root:")
    assert look(asked("file", "/tmp", container=inside)).values["type"] == "folder"
    assert look(asked("file", "/tmp/gone", container=inside)).values == {"exists": False}
    log = look(asked("log", "/tmp/app.log", {"match": "tw"}, container=inside)).values
    assert (log["count"], log["last"]) == (1, "two")
    assert look(asked("log", "/tmp/gone.log", container=inside)).values == {"exists": False}
    disk = look(asked("disk", "/tmp", container=inside))
    assert 0 <= disk.values["used_percent"] <= 100
    assert "read_only" in disk.unobserved


def test_what_cannot_be_looked_into_is_not_observed(bed: Testbed, look: Look) -> None:
    """A container that does not run, and one that is not there."""
    ended = bed.container("ended", ["sh", "-c", ":"])
    bed.exited(ended)
    for name, said in ((str(ended.name), "not running"), (bed.name("gone"), "(?i)no such container")):
        with pytest.raises(NotObserved, match=said):
            look(asked("file", "/etc/hosts", container=name))


def test_a_silent_engine_is_not_observed() -> None:
    """Nothing can be said of a container if no engine was reached."""
    silent = Observation(DOCKER.name, missing=Missing("unreachable", "no Docker engine answers"))
    for question in (
        asked("container", "api"),
        asked("log", "container:api"),
        asked("file", "/x", container="api"),
    ):
        with pytest.raises(NotObserved) as unseen:
            looked(question, context(wait=lambda key: silent))
        assert unseen.value.missing.reason == "unreachable"


def test_the_command_prints_no_environment() -> None:
    """Only the state, the restarts and the image."""
    assert command(asked("container", "api")).startswith("docker inspect -f '{{json .State}}")


@pytest.mark.parametrize("uses", [(), ("docker",)])
def test_a_declared_check_finds_the_engine_by_itself(api: Container, uses: tuple[str, ...]) -> None:
    """Whether another domain of the run looks at Docker or not."""
    rows = (
        Declaration("check", "api-runs", f"container: {api.name}\npass: state == running\n"),
        Declaration("check", "api-file", f"file: /tmp/app.log\nfrom: container {api.name}\npass: exists\n"),
        Declaration("check", "api-log", f"log: container:{api.name}\nfail: count == 0\n"),
    )
    rules = Rules.of(uses, Declarations(rows))
    ids = {"declared:api-runs", "declared:api-file", "declared:api-log", DOCKER.name}
    probes = [probe for probe in rules.probes.values() if probe.name in ids]
    collection = Collection(Target(), Path.cwd(), Vault(b"a key for tests"), probes=probes)
    collection.start()
    seen = collection.evidence().observations
    assert {name: seen[name].missing for name in ids} == dict.fromkeys(ids)
    assert seen["declared:api-runs"].value.values["state"] == "running"
    assert seen["declared:api-file"].value.values["size"] == 8
    assert seen["declared:api-log"].value.values["count"] == 3
