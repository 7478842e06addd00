"""Remedy plans: commands ready to paste, with this target's names, quoted, and no secret in them."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from evidence_samples import (
    address,
    alter,
    alter_container,
    change,
    healthy,
    inside,
    published,
    redis_container,
    retarget,
    talk,
)
from judging import CATALOGUE, REDIS, REMEDIES, plan_for
from odd_situations import NO_ALARM
from runbooklab.apply.apply import understood
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.observe.docker.records import Attachment, ContainerLook, Mount, RunOption
from situations import SITUATIONS

NAMED = """
    run-container start-container unpause-container recreate-container stop-crash-loop fix-redis-config
    free-port stop-conflicting-container use-other-port publish-port fix-redis-url fix-config-file
    create-network connect-network set-credentials drop-credentials set-password bind-all-interfaces
    raise-maxmemory set-eviction-policy raise-maxclients raise-memory-limit wait-for-loading
    remove-firewall-rule start-workers start-docker grant-docker-access restart-docker enable-slowlog
    flush-all
"""
TOKEN = "***secret-1a2b3c4d***"
EVERY = SITUATIONS | {f"odd-{name}": build for name, build in NO_ALARM.items()}


def plan(remedy_id: str, situation: str | Evidence) -> RemedyPlan:
    evidence = SITUATIONS[situation]() if isinstance(situation, str) else situation
    return plan_for(remedy_id, evidence)


def test_every_remedy_that_runbooks_and_causes_name_is_in_the_table() -> None:
    """A cause never recommends what nobody can plan."""
    assert set(NAMED.split()) <= set(REMEDIES)
    assert {remedy for cause in CATALOGUE for remedy in cause.remedies} <= set(REMEDIES)


@pytest.mark.parametrize("situation", EVERY)
def test_every_remedy_can_be_planned_in_every_situation(situation: str) -> None:
    """A plan is complete whatever was observed: a person may read any of them at any time."""
    evidence = EVERY[situation]()
    for remedy_id in REMEDIES:
        made = plan_for(remedy_id, evidence)
        assert made.id == remedy_id
        check_plan(made)


def check_plan(made: RemedyPlan) -> None:
    assert made.commands
    assert made.changes.endswith((".", "'", '"')) or "The log says" in made.changes
    for line in (*made.commands, *made.confirm, *made.undo):
        assert line.strip()
        assert "None" not in line
        assert "\n" not in line
        shlex.split(line)


@pytest.mark.parametrize("remedy_id", REMEDIES)
def test_a_plan_needs_no_evidence_at_all(remedy_id: str) -> None:
    """With nothing observed a plan falls back to the runbook's own names."""
    made = plan_for(remedy_id, Evidence())
    assert made.commands


@pytest.mark.parametrize("remedy_id", REMEDIES)
def test_names_from_the_world_are_quoted(remedy_id: str) -> None:
    """A hostile name is one word for the shell, never a command."""
    hostile = "redis; rm -rf $HOME"
    evidence = retarget(
        change(
            alter_container(healthy(), name=hostile, image="img`id`", command=("redis-server", "--x; id")),
            address=address("redis://a;id:6379", host="a;id"),
        ),
        redis_container=hostile, docker_network="net; id", orchestrator_config="conf; id.yaml",
    )  # fmt: skip
    made = plan_for(remedy_id, evidence)
    for line in (*made.commands, *made.confirm, *made.undo):
        unquoted = re.sub(r"'[^']*'", "", line)
        for live in ("$HOME", "`", "; id", "; rm", ";id"):
            assert live not in unquoted, line


@pytest.mark.parametrize("remedy_id", REMEDIES)
def test_no_command_carries_a_token_where_a_password_belongs(remedy_id: str) -> None:
    """A token is of no use in a shell: the command asks for the password by a variable instead."""
    evidence = change(
        alter_container(healthy(), command=("docker-entrypoint.sh", "redis-server", "--requirepass", TOKEN)),
        address=address(f"redis://:{TOKEN}@localhost:6379", has_password=True),
    )
    made = plan_for(remedy_id, evidence)
    for line in (*made.commands, *made.confirm, *made.undo):
        assert "***" not in line


