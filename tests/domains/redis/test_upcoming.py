"""What will be met once the primary cause is fixed."""

from __future__ import annotations

import pytest

from cause_samples_network import orchestrated
from evidence_samples import address, alter_container, change, down, healthy, not_inside, published
from judging import REDIS, conclude, judge_causes
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.server import ServedFile, ServerConfig
from runbooklab.domains.redis.upcoming import PREDICTIONS, size_of, upcoming
from runbooklab.observe.docker.records import Attachment
from situations import SITUATIONS, silent


def ids(e: Evidence) -> list[str]:
    return [cause.id for cause in upcoming(e, judge_causes(e))]


def set_up(**settings: str) -> ServerConfig:
    origins = dict.fromkeys((name.replace("_", "-") for name in settings), "command line")
    return ServerConfig({name.replace("_", "-"): value for name, value in settings.items()}, origins)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (set_up(), []),
        (ServerConfig(credentials="missing"), ["auth-required"]),
        (ServerConfig(credentials="wrong"), ["auth-wrong-credentials"]),
        (ServerConfig(credentials="none-set"), ["auth-not-enabled-on-server"]),
        (ServerConfig(credentials="fit"), []),
        (set_up(port="7000"), ["redis-port-mismatch"]),
        (set_up(bind="127.0.0.1 -::1"), ["bind-loopback-only"]),
        (set_up(bind="0.0.0.0"), []),
        (set_up(port="0", tls_port="6379"), ["plain-to-tls-port"]),
        (set_up(protected_mode="yes"), ["protected-mode"]),
        (set_up(protected_mode="yes", requirepass="x"), []),
        (set_up(replicaof="master 6379"), ["replica-read-only"]),
        (ServerConfig(files=(ServedFile("aclfile", "/users.acl", "missing"),)), ["redis-start-failed"]),
        (ServerConfig(files=(ServedFile("config", "/r.conf", "missing"),)), ["redis-config-invalid"]),
        (ServerConfig(files=(ServedFile("aclfile", "/users.acl", "unknown"),)), []),
    ],
)
def test_a_stopped_servers_settings_tell_what_comes_next(config: ServerConfig, expected: list[str]) -> None:
    """Each is named behind the container that is down, and nothing is guessed from what was not seen."""
    assert ids(change(down(exit_code=0), server_config=config)) == expected


def test_memory_that_will_not_do_is_told_from_the_limits() -> None:
    """maxmemory above the container's limit ends it as soon as it is full."""
    base = alter_container(down(exit_code=0), memory_limit_bytes=32 * 1024**2)
    assert ids(change(base, server_config=set_up(maxmemory="100mb"))) == ["container-oom-killed"]
    assert ids(change(base, server_config=set_up(maxmemory="16mb"))) == []
    assert size_of("1gb") == 1024**3


def test_networks_that_are_apart_stay_apart_once_the_container_is_started() -> None:
    """A stopped container keeps its networks: the name will not resolve after the start either."""
    name = NameResolution("redis-tts", "not-found")
    base = orchestrated(down(exit_code=0), networks=(Attachment("other", "172.19.0.9"),), name=name)
    assert "network-not-shared" in ids(base)


def test_a_server_that_is_up_and_cannot_be_asked_is_told_from_its_settings() -> None:
    """Paused, or not published: its settings say what is met next, if it does not itself."""
    paused = alter_container(change(silent(), inside=not_inside("container-paused")), state="paused")
    far = address("redis://localhost:6379/7", db=7, db_in_url=7)
    assert ids(change(paused, address=far, server_config=set_up(databases="2"))) == ["db-out-of-range"]
    assert ids(change(paused, server_config=ServerConfig(credentials="wrong"))) == ["auth-wrong-credentials"]
    unpublished = SITUATIONS["port-not-published"]()
    assert ids(change(unpublished, server_config=ServerConfig(credentials="wrong"))) == []
    secure = address("rediss://localhost:6379", scheme="rediss")
    assert ids(change(unpublished, address=secure, server_config=set_up(port="6379"))) == [
        "tls-to-plain-port"
    ]


def test_a_port_published_elsewhere_is_said_once() -> None:
    """That the URL's port is not published says the same in fewer words."""
    e = alter_container(down(exit_code=0), ports_asked=(published(6379, 6380),))
    assert ids(change(e, server_config=set_up(port="6379"))) == ["port-published-elsewhere"]


def test_how_a_password_was_lost_is_said_before_it_is_met() -> None:
    """A stopped server's password that Compose cut is explained in the summary."""
    cut = ServerConfig(credentials="wrong", password_mishap="variable-replaced")
    made = conclude(
        change(down(exit_code=0), server_config=cut), run_id="r", runbook="x", started_at="", finished_at=""
    )
    assert "in a Compose file a $ of a password is written $$" in made.summary


def test_nothing_comes_next_where_nothing_is_wrong() -> None:
    """A healthy target has no next cause, whatever its settings."""
    assert ids(change(healthy(), server_config=set_up(bind="127.0.0.1"))) == []


def test_what_comes_next_stands_in_the_summary() -> None:
    """The sentence on top goes on with what will be met, in the order in which it will be met."""
    base = change(
        SITUATIONS["container-stopped"](),
        server_config=ServerConfig({"port": "7000"}, {"port": "command line"}, credentials="missing"),
    )
    made = conclude(base, run_id="r", runbook="x", started_at="", finished_at="")
    assert [cause.id for cause in made.next] == ["redis-port-mismatch", "auth-required"]
    assert "Next you will meet: The client ends at port 6379" in made.summary


def test_what_is_predicted_is_a_cause() -> None:
    """Each row of the predictions names a row of the catalogue, and none is named twice."""
    named = [row.cause for row in PREDICTIONS]
    assert set(named) <= REDIS.causes.keys()
    assert len(set(named)) == len(named)
