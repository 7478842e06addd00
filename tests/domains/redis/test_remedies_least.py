"""A new container opens nothing, others' processes go on, and a limit or name that was set stays."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from cause_samples_modes import MODES
from cause_samples_network import NETWORK
from evidence_samples import address, alter_container, change, down, healthy, inside, log, retarget, talk
from judging import judge_causes, plan_for
from runbooklab.domains.container.probes.compose_file import defined_in
from runbooklab.domains.container.remedies.containers import memory_words
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.server import ServedFile, ServerConfig
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.model.observation import Missing
from runbooklab.observe.context import Context
from runbooklab.observe.docker.records import Attachment, ContainerLook, DockerAccess, Mount, RunOption
from runbooklab.redaction import Vault
from situations import SITUATIONS

SAMPLES = SITUATIONS | NETWORK | MODES
SECRET = "***secret-1a2b3c4d***"


def missing(url: str = "redis://localhost:6379", client: str = "", **values: Any) -> Evidence:
    """No Redis container, and a URL of this form."""
    look = ContainerLook("redis-tts", None, image_present=True)
    host, _, port = url.rpartition("/")[2].rpartition("@")[2].partition(":")
    where = address(url, source="parameter", host=host, port=int(port), **values)
    evidence = healthy(container=look, address=where)
    return retarget(evidence, orchestrator_container=client, redis_url=url)


def line(made: RemedyPlan) -> str:
    """Its last command, in a form that a shell can read."""
    assert (
        subprocess.run(["sh", "-n"], input="\n".join(made.commands), text=True, check=False).returncode == 0
    )
    return made.commands[-1]


def test_a_new_redis_has_the_urls_password_and_is_not_made_without() -> None:
    """The password is asked for, stands in no command, and an empty one makes nothing."""
    made = plan_for("run-container", missing(f"redis://:{SECRET}@localhost:6390", has_password=True))
    assert made.commands[0] == "read -rs REDIS_PASSWORD"
    assert '--requirepass "$REDIS_PASSWORD"' in line(made)
    assert "-p 127.0.0.1:6390:6379" in line(made)
    assert not made.appliable
    done = subprocess.run(
        ["bash", "-c", f"docker() {{ echo made; }}; {line(made)}"], capture_output=True, check=False
    )
    assert done.returncode != 0
    assert b"made" not in done.stdout


def test_a_new_redis_knows_the_urls_user() -> None:
    """The user of the URL can log in, and the default one is not left without a password."""
    url = f"redis://bob:{SECRET}@localhost:6379"
    made = line(plan_for("run-container", missing(url, has_password=True, username="bob")))
    assert '--requirepass "$REDIS_PASSWORD" --user bob on ">$REDIS_PASSWORD"' in made


def test_a_new_redis_for_a_container_is_published_nowhere() -> None:
    """Its client reaches it on the network, by the URL's name and at the URL's port."""
    made = plan_for("run-container", missing("redis://cache:6390", client="app"))
    assert " -p " not in line(made)
    assert "--network-alias cache" in line(made)
    assert "--port 6390" in line(made)
    assert "published nowhere" in made.changes
    assert "no password" in made.changes


def test_what_a_compose_file_defines_is_made_by_compose() -> None:
    """Nothing that the file says is lost, and no other service is touched."""
    look = ContainerLook("redis-tts", None, compose_file="compose.yml", compose_service="cache")
    made = plan_for("run-container", healthy(container=look))
    assert made.commands == ("docker compose -f compose.yml up -d --no-deps cache",)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("services:\n  cache:\n    image: redis\n    container_name: redis-tts\n", "cache"),
        ("services:\n  redis-tts: {image: redis}\n", "redis-tts"),
        ("services:\n  cache:\n    image: redis\n    container_name: other\n", ""),
        ("services: [a, b]\n", ""),
        ("services: {\n", ""),
        ("services:\n  'x; reboot': {container_name: redis-tts}\n", ""),
        (f"a: &a {'x' * 300_000}\n", ""),
    ],
)
def test_the_service_of_a_missing_container_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, service: str
) -> None:
    """By its container's name or its own; a file that cannot be read counts for none."""
    (tmp_path / "docker-compose.yml").write_text(text)
    monkeypatch.chdir(tmp_path)
    context = Context(healthy().target, tmp_path, Vault(), 0.0, wait=lambda name: pytest.fail(name))
    assert defined_in(context, "redis-tts") == (("docker-compose.yml", service) if service else ("", ""))