@pytest.mark.parametrize("situation", EVERY)
def test_what_is_appliable_is_understood_without_a_shell(situation: str) -> None:
    """``--apply`` can do every command of a plan that says so: no editor, no pipe, no sudo."""
    evidence = EVERY[situation]()
    for remedy_id in REMEDIES:
        made = plan_for(remedy_id, evidence)
        for line in made.commands if made.appliable else ():
            assert not set("$|;<>") & set(line), (remedy_id, line)
            understood(line, REDIS.verbs)


def test_what_destroys_something_asks_for_the_name() -> None:
    """Flushing, ending a process and stopping a Redis that runs are destructive, starting one is not."""
    evidence = SITUATIONS["port-conflict-process"]()
    for remedy_id in ("flush-all", "free-port"):
        assert plan_for(remedy_id, evidence).destructive, remedy_id
    for remedy_id in ("recreate-container", "publish-port"):
        assert plan_for(remedy_id, SITUATIONS["port-not-published"]()).destructive, remedy_id
    for remedy_id in ("start-container", "unpause-container", "connect-network", "enable-slowlog"):
        assert not plan_for(remedy_id, evidence).destructive, remedy_id


EXACT: list[tuple[str, str, tuple[str, ...]]] = [
    ("container-stopped", "start-container", ("docker start redis-tts",)),
    ("container-paused", "unpause-container", ("docker unpause redis-tts",)),
    ("container-crash-looping", "stop-crash-loop", ("docker stop redis-tts",)),
    ("container-missing", "run-container",
     ("docker run -d --name redis-tts --network tts-network -p 127.0.0.1:6379:6379 "
      "-v redis-tts-data:/data redis:7-alpine",)),
    ("port-conflict-process", "free-port",
     ("kill 777",
      "timeout 15 sh -c 'while ss -tln | grep -q \":6379 \"; do sleep 0.2; done'",
      "docker start redis-tts")),
    ("port-conflict-container", "stop-conflicting-container",
     ("docker stop redis-old", "docker start redis-tts")),
    ("port-published-elsewhere", "fix-redis-url",
     ("sed -i 's|redis://localhost:6379|redis://localhost:6380|' configs/orchestrator.yaml",)),
    ("container-name-from-host", "fix-redis-url",
     ("sed -i 's|redis://redis-tts:6379|redis://localhost:6379|' configs/orchestrator.yaml",)),
    ("localhost-in-container", "fix-redis-url",
     ("sed -i 's|redis://localhost:6379|redis://redis-tts:6379|' configs/orchestrator.yaml",)),
    ("url-scheme-invalid", "fix-redis-url",
     ("sed -i 's|localhost:6379|redis://localhost:6379|' configs/orchestrator.yaml",)),
    ("network-missing", "create-network",
     ("docker network create tts-network", "docker network connect tts-network redis-tts",
      "docker start redis-tts")),
    ("network-not-shared", "connect-network", ("docker network connect tts-network redis-tts",)),
    ("memory-exhausted", "raise-maxmemory",
     ("docker exec redis-tts redis-cli CONFIG SET maxmemory 268435456",)),
    ("memory-exhausted", "set-eviction-policy",
     ("docker exec redis-tts redis-cli CONFIG SET maxmemory-policy allkeys-lru",)),
    ("healthy", "enable-slowlog",
     ("docker exec redis-tts redis-cli CONFIG SET slowlog-log-slower-than 10000",)),
    ("healthy", "flush-all", ("docker exec redis-tts redis-cli FLUSHALL",)),
    ("docker-unreachable", "start-docker", ("sudo systemctl start docker",)),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "remedy_id", "commands"), EXACT)
def test_a_plan_holds_this_targets_names_and_ports(
    situation: str, remedy_id: str, commands: tuple[str, ...]
) -> None:
    """The commands can be pasted as they are."""
    assert plan(remedy_id, situation).commands == commands


def test_a_missing_image_is_pulled_first() -> None:
    """Without its image a container cannot be run, and a pull is not for ``--apply``."""
    evidence = healthy(container=ContainerLook("redis-tts", None, image_present=False))
    made = plan("run-container", evidence)
    assert made.commands[0] == "docker pull redis:7-alpine"
    assert not made.appliable


