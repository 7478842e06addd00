"""A remedy changes the least that helps, and says what that takes away."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from evidence_samples import (
    alter,
    alter_container,
    change,
    healthy,
    inside,
    log,
    published,
    redis_container,
    talk,
)
from judging import REMEDIES, plan_for
from runbooklab.domain.cause import RuledOut
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.causes.address import dns_broken
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import WorkerKey
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.observe.docker.options import run_options
from runbooklab.observe.docker.records import Attachment, ContainerLook, Mount, RunOption
from runbooklab.observe.host.records import ContainerProcess
from runbooklab.redaction import Vault
from situations import SITUATIONS

COMPOSE = {
    "com.docker.compose.project": "shop",
    "com.docker.compose.service": "cache",
    "com.docker.compose.project.config_files": "/srv/shop/compose.yml,/srv/shop/compose.prod.yml",
    "com.docker.compose.project.working_dir": "/srv/shop",
}
UP = (
    "docker compose -p shop --project-directory /srv/shop -f /srv/shop/compose.yml "
    "-f /srv/shop/compose.prod.yml up -d --no-deps cache"
)
#: Remedies that make a container again.
AGAIN = (
    "recreate-container", "publish-port", "use-other-port", "fix-redis-config", "run-newer-redis",
    "fix-health-check",
)  # fmt: skip


def commands(made: RemedyPlan) -> str:
    return "\n".join(made.commands)


@pytest.mark.parametrize("remedy_id", AGAIN)
def test_what_compose_made_is_changed_in_its_file(remedy_id: str) -> None:
    """The service's own file is edited and brought up; nothing is made or removed past Compose."""
    made = plan_for(remedy_id, alter_container(SITUATIONS["port-not-published"](), labels=COMPOSE))
    assert UP in made.commands
    assert '"${EDITOR:-vi}" /srv/shop/compose.prod.yml' in made.commands
    assert "docker create" not in commands(made)
    assert "docker rm" not in commands(made)


def test_an_older_compose_is_called_by_its_own_name() -> None:
    """Version 1 was a program of its own; without the file's label the project is named alone."""
    labels = {name: value for name, value in COMPOSE.items() if "config_files" not in name}
    old = alter_container(
        SITUATIONS["port-not-published"](), labels=labels | {"com.docker.compose.version": "1.29.2"}
    )
    made = plan_for("publish-port", old)
    assert made.commands[-1] == "docker-compose -p shop up -d --no-deps cache"
    assert "in the project's folder" in made.changes


@pytest.mark.parametrize("remedy_id", REMEDIES)
def test_no_remedy_removes_a_container(remedy_id: str) -> None:
    """Not even one that makes it again: the old one stays until a person removes it."""
    for situation in ("port-not-published", "redis-config-invalid", "port-conflict-container", "healthy"):
        made = plan_for(remedy_id, SITUATIONS[situation]())
        assert "docker rm " not in commands(made), situation


def test_a_port_is_published_no_wider_than_before() -> None:
    """What was on loopback stays there, also when another port is added for a URL that says localhost."""
    made = plan_for("publish-port", SITUATIONS["port-not-published"]())
    assert "-p 127.0.0.1:6379:6379" in made.commands[0]
    assert "0.0.0.0" not in commands(made)


def test_the_addresses_that_others_use_stay_published() -> None:
    """A port is added for the URL; the ones that there were go on."""
    had = (published(6379, 6379, "192.0.2.7"), published(6379, 6390), published(6379, 6390, "::"))
    made = plan_for("publish-port", alter_container(SITUATIONS["port-not-published"](), ports=had))
    assert "-p 127.0.0.1:6379:6379 -p 192.0.2.7:6379:6379 -p 6390:6379 " in made.commands[0]


