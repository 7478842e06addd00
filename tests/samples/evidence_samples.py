"""Synthetic evidence of common situations, for the tests of checks, causes, ladder and diagnosis.

    healthy()                                       three workers, Redis in the container redis-tts
    healthy(container=Missing("permission"))        the same, but the container could not be seen
    change(stopped(), events=(event("kill"),))      any situation with another observation in it

Keyword arguments are Evidence's fields: a value, a :class:`Missing`, or a whole :class:`Observation`.
``situations.SITUATIONS`` maps a name (a cause's id if there is one) to a function that builds evidence.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from judging import target_with
from runbooklab.domains.address.records import ConfigFile, NameResolution, RedisAddress
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import RedisTalk, Registrations, Stage, WorkerKey
from runbooklab.domains.redis.records.inside import InsideTalk
from runbooklab.model.observation import LogLine, Missing, Observation
from runbooklab.observe.docker.records import (
    Attachment,
    Container,
    ContainerEvent,
    ContainerLook,
    DockerAccess,
    ExecResult,
    LogTail,
    Network,
    NetworkLook,
    PortBinding,
)
from runbooklab.observe.host.records import ContainerProcess, HostListeners, Listener
from runbooklab.observe.net.records import TcpAttempt

NOW = "2026-03-01T12:00:00.000Z"
FOUR_MINUTES_AGO = "2026-03-01T11:56:00.000Z"
TWO_HOURS_AGO = "2026-03-01T10:00:00.000Z"
IP = "172.18.0.2"
NOT_HERE = Missing("not-applicable", "nothing to look at")
NOT_CONNECTED = Missing("unreachable", "no connection to Redis")

_VANTAGES = {
    "process": "redis-container",
    "inside": "redis-container",
    "orchestrator_view": "orchestrator-container",
}


def observed(field: str, value: Any, ms: float = 1.0) -> Observation[Any]:
    """An observation for the Evidence field ``field``: a value, or a Missing."""
    seen = {"missing": value} if isinstance(value, Missing) else {"value": value}
    vantage: Any = _VANTAGES.get(field, "host")
    return Observation(probe=field.replace("_", "-"), vantage=vantage, started_at=NOW, duration_ms=ms, **seen)


_PLAIN = {"target", "gathered_at", "hostname", "host_addresses", "ledger"}


def change(evidence: Evidence, **fields: Any) -> Evidence:
    """``evidence`` with other observations (or another ``target``, ``ledger`` ...)."""
    plain = {name: value for name, value in fields.items() if name in _PLAIN}
    seen = [
        value if isinstance(value, Observation) else observed(name, value)
        for name, value in fields.items()
        if name not in _PLAIN
    ]
    return replace(evidence, **plain).having(*seen)


def retarget(evidence: Evidence, **parameters: Any) -> Evidence:
    """``evidence`` with other parameters: ``retarget(healthy(), expected_workers=5)``."""
    return replace(evidence, target=evidence.target.having(**parameters))


def alter(evidence: Evidence, field: str, **values: Any) -> Evidence:
    """``evidence`` with some values inside one observation: ``alter(e, "redis", info={...})``."""
    return change(evidence, **{field: replace(getattr(evidence, field).value, **values)})


def alter_container(evidence: Evidence, **values: Any) -> Evidence:
    """``evidence`` with some values of the Redis container changed."""
    look = evidence.container.value
    assert look is not None
    assert look.found is not None
    return change(evidence, container=replace(look, found=replace(look.found, **values)))


# --- parts -----------------------------------------------------------------------------------


def address(text: str = "redis://localhost:6379", **values: Any) -> RedisAddress:
    parts: dict[str, Any] = {"text": text, "source": "config", "scheme": "redis", "host": "localhost"}
    return RedisAddress(**parts | values)


def attempt(outcome: Any = "connected", ip: str = "127.0.0.1", port: int = 6379, **values: Any) -> TcpAttempt:
    errno = {"refused": 111, "reset": 104, "no-route": 113}.get(outcome)
    return TcpAttempt(ip, port, outcome, errno=errno, ms=0.2, **values)


STAGES = ("connect", "tls", "auth", "select", "ping", "role")


def stages(
    failing: str = "", outcome: Any = "error", code: str = "", message: str = "", error_class: str = ""
) -> tuple[Stage, ...]:
    """The six stages, all well up to ``failing``, which ends with ``outcome``; the rest not reached."""
    reported: list[Stage] = []
    for name in STAGES:
        if reported and reported[-1].outcome not in ("ok", "not-needed"):
            reported.append(Stage(name, "not-reached"))  # type: ignore[arg-type] # a name out of STAGES
        elif name == failing:
            reported.append(Stage(name, outcome, error_class or "ConnectionError", code, message, 0.3))  # type: ignore[arg-type] # as above
        else:
            reported.append(Stage(name, "not-needed" if name in ("tls", "auth", "select") else "ok", ms=0.2))  # type: ignore[arg-type] # as above
    return tuple(reported)


INFO = {
    "redis_version": "7.2.4", "redis_mode": "standalone", "run_id": "a" * 40, "tcp_port": "6379",
    "uptime_in_seconds": "7200", "process_id": "1", "connected_clients": "6", "blocked_clients": "0",
    "maxclients": "10000", "used_memory": "2097152", "used_memory_human": "2.00M", "maxmemory": "0",
    "maxmemory_policy": "noeviction", "mem_fragmentation_ratio": "4.20", "total_system_memory": "8589934592",
    "loading": "0", "async_loading": "0", "rdb_last_bgsave_status": "ok", "rdb_last_save_time": "1772366000",
    "rdb_changes_since_last_save": "3", "aof_enabled": "0", "aof_last_write_status": "ok",
    "total_connections_received": "42", "total_commands_processed": "9000", "rejected_connections": "0",
    "instantaneous_ops_per_sec": "12", "expired_keys": "0", "evicted_keys": "0", "keyspace_hits": "100",
    "keyspace_misses": "5", "role": "master", "connected_slaves": "0", "cluster_enabled": "0",
    "db0": "keys=3,expires=3,avg_ttl=25000",
}  # fmt: skip

SETTINGS = {
    "maxclients": "10000", "maxmemory": "0", "maxmemory-policy": "noeviction", "databases": "16",
    "timeout": "0", "bind": "* -::*", "protected-mode": "no", "port": "6379",
    "save": "3600 1 300 100 60 10000", "appendonly": "no", "slowlog-log-slower-than": "10000",
    "dir": "/data", "tcp-keepalive": "300",
}  # fmt: skip


def talk(
    info: dict[str, str] | None = None, settings: dict[str, str] | None = None, **values: Any
) -> RedisTalk:
    parts: dict[str, Any] = {
        "stages": stages(), "info": INFO | (info or {}), "settings": SETTINGS | (settings or {}),
        "role": ("master",), "client_count": 6, "worker_connections": 3, "ping_ms": (0.4, 0.4, 0.5),
        "time_offset_s": 0.001, "can_write": "yes",
        "reads": (Stage("read", "ok", ms=0.2),), "write": Stage("write", "ok", ms=0.3),
    }  # fmt: skip
    return RedisTalk(**parts | values)


def refuses_writes(code: str, info: dict[str, str] | None = None, **values: Any) -> RedisTalk:
    """A conversation in which the SET got the error ``code``."""
    write = Stage("write", "error", "ResponseError", code, "no writes now", 0.3)
    return talk(info, **{"can_write": "no", "why_not_write": code, "write": write} | values)


def moves(*, every: bool = False) -> tuple[Stage, ...]:
    """What two GETs get from one node of a cluster: the second key, or each, lives on another node."""
    moved = Stage("read", "error", "MovedError", "MOVED", "12539 10.0.0.9:6379", 0.2)
    return (moved if every else Stage("read", "ok", ms=0.2), moved)


def no_talk(
    failing: str = "connect",
    outcome: Any = "error",
    code: str = "",
    message: str = "Error 111 connecting to localhost:6379. Connection refused.",
    **values: Any,
) -> RedisTalk:
    """A conversation that ended at stage ``failing``."""
    return RedisTalk(stages=stages(failing, outcome, code, message, values.pop("error_class", "")), **values)


def worker(number: int = 0, **values: Any) -> WorkerKey:
    parts: dict[str, Any] = {
        "key": f"worker:tts-worker-{number}", "db": 0, "type": "string", "ttl_ms": 25_000,
        "value": f'{{"host": "172.18.0.{10 + number}", "port": 50051}}',
        "fields": {"host": f"172.18.0.{10 + number}", "port": "50051"},
        "address": f"172.18.0.{10 + number}:50051", "address_answers": True, "heartbeat_age_s": 4.0,
    }  # fmt: skip
    return WorkerKey(**parts | values)


def published(
    container_port: int = 6379, host_port: int | None = 6379, host_ip: str = "0.0.0.0", protocol: str = "tcp"
) -> PortBinding:
    return PortBinding(container_port, protocol, host_ip, host_port)


def redis_container(**values: Any) -> Container:
    parts: dict[str, Any] = {
        "name": "redis-tts", "id": "c0ffee" * 10, "image": "redis:7-alpine", "state": "running",
        "pid": 4242,
        "started_at": TWO_HOURS_AGO, "created_at": TWO_HOURS_AGO,
        "command": ("docker-entrypoint.sh", "redis-server"),
        "network_mode": "tts-network", "ports": (published(),), "ports_asked": (published(),),
        "networks": (Attachment("tts-network", IP, ("redis-tts", "redis"), "172.18.0.1"),),
        "log_driver": "json-file", "restart_policy": "unless-stopped",
    }  # fmt: skip
    return Container(**parts | values)


def proxy(**values: Any) -> Listener:
    parts: dict[str, Any] = {
        "address": "0.0.0.0", "port": 6379, "pid": 4100, "process": "docker-proxy",
        "forwards_to": f"{IP}:6379", "container": "redis-tts", "backlog": 0,
    }  # fmt: skip
    return Listener(**parts | values)


def log(*lines: tuple[str, str, Any] | str, **values: Any) -> LogTail:
    """A log tail of lines: plain text, or ``(text, known id, severity)``."""
    rows = [(line, "", "info") if isinstance(line, str) else line for line in lines]
    return LogTail(
        lines=tuple(LogLine(FOUR_MINUTES_AGO, text, severity, known) for text, known, severity in rows),
        asked_lines=50,
        driver="json-file",
        known={known: text for text, known, _ in rows if known},
        **values,
    )


READY = ("1:M 01 Mar 2026 10:00:00.000 * Ready to accept connections tcp", "ready", "notice")


def event(
    action: str, at: str = FOUR_MINUTES_AGO, container: str = "redis-tts", **attributes: str
) -> ContainerEvent:
    return ContainerEvent(at, action, container, attributes)


def network(**values: Any) -> NetworkLook:
    parts: dict[str, Any] = {
        "name": "tts-network",
        "found": Network("tts-network", "bridge", False, ("172.18.0.0/16",), {"redis-tts": IP}),
        "names": ("bridge", "host", "none", "tts-network"),
        "owners": {IP: "redis-tts"},
    }
    return NetworkLook(**parts | values)


def inside(code: str = "PONG", output: str = "", **values: Any) -> InsideTalk:
    """Redis as ``redis-cli ping`` inside the container sees it: it answers with ``code``."""
    ping = ExecResult(("redis-cli", "-p", "6379", "ping"), "ok", 0, output or code, 12.0)
    parts: dict[str, Any] = {"ping": ping, "answers": True, "code": code, "run_id": "a" * 40, "databases": 16}
    return InsideTalk(**parts | values)


def not_inside(outcome: Any) -> InsideTalk:
    """``redis-cli ping`` inside the container could not be run, and why."""
    return InsideTalk(ping=ExecResult(("redis-cli", "-p", "6379", "ping"), outcome), answers=None)


# --- the healthy target ----------------------------------------------------------------------


def healthy(**fields: Any) -> Evidence:
    """Redis in the container redis-tts, reached at localhost:6379, three workers registered."""
    target = target_with(
        orchestrator_config="configs/orchestrator.yaml", redis_container="redis-tts",
        docker_network="tts-network", worker_key_pattern="worker:*",
    )  # fmt: skip
    process = ContainerProcess(
        4242,
        "redis-server",
        "S",
        100,
        101,
        (Listener("0.0.0.0", 6379, pid=4242, process="redis-server", backlog=0),),
    )
    config = ConfigFile(
        "configs/orchestrator.yaml", url="redis://localhost:6379", db=0, connection_pool_size=10,
        excerpt='redis:\n  url: "redis://localhost:6379"\n  db: 0\n  connection_pool_size: 10', size_bytes=90,
    )  # fmt: skip
    whole = Evidence(
        domains=("redis",),
        target=target,
        gathered_at=NOW,
        hostname="lab",
        host_addresses=("127.0.0.1", "192.168.1.10"),
    )
    values: dict[str, Any] = {
        "config": config,
        "address": address(db_in_config=0),
        "error_text": Missing("not-applicable", "no error text was given"),
        "name": NameResolution("localhost", "resolved", ("127.0.0.1",)),
        "tcp": (attempt(),),
        "first_bytes": FirstBytes("resp", "+PONG", "PONG"),
        "tls": NOT_HERE,
        "redis": talk(),
        "registrations": Registrations("worker:*", 0, (worker(0), worker(1), worker(2)), scanned=3),
        "listeners": HostListeners(6379, (proxy(),)),
        "docker": DockerAccess("unix:///var/run/docker.sock", "ok", "", "20.10.24", "1.41", "Docker"),
        "container": ContainerLook("redis-tts", redis_container(), image_present=True, names=("redis-tts",)),
        "logs": log(READY),
        "events": (event("start", TWO_HOURS_AGO),),
        "network": network(),
        "process": process,
        "bridge_tcp": (attempt(ip=IP),),
        "inside": inside(),
        "orchestrator": NOT_HERE,
        "orchestrator_view": NOT_HERE,
    }
    return change(whole, **values | fields)


def refused(**fields: Any) -> Evidence:
    """Nothing listens at the URL's port; what Docker says is as in the healthy target unless changed."""
    values: dict[str, Any] = {
        "tcp": (attempt("refused"),),
        "first_bytes": FirstBytes("not-connected"),
        "redis": no_talk(),
        "registrations": NOT_CONNECTED,
        "listeners": HostListeners(6379),
    }
    return healthy(**values | fields)