def test_a_container_is_force_recreated_as_it_was() -> None:
    """Image, network, restart policy, ports, volumes, memory and command are carried over."""
    evidence = alter_container(
        healthy(), image="redis:6.2", mounts=(Mount("volume", "redis-data", "/data"),),
        memory_limit_bytes=268435456, ports=(published(), published(16379, 7000, "127.0.0.1")),
        command=("docker-entrypoint.sh", "redis-server", "--appendonly", "yes"),
        networks=(
            Attachment("tts-network", "172.18.0.2", ("redis",)), Attachment("metrics", "172.19.0.2"),
        ),
    )  # fmt: skip
    assert plan("recreate-container", evidence).commands == (
        "docker create --name redis-tts-new --network tts-network --network-alias redis -p 6379:6379 "
        "-p 127.0.0.1:7000:16379 -v redis-data:/data --restart unless-stopped --memory 268435456 redis:6.2 "
        "redis-server --appendonly yes",
        "docker network connect metrics redis-tts-new",
        "docker exec redis-tts redis-cli SAVE",
        "docker inspect -f '{{.State.Status}}' redis-tts-new && docker stop redis-tts && "
        "docker rename redis-tts redis-tts-before && docker rename redis-tts-new redis-tts && "
        "docker start redis-tts",
    )


def test_of_a_command_only_what_the_log_names_is_left_out() -> None:
    """Making a container again with the same mistake would fix nothing, and all else stays."""
    words = ("redis-server", "--appendonly", "yes", "--maxmemroy", "100mb", "--requirepass", TOKEN)
    options = tuple(RunOption("", word, f"{{{{index .Config.Cmd {at}}}}}") for at, word in enumerate(words))
    broken = alter_container(SITUATIONS["redis-config-invalid"](), command=words, options=options)
    made = plan("fix-redis-config", broken)
    assert 'redis-server --appendonly yes --requirepass "$(docker inspect' in made.commands[0]
    assert "maxmemroy" not in made.commands[0]
    assert "--maxmemroy 100mb" in made.changes


def test_a_mounted_configuration_is_edited_where_it_is() -> None:
    """The file on the host is opened, and the container started with it."""
    mounts = (Mount("bind", "/srv/redis.conf", "/etc/redis.conf", True, False),)
    evidence = alter_container(SITUATIONS["redis-config-invalid"](), mounts=mounts)
    commands = plan("fix-redis-config", evidence).commands
    assert '"${EDITOR:-vi}" /srv/redis.conf' in commands
    assert not any("rm -f" in line for line in commands)


def test_an_environment_is_handed_over_unseen() -> None:
    """Its values are read from the old container when the command is pasted, by a shell and not by us."""
    options = (RunOption("--env", "TZ"), RunOption("--env", "NOTE", "{{index .Config.Env 1}}"))
    evidence = alter_container(healthy(), options=options)
    made = plan("recreate-container", evidence)
    assert made.commands[0].startswith("docker inspect -f ")
    assert "grep -E '^(TZ)=' | docker create" in made.commands[0]
    assert "--env \"$(docker inspect -f '{{index .Config.Env 1}}' redis-tts)\"" in made.commands[0]
    assert not made.appliable


def test_a_port_is_published_where_redis_listens() -> None:
    """The URL's port of the host is led to the port inside that Redis has."""
    run = plan("publish-port", "redis-port-mismatch").commands[0]
    assert "-p 127.0.0.1:6379:6380 " in run
    assert ":6379:6379" not in run


def test_another_port_is_one_that_nothing_has() -> None:
    """Ports of known containers are passed over, and the configuration follows."""
    other = redis_container(name="x", ports=(published(6379, 6380),))
    evidence = change(
        SITUATIONS["port-conflict-process"](),
        container=ContainerLook("redis-tts", redis_container(state="created", ports=()), others=(other,)),
    )
    commands = plan("use-other-port", evidence).commands
    assert "-p 127.0.0.1:6381:6379" in commands[0]
    assert commands[-1] == "sed -i 's|:6379|:6381|' configs/orchestrator.yaml"


def test_an_alias_gives_redis_the_name_that_the_url_has() -> None:
    """The orchestrator's URL says ``redis``, and the container is called otherwise."""
    evidence = change(SITUATIONS["network-not-shared"](), address=address("redis://redis:6379", host="redis"))
    commands = plan("connect-network", evidence).commands
    assert commands == ("docker network connect --alias redis tts-network redis-tts",)


