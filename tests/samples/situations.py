"""Evidence of common situations by name: a cause's id, or "healthy"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evidence_samples import (
    IP,
    NOT_CONNECTED,
    NOT_HERE,
    address,
    alter_container,
    answering,
    attempt,
    change,
    down,
    event,
    healthy,
    inside,
    log,
    network,
    no_talk,
    not_inside,
    proxy,
    published,
    redis_container,
    refused,
    refuses_writes,
    retarget,
    talk,
    without_docker,
)
from runbooklab.domains.address.records import ConfigFile, NameResolution
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Registrations
from runbooklab.domains.redis.records.inside import OrchestratorView
from runbooklab.model.observation import Missing
from runbooklab.observe.docker.records import Attachment, ContainerLook
from runbooklab.observe.host.records import ContainerProcess, HostListeners, Listener


def closed(**fields: Any) -> Evidence:
    """docker-proxy accepts and then closes: nothing behind it takes the connection."""
    values: dict[str, Any] = {
        "first_bytes": FirstBytes("closed", closed_after_ms=0.4),
        "redis": no_talk("ping", "closed", message="Connection closed by server."),
        "registrations": NOT_CONNECTED,
        "bridge_tcp": (attempt("refused", ip=IP),),
    }
    return healthy(**values | fields)


def silent(**fields: Any) -> Evidence:
    """The connection is accepted and then nothing comes."""
    values: dict[str, Any] = {
        "first_bytes": FirstBytes("silent"),
        "redis": no_talk(
            "ping", "timeout", message="Timeout reading from socket", error_class="TimeoutError"
        ),
        "registrations": NOT_CONNECTED,
    }
    return healthy(**values | fields)


def container_missing() -> Evidence:
    gone = ContainerLook("redis-tts", None, image_present=True)
    return refused(
        container=gone, logs=NOT_HERE, network=network(owners={}), process=NOT_HERE,
        bridge_tcp=NOT_HERE, inside=NOT_HERE,
        events=(event("die"), event("destroy")),
    )  # fmt: skip


def container_stopped() -> Evidence:
    return change(
        down(exit_code=0),
        logs=log("1:M 01 Mar 2026 11:56:00.000 # Redis is now ready to exit, bye bye..."),
        events=(event("kill", signal="15"), event("die", exitCode="0"), event("stop")),
    )


def container_oom_killed() -> Evidence:
    base = down(exit_code=137, oom_killed=True, memory_limit_bytes=33_554_432)
    return change(base, events=(event("oom"), event("die", exitCode="137")))


def crash_looping(*lines: Any) -> Evidence:
    """The container restarts again and again; its log ends with ``lines``."""
    looping = redis_container(
        state="restarting", exit_code=1, restart_count=7, restart_policy="always", ports=(), pid=0
    )
    look = ContainerLook(
        "redis-tts", looping, restart_count_later=8, state_later="restarting", image_present=True
    )
    return change(
        down(), container=look, logs=log(*lines), events=(event("die", exitCode="1"), event("start"))
    )


def redis_config_invalid() -> Evidence:
    fatal = ("*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***", "config-fatal", "error")
    return crash_looping(fatal, ">>> 'maxmemroy 100mb'", "Bad directive or wrong number of arguments")


def container_paused() -> Evidence:
    return change(alter_container(silent(), state="paused"), inside=not_inside("container-paused"))


def port_conflict_process() -> Evidence:
    taken = (
        "driver failed programming external connectivity: listen tcp4 0.0.0.0:6379: address already in use"
    )
    holder = Listener("0.0.0.0", 6379, pid=777, process="nc", command="nc -lk 6379")
    return change(
        down(state="created", exit_code=128, error=taken, started_at="", finished_at=""),
        listeners=HostListeners(6379, (holder,)),
        tcp=(attempt(),),
        first_bytes=FirstBytes("silent"),
        redis=no_talk("ping", "timeout", message="Timeout reading from socket", error_class="TimeoutError"),
    )


def port_conflict_container() -> Evidence:
    taken = "Bind for 0.0.0.0:6379 failed: port is already allocated"
    other = redis_container(name="redis-old", id="beef" * 16)
    mine = redis_container(state="created", exit_code=128, error=taken, pid=0, ports=())
    return change(
        down(),
        container=ContainerLook(
            "redis-tts", mine, image_present=True, others=(other,), names=("redis-tts", "redis-old")
        ),
        listeners=HostListeners(6379, (proxy(container="redis-old", forwards_to="172.17.0.2:6379"),)),
        tcp=(attempt(),),
        first_bytes=FirstBytes("resp", "+PONG", "PONG"),
        redis=talk({"run_id": "b" * 40, "db0": ""}),
        registrations=Registrations("worker:*", 0),
    )


def port_not_published() -> Evidence:
    return alter_container(refused(), ports=(published(6379, None, ""),), ports_asked=())


def port_published_elsewhere() -> Evidence:
    return alter_container(refused(), ports=(published(6379, 6380),), ports_asked=(published(6379, 6380),))


def wrong_redis_answering() -> Evidence:
    other = Listener(
        "127.0.0.1", 6379, pid=999, process="redis-server", command="redis-server 127.0.0.1:6379"
    )
    base = alter_container(healthy(), ports=(), ports_asked=())
    return change(
        base,
        redis=talk({"run_id": "b" * 40}),
        registrations=Registrations("worker:*", 0),
        listeners=HostListeners(6379, (other,)),
    )


def not_redis_on_port() -> Evidence:
    web = Listener("0.0.0.0", 6379, pid=888, process="python3", command="python3 -m http.server 6379")
    return change(
        down(),
        tcp=(attempt(),),
        first_bytes=FirstBytes("not-resp", "HTTP/1.0 400 Bad Request"),
        redis=no_talk(
            "ping", "error", message="Protocol Error: b'HTTP/1.0 400'", error_class="InvalidResponse"
        ),
        listeners=HostListeners(6379, (web,)),
    )


def redis_port_mismatch() -> Evidence:
    elsewhere = (Listener("0.0.0.0", 6380, pid=4242, process="redis-server"),)
    return closed(
        process=ContainerProcess(4242, "redis-server", "S", 100, 101, elsewhere), inside=inside(port=6380)
    )


def bind_loopback_only() -> Evidence:
    loopback = (Listener("127.0.0.1", 6379, pid=4242, process="redis-server"),)
    return closed(process=ContainerProcess(4242, "redis-server", "S", 100, 101, loopback))


def _config(problem: Any, message: str, **values: Any) -> Evidence:
    unread = Missing("not-applicable", "there is no Redis URL to look at")
    file = ConfigFile("configs/orchestrator.yaml", problem, message, **values)
    nothing = dict.fromkeys(
        ("address", "name", "tcp", "first_bytes", "redis", "registrations", "listeners"), unread
    )
    return healthy(config=file, **nothing)


def config_missing() -> Evidence:
    return _config("missing", "No such file or directory")


def config_invalid_yaml() -> Evidence:
    return _config(
        "invalid-yaml", "found character '\\t' that cannot start any token", line=3, column=1,
        excerpt='redis:\n  url: "redis://localhost:6379"\n\tdb: 0',
    )  # fmt: skip


def _bad_url(text: str, problem: Any, message: str, suggestion: str = "") -> Evidence:
    bad = address(text, problem=problem, message=message, suggestion=suggestion, scheme="", host="")
    unread = Missing("not-applicable", "the URL does not parse")
    nothing = dict.fromkeys(("name", "tcp", "first_bytes", "redis", "registrations", "listeners"), unread)
    return healthy(address=bad, **nothing)


def url_scheme_invalid() -> Evidence:
    wanted = "Redis URL must specify one of the following schemes (redis://, rediss://, unix://)"
    return _bad_url("localhost:6379", "scheme-invalid", wanted, "redis://localhost:6379")


def url_malformed() -> Evidence:
    return _bad_url(
        "redis://localhost:63790000", "malformed", "Port out of range 0-65535", "redis://localhost:6379"
    )


def hostname_unresolvable(host: str = "redis.invalid") -> Evidence:
    unresolved = Missing("not-applicable", f"the name {host} does not resolve")
    return healthy(
        address=address(f"redis://{host}:6379", host=host),
        name=NameResolution(host, "not-found", (), "Name or service not known"),
        tcp=unresolved,
        first_bytes=FirstBytes("not-connected"),
        redis=no_talk(message=f"Error -2 connecting to {host}:6379. Name or service not known."),
        registrations=NOT_CONNECTED,
        listeners=unresolved,
    )


def localhost_in_container() -> Evidence:
    own = Attachment("tts-network", "172.18.0.3", ("orchestrator",), "172.18.0.1")
    orchestrator = redis_container(
        name="orchestrator", id="0c" * 32, image="orchestrator:1", ports=(), ports_asked=(), networks=(own,)
    )
    view = OrchestratorView(
        "localhost",
        6379,
        NameResolution("localhost", "resolved", ("127.0.0.1",)),
        (attempt("refused"),),
        method="exec nc",
    )
    return retarget(
        healthy(orchestrator=ContainerLook("orchestrator", orchestrator), orchestrator_view=view),
        orchestrator_container="orchestrator",
    )


def auth_required() -> Evidence:
    return answering("NOAUTH", "Authentication required.", "ping")


def auth_wrong_credentials() -> Evidence:
    base = answering("WRONGPASS", "invalid username-password pair or user is disabled.", "auth")
    url = "redis://:***secret-1a2b3c4d***@localhost:6379"
    return change(
        base,
        address=address(url, has_password=True),
        inside=inside("NOAUTH", "NOAUTH Authentication required."),
    )


def loading() -> Evidence:
    return answering("LOADING", "Redis is loading the dataset in memory", "ping", "BusyLoadingError")


def protected_mode() -> Evidence:
    return answering(
        "DENIED", "Redis is running in protected mode", "ping", inside=inside(), bridge_tcp=(attempt(ip=IP),)
    )


def maxclients_reached() -> Evidence:
    return answering("ERR", "max number of clients reached", "ping", "ConnectionError")


def network_missing() -> Evidence:
    base = down(
        state="created", error="network tts-network not found", started_at="", finished_at="", networks=()
    )
    return change(base, network=network(found=None, names=("bridge", "host", "none"), owners={}))


def network_not_shared() -> Evidence:
    """The orchestrator is on tts-network, Redis on the default bridge, where no name resolves."""
    elsewhere = alter_container(
        localhost_in_container(), networks=(Attachment("bridge", "172.17.0.2"),), network_mode="bridge"
    )
    view = OrchestratorView("redis-tts", 6379, NameResolution("redis-tts", "not-found"), method="exec getent")
    named = hostname_unresolvable("redis-tts")
    return change(
        elsewhere,
        orchestrator_view=view,
        **{
            name: getattr(named, name)
            for name in ("address", "name", "tcp", "first_bytes", "redis", "registrations")
        },
    )


def memory_exhausted() -> Evidence:
    full = {"used_memory": "1048576", "maxmemory": "1048576", "used_memory_human": "1.00M"}
    return healthy(redis=refuses_writes("OOM", full, settings={"maxmemory": "1048576"}))


def workers_none_registered() -> Evidence:
    empty = Registrations("worker:*", 0, scanned=0)
    none = healthy(redis=talk({"db0": ""}, worker_connections=0), registrations=empty)
    return retarget(none, expected_workers=3)


def firewall_drop() -> Evidence:
    return healthy(
        tcp=(attempt("timeout"),),
        first_bytes=FirstBytes("not-connected"),
        redis=no_talk(
            "connect", "timeout", message="Timeout connecting to server", error_class="TimeoutError"
        ),
        registrations=NOT_CONNECTED,
        bridge_tcp=(attempt("timeout", ip=IP),),
    )


SITUATIONS: dict[str, Callable[[], Evidence]] = {
    "healthy": healthy,
    "container-missing": container_missing,
    "container-stopped": container_stopped,
    "container-killed": lambda: change(
        down(exit_code=137), events=(event("kill", signal="9"), event("die", exitCode="137"))
    ),
    "container-oom-killed": container_oom_killed,
    "container-never-started": lambda: down(state="created", started_at="", finished_at=""),
    "container-paused": container_paused,
    "container-crash-looping": lambda: crash_looping("sh: going down"),
    "redis-config-invalid": redis_config_invalid,
    "port-not-published": port_not_published,
    "port-published-elsewhere": port_published_elsewhere,
    "port-conflict-process": port_conflict_process,
    "port-conflict-container": port_conflict_container,
    "wrong-redis-answering": wrong_redis_answering,
    "not-redis-on-port": not_redis_on_port,
    "redis-port-mismatch": redis_port_mismatch,
    "bind-loopback-only": bind_loopback_only,
    "config-missing": config_missing,
    "config-invalid-yaml": config_invalid_yaml,
    "config-redis-section-missing": lambda: _config("redis-section-missing", "there is no redis section"),
    "url-scheme-invalid": url_scheme_invalid,
    "url-malformed": url_malformed,
    "container-name-from-host": lambda: hostname_unresolvable("redis-tts"),
    "hostname-unresolvable": hostname_unresolvable,
    "localhost-in-container": localhost_in_container,
    "auth-required": auth_required,
    "auth-wrong-credentials": auth_wrong_credentials,
    "protected-mode": protected_mode,
    "network-missing": network_missing,
    "network-not-shared": network_not_shared,
    "memory-exhausted": memory_exhausted,
    "maxclients-reached": maxclients_reached,
    "loading": loading,
    "firewall-drop": firewall_drop,
    "workers-none-registered": workers_none_registered,
    "docker-unreachable": without_docker,
    "docker-permission-denied": lambda: without_docker("permission-denied"),
    "docker-unresponsive": lambda: without_docker("unresponsive"),
}
