"""Plans for files that Redis may not read, orchestrators that cannot start, and a Redis nobody named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cause_samples_network import ended
from cause_samples_orchestrator import client
from evidence_samples import alter_container, change, event, redis_container
from judging import judge_causes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.server import ServedFile, ServerConfig
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.observe.docker.records import Attachment, ContainerLook, Mount
from situations import SITUATIONS, container_missing

DENIED = {
    "config": ("/etc/r.conf", "1:C # Fatal error, can't open config file '/etc/r.conf': Permission denied"),
    "aclfile": (
        "/etc/users.acl",
        "1:M # Aborting Redis startup because of ACL errors: Error loading ACLs, opening file "
        "'/etc/users.acl': Permission denied",
    ),
    "tls": ("/etc/r.key", "1:M # Failed to load private key: /etc/r.key: error:8000000D:system library::"
            "Permission denied"),
}  # fmt: skip


def plan(e: Evidence) -> RemedyPlan:
    """The plan of the primary cause."""
    made = next(cause.remedy for cause in judge_causes(e) if cause.primary)
    assert made is not None
    return made


def denied(role: str, *mounts: Mount) -> Evidence:
    path, line = DENIED[role]
    settled = ServerConfig(files=(ServedFile(role, path, "file", 1000, 1000, 0o600),))
    return change(alter_container(ended(line), mounts=mounts, user="999:999"), server_config=settled)


@pytest.mark.parametrize("role", DENIED)
def test_a_file_that_redis_may_not_read_is_given_to_it(role: str) -> None:
    """It is there: nobody is advised to make another, and nobody else gets to read it."""
    path = DENIED[role][0]
    made = plan(denied(role, Mount("bind", f"/srv{path}", path, source_is_directory=False)))
    assert made.commands == (f"ls -ln /srv{path}", f"sudo chown 999 /srv{path}", "docker start redis-tts")
    assert "missing" not in made.changes


def test_a_file_in_a_volume_is_given_by_a_container() -> None:
    """A volume has no path that a person should touch."""
    made = plan(denied("aclfile", Mount("volume", "conf", "/etc")))
    assert "--entrypoint chown redis:7-alpine 999 /etc/users.acl" in made.commands[0]


def test_an_included_file_that_is_missing_is_the_one_to_bring() -> None:
    """Not the file that includes it, which is there."""
    line = "1:C # Fatal error, can't open config file '/etc/local.conf': No such file or directory"
    made = plan(alter_container(ended(line), command=("redis-server", "/etc/r.conf")))
    assert "local.conf" in " ".join(made.commands)
    assert "r.conf" not in " ".join(made.commands).replace("local.conf", "")


def test_an_orchestrator_at_its_memory_limit_gets_more() -> None:
    """Started as it is it would be killed again."""
    made = plan(client(state="exited", code=137, oom_killed=True, memory_limit_bytes=8 * 2**20))
    assert made.commands[0] == "docker update --memory 16777216 --memory-swap 16777216 orchestrator"


def test_an_orchestrator_that_docker_cannot_start_is_not_started_again() -> None:
    """The same command fails the same way."""
    made = plan(client(state="created", error='exec: "gunicorn": executable file not found in $PATH'))
    assert not any(line.startswith("docker start") for line in made.commands)
    assert "gunicorn" in made.changes


def test_redis_in_anothers_network_gets_one_of_its_own_to_be_published() -> None:
    """Docker publishes no port of a container that uses another's network, whatever it is given."""
    owner = redis_container(
        name="vpn", id="feed" * 16, ports=(), networks=(Attachment("apps", "172.30.0.2"),)
    )
    e = alter_container(
        SITUATIONS["port-not-published"](), network_mode=f"container:{owner.id}", networks=(), ports_asked=()
    )
    look = e.container.value
    assert look is not None
    made = plan(change(e, container=replace(look, others=(owner,))))
    assert "--network apps" in made.commands[0]
    assert "container:" not in made.commands[0]
    assert "-p 127.0.0.1:6379:6379" in made.commands[0]
    assert "no longer at localhost for vpn, which reaches it as redis-tts then" in made.changes


def test_no_exit_code_is_said_of_an_orchestrator_that_runs_just_now() -> None:
    """Between two ends of a loop the engine says 0, which is no code of its end."""
    judged = judge_causes(client(state="running", count=4, later="restarting"))
    proof = next(cause.proof for cause in judged if cause.primary)
    assert "exit code" not in proof


def unnamed(*others: str) -> Evidence:
    """No container of the default's name, which nobody chose, and Redis containers of other names."""
    rest = tuple(redis_container(name=name, id=name * 8, ports=(), ports_asked=()) for name in others)
    look = ContainerLook("redis-tts", None, others=rest, names=others)
    return change(container_missing(), container=look, events=())


def test_no_second_redis_is_advised_where_others_run_and_nobody_named_one() -> None:
    """That a default does not exist is no reason to make it: who runs here is listed."""
    made = plan(unnamed("cache", "queue"))
    assert made.id == "name-redis"
    assert "cache (no port published) and queue" in made.changes
    assert not any("docker run" in line for line in made.commands)


def test_a_redis_is_made_where_none_runs() -> None:
    """With nothing of the kind on the engine, or one of the name removed, making one is the fix."""
    assert plan(unnamed()).id == "run-container"
    removed = change(unnamed("cache"), events=(event("destroy"),))
    assert plan(removed).id == "run-container"  # it was there, and is gone