def test_a_password_reaches_redis_through_the_environment_alone() -> None:
    """It never stands in a command line, where every user of the host could read it."""
    evidence = change(SITUATIONS["auth-required"](), inside=inside("NOAUTH"))
    made = plan("raise-maxmemory", evidence)
    assert made.commands == (
        "docker exec -e REDISCLI_AUTH redis-tts redis-cli CONFIG SET maxmemory 268435456",
    )
    assert "REDISCLI_AUTH" in made.changes
    assert plan("set-password", "healthy").commands[1] == (
        'printf %s "$REDIS_PASSWORD" | docker exec -i redis-tts redis-cli -x CONFIG SET requirepass'
    )


def test_a_url_with_a_password_is_changed_around_it() -> None:
    """Only the part after the ``@`` is replaced, so the command holds no secret."""
    evidence = change(
        SITUATIONS["port-published-elsewhere"](),
        address=address(f"redis://:{TOKEN}@localhost:6379/0", has_password=True),
    )
    made = plan("fix-redis-url", evidence)
    assert made.commands == ("sed -i 's|@localhost:6379/0|@localhost:6380/0|' configs/orchestrator.yaml",)


def test_a_url_given_as_a_parameter_is_tried_not_edited() -> None:
    """The configuration is not what is wrong then."""
    evidence = alter(SITUATIONS["port-published-elsewhere"](), "address", source="parameter")
    assert plan("fix-redis-url", evidence).commands == (
        "runbook run redis-connection -p redis_url redis://localhost:6380",
    )


@pytest.mark.parametrize(
    ("problem", "start"),
    [
        ("missing", "mkdir -p configs"),
        ("unreadable", "ls -l configs/orchestrator.yaml"),
        ("redis-section-missing", "printf"),
        ("not-text", "mv -n configs/orchestrator.yaml configs/orchestrator.yaml.old"),
        ("invalid-value", '"${EDITOR:-vi}"'),
    ],
)
def test_a_configuration_is_mended_as_it_is_broken(problem: Any, start: str) -> None:
    """Each kind of mistake has its own commands."""
    evidence = alter(SITUATIONS["config-missing"](), "config", problem=problem)
    assert plan("fix-config-file", evidence).commands[0].startswith(start)


def test_redis_outside_docker_is_talked_to_directly() -> None:
    """There is no container to run a command in."""
    made = plan("enable-slowlog", NO_ALARM["redis-on-host"]())
    assert made.commands == ("redis-cli -h localhost -p 6379 CONFIG SET slowlog-log-slower-than 10000",)


def test_a_full_redis_is_restarted_before_its_limit_is_raised() -> None:
    """At the limit no connection gets in, not even the one that would raise it."""
    full = change(
        SITUATIONS["maxclients-reached"](), inside=inside("ERR", "ERR max number of clients reached")
    )
    assert plan("raise-maxclients", full).commands[0] == "docker restart redis-tts"
    assert len(plan("raise-maxclients", healthy(redis=talk())).commands) == 1


def test_a_remedy_fits_only_where_what_it_changes_was_seen() -> None:
    """A cause with several remedies recommends the one that the evidence speaks for."""
    process, container = SITUATIONS["port-conflict-process"](), SITUATIONS["port-conflict-container"]()
    assert REMEDIES["free-port"].fits(process)
    assert not REMEDIES["stop-conflicting-container"].fits(process)
    assert REMEDIES["stop-conflicting-container"].fits(container)
    assert not REMEDIES["free-port"].fits(container)
    assert REMEDIES["fix-redis-url"].fits(SITUATIONS["port-published-elsewhere"]())
    assert not REMEDIES["fix-redis-url"].fits(healthy())


def test_the_next_run_has_the_parameters_of_this_one() -> None:
    """What is typed again checks the same place, in the same way; what is as usual is left out."""
    given = {"redis_url_key": "cache.redis", "needs_write": False, "expected_workers": 2}
    assert Site(retarget(healthy(), **given)).run_again == (
        "runbook run redis-connection -p redis_url_key cache.redis -p expected_workers 2 -p needs_write false"
    )
    assert "-p needs_write false" in Site(retarget(healthy(), **given)).run_with_url("redis://elsewhere:6379")