def test_the_url_is_corrected_before_a_healthy_container_is_stopped() -> None:
    """Two Redis run: which one the client gets is the URL's matter."""
    mine = redis_container(ports=(), ports_asked=())
    other = redis_container(name="cache", id="b" * 64)
    running = change(
        SITUATIONS["wrong-redis-answering"](), container=ContainerLook("redis-tts", mine, others=(other,))
    )
    assert not REMEDIES["stop-conflicting-container"].fits(running)
    assert REMEDIES["use-other-port"].fits(running)


# --- what the log says


def failing(*lines: str, **container: Any) -> Evidence:
    evidence = alter_container(healthy(), **container)
    return change(evidence, logs=log(*lines))


DENIED = (
    "1:C 01 Mar 2026 11:59:00.000 # Failed opening the temp RDB file temp-1.rdb for saving: Permission denied"
)


def test_a_folder_on_the_host_is_given_to_whom_redis_runs_as() -> None:
    """The user is the process's own, as a number, and the path is the host's."""
    mounts = (Mount("bind", "/srv/my data", "/data"),)
    evidence = failing(DENIED, mounts=mounts)
    evidence = change(evidence, process=ContainerProcess(4242, "redis-server", "S", owner="1001:1002"))
    evidence = alter(evidence, "redis", settings={"dir": "/data"})
    made = plan_for("mend-persistence", evidence)
    assert "sudo chown -R 1001:1002 '/srv/my data'" in made.commands
    assert "permission" in made.changes


def test_a_volume_is_given_to_whom_redis_runs_as() -> None:
    """Through a container that sees it, without a network."""
    made = plan_for("mend-persistence", failing(DENIED, mounts=(Mount("volume", "redis-data", "/data"),)))
    assert "--volumes-from redis-tts --entrypoint chown redis:7-alpine -R 999:999 /data" in made.commands[0]


def test_a_full_disk_needs_no_other_owner() -> None:
    """Only a denied permission is answered by chown."""
    made = plan_for(
        "mend-persistence", failing("1:C * Write error saving DB on disk: No space left on device")
    )
    assert not any(line.startswith("sudo chown") for line in made.commands)
    assert any("df -h" in line for line in made.commands)


def test_a_limit_of_files_is_raised_by_a_new_start() -> None:
    """CONFIG SET maxclients cannot pass the ulimit."""
    line = (
        "# Current maximum open files is 64. maxclients has been reduced to 32 to compensate for low ulimit."
    )
    evidence = change(
        SITUATIONS["maxclients-reached"](), logs=log(line),
        inside=inside("ERR", "ERR max number of clients reached"),
    )  # fmt: skip
    made = plan_for("raise-maxclients", evidence)
    assert "--ulimit nofile=10032:10032" in made.commands[0]
    assert "CONFIG SET maxclients" not in commands(made)
    assert "disconnected" in made.changes


def test_memory_beyond_the_containers_limit_is_given_to_the_container_first() -> None:
    """Redis would be killed at the limit of its container."""
    tight = alter_container(SITUATIONS["memory-exhausted"](), memory_limit_bytes=128 * 2**20)
    made = plan_for("raise-maxmemory", tight)
    assert made.commands[0].startswith("docker update --memory 357913941 ")
    assert made.risk == "medium"


def test_no_more_memory_is_promised_than_the_machine_has() -> None:
    """Four fifths of the machine's memory is the most that is advised."""
    info = {"maxmemory": str(900 * 2**20), "total_system_memory": str(1000 * 2**20), "used_memory": "1"}
    made = plan_for("raise-maxmemory", alter(SITUATIONS["memory-exhausted"](), "redis", info=info))
    assert f"maxmemory {900 * 2**20}" in commands(made)
    assert "fewer keys" in made.changes


# --- names and networks


def on_the_bridge() -> Evidence:
    """Both containers on Docker's default network, which resolves no names."""
    bridge = (Attachment("bridge", "172.17.0.2", (), "172.17.0.1"),)
    evidence = alter_container(
        SITUATIONS["localhost-in-container"](), networks=bridge, network_mode="default"
    )
    look = evidence.orchestrator.value
    assert look is not None
    assert look.found is not None
    client = redis_container(name=look.found.name, networks=bridge, network_mode="default")
    return change(evidence, orchestrator=ContainerLook(client.name, client))