def down(**container: Any) -> Evidence:
    """Redis's container is there but does not run; ``container`` says how it ended."""
    state: dict[str, Any] = {
        "state": "exited", "pid": 0, "finished_at": FOUR_MINUTES_AGO, "ports": (),
        "networks": (Attachment("tts-network", "", ("redis-tts",)),),
    }  # fmt: skip
    return refused(
        container=ContainerLook(
            "redis-tts", redis_container(**state | container), image_present=True, names=("redis-tts",)
        ),
        network=network(found=Network("tts-network", "bridge", False, ("172.18.0.0/16",)), owners={}),
        process=NOT_HERE,
        bridge_tcp=NOT_HERE,
        inside=not_inside("container-not-running"),
    )


def without_docker(outcome: Any = "unreachable", **fields: Any) -> Evidence:
    """Redis answers over TCP, but Docker cannot be looked at."""
    reason: Any = "permission" if outcome == "permission-denied" else "unreachable"
    unseen = Missing(reason, "Docker could not be asked")
    fields_dark = ("container", "logs", "events", "network", "process", "bridge_tcp", "inside")
    dark = dict.fromkeys(fields_dark, unseen)
    docker = DockerAccess("unix:///var/run/docker.sock", outcome, "could not ask the engine")
    listeners = HostListeners(6379, (Listener("0.0.0.0", 6379),), owners_visible=False)
    return healthy(**{"docker": docker, "listeners": listeners} | dark | fields)


def answering(
    code: str, message: str, stage: str = "auth", error_class: str = "AuthenticationError", **fields: Any
) -> Evidence:
    """Redis is reached but answers with an error: NOAUTH, LOADING ..."""
    values: dict[str, Any] = {
        "first_bytes": FirstBytes("resp", f"-{code} {message}", code),
        "redis": no_talk(stage, "error", code, message, error_class=error_class),
        "registrations": NOT_CONNECTED,
        "inside": inside(code, f"{code} {message}"),
    }
    return healthy(**values | fields)
