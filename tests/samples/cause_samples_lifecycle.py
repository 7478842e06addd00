"""Variants of a container that ends or runs on without its Redis, and of addresses: see ``cause_samples``."""

from __future__ import annotations

from collections.abc import Callable

from cause_samples_network import REFUSED_INSIDE
from evidence_samples import (
    IP,
    NOT_HERE,
    READY,
    address,
    alter_container,
    attempt,
    change,
    down,
    event,
    healthy,
    inside,
    log,
    network,
    no_talk,
    redis_container,
    talk,
)
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.observe.docker.records import ContainerLook, Mount
from runbooklab.observe.host.records import ContainerProcess
from situations import closed, crash_looping

OLD = "172.18.0.77"
NOW = "2026-03-01T12:00:00.000Z"


def _mute_and_over() -> Evidence:
    """Redis went to the background before its first line: that is what a configuration file brings about."""
    base = down(
        command=("redis-server", "/etc/redis.conf"), exit_code=0, started_at="2026-03-01T11:56:00.000Z",
        finished_at="2026-03-01T11:56:00.200Z", restart_policy="no",
    )  # fmt: skip
    return change(base, logs=log())


def _oom_beside_a_wrapper() -> Evidence:
    """The kernel killed Redis, and the shell that started it lives on."""
    shell = ContainerProcess(pid=4242, name="sh", state="S", listeners=(), listeners_known=True)
    base = closed(process=shell, inside=REFUSED_INSIDE, events=(event("oom"),))
    return alter_container(base, memory_limit_bytes=33_554_432)


def _loops(*, events: tuple[str, ...], count: int = 3) -> Evidence:
    """Redis answers just now, and has ended several times within the minute before."""
    look = ContainerLook(
        "redis-tts", redis_container(restart_count=count, restart_policy="always"), count, "running", True
    )
    return change(healthy(), container=look, events=tuple(event(name, NOW) for name in events))


def _ended(line: str, code: int = 1, *earlier: str, **container: object) -> Evidence:
    return change(down(exit_code=code, **container), logs=log(*earlier, line))


def _refused_behind_the_proxy() -> Evidence:
    """docker-proxy accepts, and a rule in the container's own namespace refuses what it passes on."""
    return closed(bridge_tcp=(attempt("refused", IP),), inside=inside())


def _anothers_address(**fields: object) -> Evidence:
    """The URL holds an address that another container has by now."""
    return healthy(
        address=address(f"redis://{OLD}:6379", host=OLD), name=NameResolution(OLD, "literal", (OLD,)),
        network=network(owners={IP: "redis-tts", OLD: "cache"}), listeners=NOT_HERE, **fields,
    )  # fmt: skip


LIFECYCLE: dict[str, Callable[[], Evidence]] = {
    "redis-daemonized/by-its-file": _mute_and_over,
    "container-oom-killed/wrapper-lives-on": _oom_beside_a_wrapper,
    "container-oom-killed/again-and-again": lambda: _loops(events=("oom", "die", "start") * 3),
    "container-crash-looping/answers-in-between": lambda: _loops(events=("die", "start") * 3),
    "container-stopped/wrapper-has-its-own-code": lambda: change(
        down(exit_code=3), logs=log(READY, "1:M # Redis is now ready to exit, bye bye...")
    ),
    "start-command-not-found/interpreter": lambda: _ended("exec /start.sh: no such file or directory"),
    "start-command-not-found/in-a-shell": lambda: _ended("sh: 1: redis-serve: not found", 127),
    "redis-config-not-mounted/odd-name": lambda: alter_container(
        healthy(),
        command=("redis-server", "/data/settings"),
        mounts=(Mount("bind", "/srv/settings", "/data/settings", source_is_directory=True),),
    ),
    "redis-config-invalid/no-file": lambda: _ended(
        "1:C # Fatal error, can't open config file '/etc/redis.conf': No such file or directory"
    ),
    "redis-data-corrupt/manifest": lambda: _ended("*** FATAL AOF MANIFEST FILE ERROR ***"),
    "redis-data-corrupt/part-missing": lambda: crash_looping(
        "1:M # Unable to obtain the AOF file appendonly.aof.1.base.rdb length. stat: No such file"
    ),
    "firewall-reject/behind-the-proxy": _refused_behind_the_proxy,
    "address-stale/anothers-now": lambda: _anothers_address(
        tcp=(attempt("refused", OLD),), first_bytes=FirstBytes("not-connected"), redis=no_talk()
    ),
    "wrong-redis-answering/by-address": lambda: _anothers_address(
        tcp=(attempt(ip=OLD),), redis=talk({"run_id": "b" * 40})
    ),
    "redis-start-failed/acl-file": lambda: _ended(
        "1:M # Aborting Redis startup because of ACL errors: opening file '/etc/users.acl'"
    ),
    "redis-start-failed/last-words": lambda: _ended("1:M # Something that no table of phrases holds"),
}