def test_a_name_is_made_to_resolve_before_the_url_has_it() -> None:
    """On the default bridge it would not: both containers are put on a network first, and none is stopped."""
    made = plan_for("fix-redis-url", on_the_bridge())
    joined = [line for line in made.commands if line.startswith("docker network connect")]
    assert len(joined) == 2
    assert made.commands[-1].startswith(("sed", "runbook"))
    assert "docker stop" not in commands(made)


def test_a_container_without_a_network_leaves_that_first() -> None:
    """The engine refuses to connect a container of the network none."""
    alone = alter_container(
        SITUATIONS["network-not-shared"](), network_mode="none", networks=(Attachment("none"),)
    )
    made = plan_for("connect-network", alone)
    at = made.commands.index("docker network disconnect none redis-tts")
    assert made.commands[at + 1].startswith("docker network connect")


def test_a_container_is_made_again_on_the_networks_that_it_is_on() -> None:
    """Not on the one that it was made on and has left since."""
    moved = alter_container(
        SITUATIONS["port-not-published"](), network_mode="none",
        networks=(Attachment("shop", "172.20.0.2", ("cache",)), Attachment("bridge", "172.17.0.2")),
    )  # fmt: skip
    made = plan_for("publish-port", moved)
    assert "--network shop --network-alias cache -p 127.0.0.1:6379:6379" in made.commands[0]
    assert "docker network connect bridge redis-tts-new" in made.commands


def test_a_container_with_the_hosts_network_is_made_again_on_one() -> None:
    """The engine connects it to no other."""
    shared = alter_container(SITUATIONS["network-not-shared"](), network_mode="host", networks=())
    made = plan_for("connect-network", shared)
    assert "--network tts-network" in commands(made)
    assert "the host's network" in made.changes


# --- health checks and registrations


def test_a_health_check_for_compose_is_yaml() -> None:
    """What stands behind ``write`` can be pasted under the service."""
    evidence = alter_container(healthy(), labels=COMPOSE)
    made = plan_for("fix-health-check", change(evidence, inside=inside("NOAUTH")))
    found = re.search(r"write (test: \[.*?\]) under healthcheck", made.changes)
    assert found
    assert yaml.safe_load(found[1]) == {"test": ["CMD", "redis-cli", "-e", "ping"]}


def test_a_registration_that_a_worker_renews_is_not_deleted() -> None:
    """Only what nobody writes any more goes."""
    live = WorkerKey("worker:live", 0, "list", problem="wrong-type")
    young = WorkerKey("worker:young", 0, "hash", problem="wrong-type", heartbeat_age_s=2.0)
    dead = WorkerKey("worker:dead", 0, "list", problem="wrong-type")
    evidence = alter(healthy(), "registrations", keys=(live, young, dead), changed=("worker:live",))
    made = plan_for("re-register-workers", evidence)
    assert made.commands[-1].endswith("UNLINK worker:dead")
    assert "1 key for good: worker:dead" in made.changes
    only = alter(healthy(), "registrations", keys=(live,), changed=("worker:live",))
    assert "UNLINK" not in commands(plan_for("re-register-workers", only))


def test_localhost_is_asked_of_no_name_server() -> None:
    """A lookup that took too long there says nothing of the name server."""
    evidence = SITUATIONS["localhost-in-container"]()
    view = evidence.orchestrator_view.value
    assert view is not None
    slow = NameResolution("localhost", (), "temporary-failure", "the resolver gives no answer in time")
    evidence = alter(evidence, "orchestrator_view", name=slow)
    assert isinstance(dns_broken(evidence), RuledOut)


# --- the record


