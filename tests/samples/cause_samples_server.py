"""Variants of the server's own causes, of the workers, the client and Docker: see ``cause_samples``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from cause_samples_network import HUNG, PASSWORD_URL, ended, process
from evidence_samples import (
    FOUR_MINUTES_AGO,
    NOT_CONNECTED,
    NOW,
    READY,
    TWO_HOURS_AGO,
    address,
    alter_container,
    answering,
    change,
    event,
    healthy,
    inside,
    log,
    moves,
    no_talk,
    redis_container,
    refuses_writes,
    retarget,
    talk,
    without_docker,
    worker,
)
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Registrations, SlowCommand, Stage
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import Missing
from runbooklab.observe.docker.records import ContainerLook, HealthLog
from runbooklab.observe.host.records import Listener
from situations import silent

# --- the server's state ------------------------------------------------------------------------


def reported(**info: str) -> Evidence:
    """Redis answers PING, and INFO says this."""
    return healthy(redis=talk(info))


def set_to(**settings: str) -> Evidence:
    return healthy(redis=talk({}, {name.replace("_", "-"): value for name, value in settings.items()}))


def bad_database(message: str, **info: str) -> Evidence:
    url = address("redis://localhost:6379/99", db_in_url=99, db=99)
    return healthy(
        address=url, redis=no_talk("select", "error", "ERR", message, info=info), registrations=NOT_CONNECTED
    )


def silent_auth(username: str | None = None) -> Evidence:
    bare = Stage("ping", "ok")
    return healthy(
        address=address(PASSWORD_URL, has_password=True, username=username),
        redis=talk(without_credentials=bare),
    )


def clients_paused() -> Evidence:
    listening = Listener("0.0.0.0", 6379, backlog=0)
    return silent(process=process("redis-server", "S", listening), inside=HUNG)


def asleep_in_a_command() -> Evidence:
    listening = Listener("0.0.0.0", 6379, backlog=3)
    return silent(process=process("redis-server", "S", listening), inside=HUNG)


def busy_before_its_threshold() -> Evidence:
    listening = Listener("0.0.0.0", 6379, backlog=3)
    return silent(process=process("redis-server", "R", listening, cpu_ticks_later=115), inside=HUNG)


#: A SET that got no answer, while a PING after it did.
HELD_BACK: dict[str, Any] = {
    "write": Stage("write", "timeout", "TimeoutError", "", "Timeout reading from socket", 1000.0),
    "ping_meanwhile": Stage("ping", "ok", ms=0.3),
}


def slow_command(at: str = FOUR_MINUTES_AGO) -> Evidence:
    return healthy(redis=talk(slow_commands=(SlowCommand(1, at, 1_500_000, "KEYS *"),)))


def replica(link: str = "up", **fields: Any) -> Evidence:
    info = {"role": "slave", "master_link_status": link, "master_host": "10.0.0.5", "master_port": "6379"}
    return healthy(redis=refuses_writes("READONLY", info, role=("slave", "10.0.0.5"), **fields))


# --- workers -----------------------------------------------------------------------------------


def registered(*keys: Any, expected: int = 2, info: dict[str, str] | None = None, **values: Any) -> Evidence:
    """Redis is well and holds these registrations."""
    seen = Registrations("worker:*", 0, keys, scanned=len(keys), **values)
    return retarget(
        healthy(redis=talk({"db0": ""} | (info or {})), registrations=seen), expected_workers=expected
    )


def one_worker(**values: Any) -> Evidence:
    return registered(worker(0, **values), expected=1)


def lost_on_restart(**values: str) -> Evidence:
    empty = registered()
    settings = talk({"db0": "", "uptime_in_seconds": "42"} | values, {"save": ""})
    return change(empty, redis=settings, events=(event("start", TWO_HOURS_AGO), event("die"), event("start")))


# --- health checks, the client, Docker -----------------------------------------------------------


def health(status: str, output: str, **fields: Any) -> Evidence:
    checked = alter_container(healthy(), health=status, health_log=(HealthLog(NOW, 0, output),))
    return change(checked, **fields)


def dependency_unhealthy() -> Evidence:
    client = redis_container(
        name="orchestrator", id="facade" * 10, state="created", pid=0, ports=(), networks=()
    )
    waiting = health(
        "unhealthy", "Connection refused", orchestrator=ContainerLook("orchestrator", client),
        address=address("redis://redis-tts:6379", host="redis-tts"),
    )  # fmt: skip
    return retarget(waiting, orchestrator_container="orchestrator")


def startup_race() -> Evidence:
    client = redis_container(
        name="orchestrator",
        id="facade" * 10,
        state="exited",
        exit_code=1,
        finished_at="2026-03-01T11:55:59.000Z",
    )
    raced = healthy(
        address=address("redis://redis-tts:6379", host="redis-tts"),
        orchestrator=ContainerLook("orchestrator", client),
        orchestrator_view=Missing("not-applicable", "container orchestrator is exited"), logs=log(READY),
    )  # fmt: skip
    return retarget(
        alter_container(raced, started_at=FOUR_MINUTES_AGO), orchestrator_container="orchestrator"
    )


def said(text: str, *codes: str, classes: tuple[str, ...] = (), evidence: Evidence | None = None) -> Evidence:
    """A healthy target with an error text given to the run."""
    return change(evidence or healthy(), error_text=ErrorText(text, classes, codes))


SERVER: dict[str, Callable[[], Evidence]] = {
    "db-out-of-range": lambda: bad_database("DB index is out of range"),
    "db-mismatch": lambda: registered(other_dbs={"3": 2}),
    "db-mismatch/after-a-flush": lambda: registered(
        other_dbs={"3": 2}, info={"cmdstat_flushall": "calls=1,usec=42"}
    ),
    "cluster-needs-db0": lambda: bad_database("SELECT is not allowed in cluster mode", redis_mode="cluster"),
    "auth-not-enabled-on-server": silent_auth,
    "auth-not-enabled-on-server/refused": lambda: answering(
        "ERR", "AUTH <password> called without any password configured for the default user.", "auth",
        address=address(PASSWORD_URL, has_password=True), inside=inside(),
    ),
    "acl-permission-denied": lambda: answering("NOPERM", "no permissions to run the 'ping' command", "ping"),
    "acl-permission-denied/keys": lambda: healthy(redis=refuses_writes("NOPERM")),
    "acl-permission-denied/get": lambda: healthy(redis=talk(read_refused="NOPERM get")),
    "acl-permission-denied/dry-run-inside": lambda: healthy(
        inside=replace(inside(), may_write=False), redis=talk(write=None, can_write="unknown")
    ),
    "client-protocol-mismatch": lambda: healthy(redis=talk(hello="ERR")),
    "memory-exhausted/by-info": lambda: reported(used_memory="100", maxmemory="100"),
    "keys-evicted/after-a-restart": lambda: lost_on_restart(
        evicted_keys="17", maxmemory_policy="allkeys-lru"
    ),
    "keys-evicted": lambda: registered(info={"evicted_keys": "17", "maxmemory_policy": "allkeys-lru"}),
    "maxclients-reached/nearly": lambda: reported(
        connected_clients="98", maxclients="100", rejected_connections="4"
    ),
    "persistence-failing": lambda: answering("MISCONF", "Redis is configured to save RDB snapshots", "ping"),
    "persistence-failing/by-info": lambda: reported(rdb_last_bgsave_status="err"),
    "loading/by-info": lambda: reported(loading="1", loading_loaded_perc="12.00", loading_eta_seconds="30"),
    "replica-read-only": replica,
    "replica-read-only/without-its-master": lambda: replica("down"),
    "replica-link-down/read-only-client": lambda: retarget(replica("down"), needs_write=False),
    "replica-link-down/of-redis-6": lambda: replica(
        "down", reads=(Stage("read", "error", code="MASTERDOWN"),)
    ),
    "replica-link-down": lambda: answering("MASTERDOWN", "Link with MASTER is down", "ping"),
    "not-enough-replicas": lambda: healthy(redis=refuses_writes("NOREPLICAS")),
    "script-busy": lambda: answering("BUSY", "Redis is busy running a script", "ping"),
    "script-busy/before-its-threshold": busy_before_its_threshold,
    "clients-paused": clients_paused,
    "clients-paused/write": lambda: healthy(redis=talk(held_back=("SET",), write=None)),
    "clients-paused/write-observed": lambda: healthy(redis=talk(can_write="no", **HELD_BACK)),
    "slow-commands/now": asleep_in_a_command,
    "persistence-failing/ended": lambda: ended(
        "1:M * Ready to accept connections tcp\n"
        "1:M # Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting..."
    ),
    "idle-timeout": lambda: set_to(timeout="5"),
    "output-buffer-limit": lambda: healthy(
        logs=log("1:M # Client id=4 scheduled to be closed ASAP for overcoming of output buffer limits.")
    ),
    "cluster-down": lambda: reported(redis_mode="cluster", cluster_enabled="1", cluster_state="fail"),
    "cluster-client-needed": lambda: healthy(
        redis=talk({"redis_mode": "cluster", "cluster_enabled": "1"}, reads=moves())
    ),
    "cluster-client-needed/nothing-here": lambda: healthy(redis=talk(reads=moves(every=True))),
    "cluster-client-needed/by-its-error": lambda: said(
        "MOVED 1234 10.0.0.9:6379", "MOVED", evidence=healthy(redis=talk({"redis_mode": "cluster"}, reads=()))
    ),
    "sentinel-port": lambda: reported(redis_mode="sentinel"),
    "slow-commands": slow_command,
    "path-latency": lambda: healthy(redis=talk(ping_ms=(240.0, 251.0, 250.0))),
    "cpu-throttled": lambda: healthy(
        process=process("redis-server", "S", Listener("0.0.0.0", 6379), throttled_periods=90, cpu_periods=100)
    ),
    "worker-registration-expired": lambda: registered(info={"expired_keys": "2"}),
    "worker-registration-expired/watched": lambda: registered(
        worker(0, ttl_ms=9_000, heartbeat_age_s=21.0), worker(1), gone=("worker:tts-worker-0",)
    ),
    "worker-key-prefix": lambda: registered(near_misses=("workers:tts-worker-0",)),
    "worker-key-prefix/after-a-flush-and-an-expiry": lambda: registered(
        near_misses=("workers:tts-worker-0",),
        info={"cmdstat_flushall": "calls=1,usec=42", "expired_keys": "2"},
    ),
    "worker-wrong-type": lambda: one_worker(type="list", problem="wrong-type", value="", address=""),
    "worker-payload-invalid": lambda: one_worker(problem="payload-invalid", value="{'id': 1", address=""),
    "worker-heartbeat-stale": lambda: one_worker(heartbeat_age_s=3600.0, ttl_ms=-1),
    "worker-heartbeat-stale/no-expiry": lambda: one_worker(heartbeat_age_s=None, ttl_ms=-1),
    "worker-clock-skew": lambda: one_worker(heartbeat_age_s=-900.0),
    "worker-address-unreachable": lambda: one_worker(address_answers=False),
    "worker-address-unreachable/any": lambda: one_worker(address="0.0.0.0:50051", address_answers=None),
    "worker-ttl-too-short": lambda: one_worker(
        ttl_ms=200, heartbeat_age_s=0.1, fields={"heartbeat_interval": "1.0"}
    ),
    "worker-duplicate-id": lambda: registered(
        worker(0), worker(1), readdressed={"worker:tts-worker-0": "172.18.0.44:50051"}
    ),
    "registrations-flushed": lambda: registered(info={"cmdstat_flushall": "calls=1,usec=42"}),
    "registrations-lost-on-restart": lost_on_restart,
    "dependency-unhealthy": dependency_unhealthy,
    "healthcheck-false-healthy": lambda: health("healthy", "NOAUTH Authentication required."),
    "startup-race": startup_race,
    "pool-exhausted": lambda: said("Too many connections", "client pool exhausted"),
    "blocking-timeout": lambda: said("BLPOP queue 30: TimeoutError: Timeout reading from socket", "timeout"),
    "client-file-descriptors": lambda: said("Too many open files", "errno 24"),
    "client-ports-exhausted": lambda: said("Cannot assign requested address", "errno 99"),
    "docker-api-version": lambda: without_docker("api-version"),
    "docker-context-missing": lambda: without_docker("context-missing"),
    "docker-endpoint-unusable": lambda: without_docker("unusable"),
}  # fmt: skip