@pytest.mark.parametrize(
    "situation",
    ["port-conflict-process", "port-conflict-container", "not-redis-on-port", "silent-listener-on-port"],
)
def test_what_has_the_port_is_left_alone_first(situation: str) -> None:
    """Redis gets another port, or the URL is put right; others' processes and containers go on."""
    primary = next(cause for cause in judge_causes(SAMPLES[situation]()) if cause.primary)
    assert primary.remedy is not None
    assert primary.remedy.id in ("use-other-port", "fix-redis-url")
    assert not any(
        word in line for line in primary.remedy.commands for word in ("kill", "docker stop redis-old")
    )


def test_the_other_port_is_looked_at_with_a_password_too() -> None:
    """The URL's password is asked for, and the next run checks the new port."""
    evidence = change(
        SITUATIONS["port-conflict-process"](),
        address=address(f"redis://:{SECRET}@localhost:6379", source="parameter", has_password=True),
    )
    commands = plan_for("use-other-port", evidence).commands
    assert commands[-2] == "read -rs REDIS_PASSWORD"
    assert '"redis://:$REDIS_PASSWORD@localhost:6380"' in commands[-1]


@pytest.mark.parametrize(
    ("swap", "expected"),
    [("60", "220"), ("-1", "-1"), ("", "240"), ("40", "200")],
    ids=["some", "unlimited", "docker's own", "none"],
)
def test_a_limit_of_memory_leaves_the_swap_as_it_is(swap: str, expected: str) -> None:
    """With 40 of memory and 60 of both, 200 of memory come with 220 of both."""
    options = (RunOption("--memory", "40"), *((RunOption("--memory-swap", swap),) if swap else ()))
    evidence = alter_container(healthy(), memory_limit_bytes=40, options=options)
    look = evidence.container.value
    assert memory_words(look.found if look else None, 200) == ("--memory", "200", "--memory-swap", expected)


def test_a_mistake_in_an_included_file_is_corrected_there() -> None:
    """The file that holds the line which the log names is opened, and not the one that includes it."""
    evidence = change(
        down(exit_code=1, command=("redis-server", "/etc/redis.conf")),
        logs=log((">>> 'maxmemory-polcy allkeys-lru'", "config-line", "error")),
        server_config=ServerConfig(origins={"maxmemory-polcy": "/etc/more.conf:7"}),
    )
    assert any("/etc/more.conf" in line for line in plan_for("fix-redis-config", evidence).commands)
    assert not any("/etc/redis.conf" in line for line in plan_for("fix-redis-config", evidence).commands)