def test_a_secret_is_read_where_it_is_and_never_written() -> None:
    """Each option that may hold one has the template by which the engine prints it."""
    said = {
        "Id": "c" * 64,
        "Config": {
            "Cmd": ["redis-server", "--requirepass", "Ahorn77x"],
            "Env": ["TZ=UTC", "REDIS_PASSWORD=Ahorn77x", "NOTE=a\nb"],
            "Labels": {"password": "Zeder88y"},
            "Healthcheck": {"Test": ["CMD-SHELL", "redis-cli -a Ahorn77x ping"], "Interval": 5_000_000_000},
            "Hostname": "cccccccccccc",
        },
        "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {}}, "ShmSize": 64 * 2**20},
    }
    options = run_options(said, {"Config": {"Env": ["TZ=UTC"]}}, Vault())
    text = json.dumps([[option.option, option.value] for option in options])
    assert "Ahorn77x" not in text
    assert "Zeder88y" not in text
    assert [option.template for option in options if "***" in option.value] == [
        'password={{index .Config.Labels "password"}}',
        "{{index .Config.Healthcheck.Test 1}}",
        "{{index .Config.Cmd 2}}",
    ]
    variables = {option.value: option.template for option in options if option.option == "--env"}
    assert variables == {"REDIS_PASSWORD": "", "NOTE": "{{index .Config.Env 2}}"}


def test_what_the_image_sets_is_left_out() -> None:
    """A container that was given nothing needs no option."""
    config = {
        "Cmd": ["redis-server"],
        "Env": ["A=b"],
        "User": "redis",
        "Labels": {"l": "v"},
        "WorkingDir": "/data",
    }
    said = {
        "Id": "c" * 64,
        "Config": config | {"Hostname": "c" * 12},
        "HostConfig": {"RestartPolicy": {"Name": "no"}},
    }
    assert run_options(said, {"Config": config}, Vault()) == ()


def test_a_setting_that_guards_redis_is_not_left_out() -> None:
    """An empty password is asked for, not dropped."""
    words = ("redis-server", "--appendonly", "yes", "--requirepass")
    options = tuple(RunOption("", word) for word in words)
    broken = alter_container(SITUATIONS["redis-config-invalid"](), command=words, options=options)
    fatal = ("*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***", "config-fatal", "error")
    broken = change(broken, logs=log(fatal, ">>> 'requirepass'", "wrong number of arguments"))
    made = plan_for("fix-redis-config", broken)
    assert made.commands[0] == "read -rs REDIS_PASSWORD"
    assert made.commands[1].endswith('--appendonly yes --requirepass "$REDIS_PASSWORD"')


def test_a_missing_users_file_is_put_where_redis_looks_for_it() -> None:
    """The container stays as it is: without its users it would let everybody in."""
    line = (
        "Aborting Redis startup because of ACL errors: Error loading ACLs, opening file "
        "'/etc/redis/users.acl': No such file or directory"
    )
    words = ("redis-server", "--aclfile", "/etc/redis/users.acl")
    evidence = alter_container(SITUATIONS["redis-config-invalid"](), command=words)
    made = plan_for("fix-redis-config", change(evidence, logs=log((line, "start-error", "error"))))
    assert any("docker cp - redis-tts:/" in line for line in made.commands)
    assert made.commands[-1] == "docker start redis-tts"
    assert "docker create" not in commands(made)


def test_the_ledger_of_a_stop_has_figures() -> None:
    """How many clients are cut off and how many changes are not saved stands in the text."""
    info = {
        "connected_clients": "13",
        "rdb_changes_since_last_save": "7",
        "aof_enabled": "0",
        "db0": "keys=1204",
    }
    evidence = change(healthy(), inside=inside(info=info), redis=talk(info=info))
    made = plan_for("restart-redis", evidence)
    assert "disconnects 12 clients" in made.changes
    assert "7 changes since the last save are lost, of 1,204 keys" in made.changes
