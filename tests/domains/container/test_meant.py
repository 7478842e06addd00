"""Which Redis container is meant, and what a default that does not exist explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from judging import REDIS, judge_causes, target_with
from runbooklab.authoring.frontmatter import read
from runbooklab.domains.address.meant import is_unrelated, meant
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.container.meant import is_default, source_words
from runbooklab.domains.redis.target import Target
from runbooklab.model.observation import Observation
from runbooklab.notebook.target import target_of
from runbooklab.observe.docker.records import Attachment, Container, NetworkLook, PortBinding
from runbooklab.redaction import Vault
from situations import alter_container, healthy

RUNBOOKS = Path(__file__).parents[3] / "runbooks"
DEFAULT = target_with(redis_container="redis-tts", docker_network="tts-network")


def one(name: str, *, image: str = "redis:7-alpine", state: str = "exited", **more: object) -> Container:
    return Container(name=name, id=name, image=image, state=state, **more)


def at(host: str, port: int = 6379) -> RedisAddress:
    return RedisAddress(f"redis://{host}:{port}", "parameter", scheme="redis", host=host, port=port)


def asks_for(port: int) -> tuple[PortBinding, ...]:
    return (PortBinding(6379, "tcp", "127.0.0.1", port),)


@pytest.mark.parametrize("runbook", sorted(RUNBOOKS.glob("*.md")), ids=lambda path: path.stem)
def test_the_defaults_are_those_of_the_runbooks(runbook: Path) -> None:
    """What is taken for a default here is what the runbook's front matter declares."""
    presets = {name: row.preset for name, row in REDIS.parameters.items() if row.preset}
    declared = {
        parameter.name: parameter.default
        for parameter in read(runbook).parameters
        if parameter.name in presets
    }
    assert declared == {name: value for name, value in presets.items() if name in declared}


def test_every_parameter_says_whether_somebody_chose_it() -> None:
    """A value that differs from the runbook's default was given."""
    found, _ = target_of({"redis_container": "cache", "docker_network": "tts-network"}, REDIS, Vault())
    target = Target.of(found)
    assert found.sources == {"redis_container": "given", "docker_network": "default"}
    assert source_words(target, "redis_container") == "cache (given)"
    assert source_words(target, "docker_network") == "tts-network (default)"
    assert is_default(target, "docker_network")


PORT = one("shop-redis-1", ports_asked=asks_for(6379))
ALIAS = one("b7c", state="running", networks=(Attachment("shop", "172.20.0.2", ("redis-tts", "cache")),))
SERVICE = one("shop-cache-1", labels={"com.docker.compose.service": "cache"})
APP = one("app", image="shop/web", state="running")


@pytest.mark.parametrize(
    ("target", "address", "candidates", "found"),
    [
        (DEFAULT, at("localhost"), (APP, PORT), "shop-redis-1"),
        (DEFAULT, at("127.0.0.1"), (PORT, ALIAS), "b7c"),
        (DEFAULT, at("cache"), (PORT, SERVICE), "shop-cache-1"),
        (DEFAULT, at("172.20.0.2"), (PORT, ALIAS), "b7c"),
        (DEFAULT, at("localhost", 7000), (APP, SERVICE), "shop-cache-1"),
        (DEFAULT, at("localhost", 7000), (PORT, SERVICE), None),
        (target_with(redis_container="cache"), at("localhost"), (PORT, SERVICE), "shop-cache-1"),
        (target_with(redis_container="other"), at("localhost", 7000), (SERVICE,), None),
        (DEFAULT, None, (APP,), None),
    ],
    ids=["port", "alias", "service-in-url", "address", "only-one", "two", "service", "given", "none"],
)
def test_the_container_meant_is_found_by_what_the_target_says(
    target: Target, address: RedisAddress | None, candidates: tuple[Container, ...], found: str | None
) -> None:
    """A name that is not there leads to the container that the target leads to, and to none by guess."""
    chosen = meant(target, candidates, address, from_container=False)
    assert (chosen.container.name if chosen else None) == found


def test_a_container_that_only_has_the_defaults_name_is_not_meant() -> None:
    """A URL that was given leads past a container whose name nobody chose."""
    assert is_unrelated(DEFAULT, one("redis-tts", ports_asked=asks_for(7000)), at("localhost"))
    assert not is_unrelated(DEFAULT, one("redis-tts", ports_asked=asks_for(6379)), at("localhost"))
    assert not is_unrelated(target_with(redis_container="a"), one("a"), at("localhost"))


def test_a_default_network_that_is_not_there_explains_nothing() -> None:
    """No cause rests on a network that nobody chose, whatever the client meets."""
    evidence = alter_container(healthy(), state="exited", exit_code=0)
    look = Observation(probe="network", vantage="host", value=NetworkLook("tts-network", names=("bridge",)))
    broken = evidence.having(look)
    ruling = next(cause for cause in judge_causes(broken) if cause.id == "network-missing")
    assert ruling.state == "ruled-out"