def test_a_replica_is_promoted_by_who_says_that_its_master_is_gone() -> None:
    """Pasted as it is, the plan changes nothing, and it says what is lost."""
    info = {"role": "slave", "master_host": "db1", "master_port": "6379", "master_link_status": "up"}
    made = plan_for("promote-replica", healthy(redis=talk(info=info)))
    done = subprocess.run(
        ["bash", "-c", f'docker() {{ echo "$@"; }}; {made.commands[-1]}'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "REPLICAOF" not in done.stdout
    assert "db1:6379, to which the link is up" in made.changes
    assert "lost" in made.changes


def test_a_name_of_two_containers_is_taken_from_the_other() -> None:
    """It keeps its other names and its fixed address there, also if nobody saw the name lead to it."""
    evidence = SAMPLES["dns-duplicate-alias"]()
    look = evidence.container.value
    assert look is not None
    assert look.found is not None
    net = Attachment("tts-network", "172.18.0.9", ("cache", "keepme"), fixed_ip="172.18.0.9")
    other = alter_container(evidence, name="other", id="f" * 64, networks=(net,)).container.value
    assert other is not None
    assert other.found is not None
    evidence = change(evidence, container=ContainerLook("redis-tts", look.found, others=(other.found,)))
    evidence = change(
        evidence, address=address("redis://cache:6379", host="cache"), name=Missing("error", "")
    )
    made = plan_for("rename-network-alias", evidence).commands[-1]
    assert made == (
        "docker network disconnect tts-network other && docker network connect --alias keepme "
        "--ip 172.18.0.9 tts-network other"
    )


@pytest.mark.parametrize(
    ("endpoint", "start"),
    [
        ("tcp://build7:2375", "ssh -- build7 'sudo systemctl start docker'"),
        ("tcp://127.0.0.1:2375", "sudo systemctl start docker"),
        ("unix:///run/user/1000/docker.sock", "systemctl --user start docker"),
        ("unix:///srv/docker.sock", "sudo systemctl start docker"),
    ],
)
def test_the_engine_that_was_named_is_started(endpoint: str, start: str) -> None:
    """Another engine is used only by a person who says so, for one run, and the shell's variables stay."""
    made = plan_for("start-docker", healthy(docker=DockerAccess(endpoint, "unreachable")))
    assert made.commands[0].startswith('echo "DOCKER_HOST=$DOCKER_HOST')
    assert made.commands[-1] == start
    assert not any("unset" in line for line in made.commands)
    assert "env -u DOCKER_HOST DOCKER_CONTEXT=default runbook run" in made.changes


def test_a_url_leads_to_the_loopback_address_that_is_published() -> None:
    """127.0.0.2 is not localhost: the URL is put right, and no container is made again for it."""
    evidence = SAMPLES["port-published-other-address"]()
    look = evidence.container.value
    assert look is not None
    assert look.found is not None
    ports = tuple(
        type(mapping)(mapping.container_port, mapping.protocol, "127.0.0.2", mapping.host_port)
        for mapping in look.found.ports
    )
    evidence = alter_container(evidence, ports=ports, ports_asked=ports)
    primary = next(cause for cause in judge_causes(evidence) if cause.primary)
    assert primary.remedy is not None
    assert primary.remedy.id == "fix-redis-url"
    assert "127.0.0.2" in " ".join(primary.remedy.commands)


def test_a_folder_in_a_volume_is_given_away_where_the_image_has_no_chown() -> None:
    """The host's own command follows, for the place of the volume."""
    evidence = alter_container(
        SAMPLES["redis-data-permission"](), mounts=(Mount("volume", "kept", "/data"),), user="999:999"
    )
    made = plan_for("mend-persistence", evidence).commands[0]
    assert made.startswith(
        "docker run --rm --user 0 --network none --volumes-from redis-tts --entrypoint chown"
    )
    assert made.endswith("|| sudo chown -R 999:999 \"$(docker volume inspect -f '{{.Mountpoint}}' kept)\"")


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        ("bind-all-interfaces", "--requirepass first --bind '*' '-::*'"),
        ("raise-maxmemory", "--bind 127.0.0.1 --requirepass first --maxmemory 268435456"),
        ("set-password", '--bind 127.0.0.1 --requirepass "$REDIS_PASSWORD"'),
    ],
)
def test_a_setting_is_given_at_the_start_if_config_is_switched_off(remedy: str, words: str) -> None:
    """CONFIG SET would be answered with an error: the command gets the setting, and keeps all others."""
    command = ("redis-server", "--bind", "127.0.0.1", "--requirepass", "first")
    evidence = change(
        alter_container(healthy(), command=command, options=tuple(RunOption("", word) for word in command)),
        server_config=ServerConfig(renamed={"CONFIG": "command line"}),
        redis=talk(settings={"protected-mode": "no"}),
    )
    made = plan_for(remedy, evidence)
    assert not any("CONFIG SET" in line for line in made.commands)
    assert any(line.endswith(words) for line in made.commands)
    assert made.destructive


def test_a_setting_is_written_into_the_file_if_config_is_switched_off() -> None:
    """The file that Redis is started with, as it lies on this host, and a restart."""
    evidence = change(
        alter_container(
            healthy(),
            command=("redis-server", "/etc/redis.conf"),
            mounts=(Mount("bind", "/srv/redis.conf", "/etc/redis.conf"),),
        ),
        server_config=ServerConfig(renamed={"CONFIG": "/etc/redis.conf:3"}),
    )
    made = plan_for("raise-maxmemory", evidence)
    assert made.commands == ('"${EDITOR:-vi}" /srv/redis.conf', "docker restart redis-tts")
    assert "maxmemory 268435456" in made.changes


def test_a_file_that_is_mounted_and_not_there_comes_before_the_start() -> None:
    """The engine does not start a container whose bind mount has no source."""
    evidence = change(
        down(
            state="created",
            command=("redis-server", "/etc/redis.conf"),
            mounts=(Mount("bind", "/srv/redis.conf", "/etc/redis.conf"),),
        ),
        server_config=ServerConfig(files=(ServedFile("config", "/etc/redis.conf", "missing"),)),
    )
    made = plan_for("start-container", evidence)
    assert made.commands == ("mkdir -p /srv", '"${EDITOR:-vi}" /srv/redis.conf', "docker start redis-tts")


def test_a_mount_that_is_read_only_is_made_writable() -> None:
    """The container is made again without :ro, and the text says how much is not saved."""
    evidence = change(
        alter_container(healthy(), mounts=(Mount("volume", "kept", "/data", read_only=True),)),
        logs=log("1:M # Failed opening the temp RDB file temp-1.rdb: Read-only file system"),
        inside=inside(info={"rdb_changes_since_last_save": "7", "db0": "keys=9,expires=0"}),
    )
    made = plan_for("mend-persistence", evidence)
    assert any("-v kept:/data " in line for line in made.commands)
    assert "7 changes since the last save are lost, of 9 keys" in made.changes
