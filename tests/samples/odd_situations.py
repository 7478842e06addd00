"""Evidence of targets that are odd but healthy: none of them may raise an alarm."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from evidence_samples import (
    NOT_HERE,
    address,
    change,
    healthy,
    network,
    retarget,
    stages,
    talk,
    without_docker,
)
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Registrations
from runbooklab.observe.docker.records import ContainerLook
from runbooklab.observe.host.records import HostListeners, Listener
from runbooklab.observe.net.records import TcpAttempt


def redis_on_host() -> Evidence:
    """Redis runs on the host, no container is involved and everything is fine."""
    none = ContainerLook("redis-tts", None, image_present=False)
    server = Listener(
        "127.0.0.1", 6379, pid=999, process="redis-server", command="redis-server 127.0.0.1:6379"
    )
    return healthy(
        container=none, network=network(found=None, owners={}, names=("bridge", "host", "none")),
        logs=NOT_HERE, events=(), process=NOT_HERE, bridge_tcp=NOT_HERE, inside=NOT_HERE,
        listeners=HostListeners(6379, (server,)),
    )  # fmt: skip


def host_without_docker() -> Evidence:
    """Redis runs on the host, and there is no Docker at all."""
    server = Listener("127.0.0.1", 6379, pid=999, process="redis-server")
    return without_docker(listeners=HostListeners(6379, (server,)))


def unix_socket() -> Evidence:
    path = "/run/redis/redis.sock"
    url = address(f"unix://{path}", scheme="unix", host="", socket_path=path)
    return change(
        redis_on_host(),
        address=url,
        name=NameResolution("", "not-applicable"),
        tcp=(TcpAttempt(path, 0, "connected", ms=0.1),),
        listeners=NOT_HERE,
    )


def replica_by_design() -> Evidence:
    info = {"role": "slave", "master_link_status": "up", "master_host": "10.0.0.5", "slave_read_only": "1"}
    return retarget(
        healthy(
            redis=talk(
                info,
                role=("slave", "10.0.0.5", "6379", "connected", "1"),
                can_write="no",
                why_not_write="READONLY",
                write=None,
            )
        ),
        needs_write=False,
    )


def least_privilege() -> Evidence:
    """An ACL user that may work but not ask: INFO and CONFIG are refused, nothing is wrong."""
    url = address("redis://app:***secret-1a2b3c4d***@localhost:6379", username="app", has_password=True)
    denied = dict.fromkeys(("INFO", "CONFIG", "SLOWLOG", "CLIENT LIST"), "NOPERM")
    quiet = talk(denied=denied, client_count=None, worker_connections=None, acl_user="app", role=())
    auth = tuple(stage if stage.name != "auth" else type(stage)("auth", "ok") for stage in stages())
    return healthy(address=url, redis=replace(quiet, info={}, settings={}, stages=auth))


#: Odd but healthy: no alarm.
NO_ALARM: dict[str, Callable[[], Evidence]] = {
    "healthy": healthy,
    "redis-on-host": redis_on_host,
    "host-without-docker": host_without_docker,
    "unix-socket": unix_socket,
    "replica-by-design": replica_by_design,
    "least-privilege": least_privilege,
    "no-workers-expected": lambda: healthy(registrations=Registrations("worker:*", 0)),
    "memory-at-83-percent": lambda: healthy(
        redis=talk({"used_memory": "83", "maxmemory": "100"}, {"maxmemory": "100"})
    ),
}
