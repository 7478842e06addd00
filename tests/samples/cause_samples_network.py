"""Variants of the container, its start, its ports, names, networks and TLS: see ``cause_samples``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

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
    retarget,
    without_docker,
)
from runbooklab.domains.address.records import ConfigFile, NameResolution
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.inside import InsideTalk, OrchestratorView
from runbooklab.observe.docker.records import Attachment, ContainerLook, ExecResult, Mount, Network
from runbooklab.observe.host.records import ContainerProcess, HostListeners, Listener
from runbooklab.observe.net.records import TcpAttempt, TlsAttempt
from situations import SITUATIONS, closed, crash_looping, hostname_unresolvable, silent

PASSWORD_URL = "redis://:***secret-1a2b3c4d***@localhost:6379"
HUNG = InsideTalk(ping=ExecResult(("redis-cli", "ping"), "timeout", 124), answers=False)
REFUSED_INSIDE = InsideTalk(
    ping=ExecResult(("redis-cli", "ping"), "ok", 1, "Could not connect to Redis: Connection refused"),
    answers=False,
)


def process(
    name: str = "redis-server", state: str = "S", *listeners: Listener, **values: Any
) -> ContainerProcess:
    return ContainerProcess(
        4242, name, state, **{"cpu_ticks": 100, "cpu_ticks_later": 100} | values, listeners=listeners
    )


# --- the container and its start ---------------------------------------------------------------


def ended(text: str, code: int = 1, **container: Any) -> Evidence:
    """The container ended at its start, and its log ends with ``text``."""
    return change(down(exit_code=code, **container), logs=log("1:C * Redis is starting", *text.splitlines()))


def redis_not_running() -> Evidence:
    return closed(process=process("sleep"), inside=REFUSED_INSIDE)


def redis_frozen() -> Evidence:
    return silent(process=process("redis-server", "T"), inside=HUNG)


def daemonized() -> Evidence:
    return ended(
        "1:C * Configuration loaded", 0, started_at="2026-03-01T11:56:00.000Z",
        finished_at="2026-03-01T11:56:00.200Z", command=("redis-server", "--daemonize", "yes"),
    )  # fmt: skip


def config_not_mounted(base: Evidence | None = None) -> Evidence:
    mount = Mount("bind", "/srv/redis.conf", "/usr/local/etc/redis/redis.conf", source_is_directory=True)
    return alter_container(base or healthy(), mounts=(mount,))


# --- ports and addresses -----------------------------------------------------------------------


def asked_and_given(*ports: Any) -> dict[str, Any]:
    return {"ports": ports, "ports_asked": ports}


def stale_docker_proxy() -> Evidence:
    left_over = Listener("0.0.0.0", 6379, pid=9, process="docker-proxy", forwards_to="172.18.0.99:6379")
    return change(
        down(), tcp=(attempt(),), first_bytes=FirstBytes("closed", closed_after_ms=1800.0),
        redis=no_talk("ping", "closed"), listeners=HostListeners(6379, (left_over,)),
    )  # fmt: skip


def silent_listener() -> Evidence:
    deaf = Listener("0.0.0.0", 6379, pid=77, process="nc")
    return change(alter_container(silent(), ports=(), ports_asked=()), listeners=HostListeners(6379, (deaf,)))


def ssh_on_port() -> Evidence:
    sshd = Listener("0.0.0.0", 6379, pid=88, process="sshd")
    gone = ContainerLook("redis-tts", None)
    return change(
        closed(), container=gone, first_bytes=FirstBytes("not-resp", "SSH-2.0-OpenSSH_9.2p1"),
        listeners=HostListeners(6379, (sshd,)), process=NOT_HERE, inside=NOT_HERE, bridge_tcp=NOT_HERE,
    )  # fmt: skip


def address_stale() -> Evidence:
    old = "172.18.0.77"
    return healthy(
        address=address(f"redis://{old}:6379", host=old), name=NameResolution(old, "literal", (old,)),
        tcp=(attempt("no-route", ip=old),), first_bytes=FirstBytes("not-connected"), redis=no_talk(),
        registrations=NOT_CONNECTED, listeners=NOT_HERE,
    )  # fmt: skip


def unix_socket(outcome: Any) -> Evidence:
    path = "/run/redis/redis.sock"
    return refused(
        address=address(f"unix://{path}", scheme="unix", host="", socket_path=path),
        name=NameResolution("", "not-applicable"), tcp=(TcpAttempt(path, 0, outcome),), listeners=NOT_HERE,
    )  # fmt: skip


def bad_config(problem: Any) -> Evidence:
    return change(
        SITUATIONS["config-missing"](), config=ConfigFile("configs/orchestrator.yaml", problem, "so it is")
    )


def bad_url(problem: Any, text: str) -> Evidence:
    return change(SITUATIONS["url-malformed"](), address=address(text, problem=problem, message="it says so"))


def orchestrated(evidence: Evidence, host: str = "redis-tts", **view: Any) -> Evidence:
    """``evidence`` with the client in the container ``orchestrator``, which meets ``view``."""
    client = redis_container(
        name="orchestrator", id="facade" * 10, image="orchestrator:1", ports=(), ports_asked=()
    )
    networks = view.pop(
        "networks", (Attachment("tts-network", "172.18.0.9", ("orchestrator",), "172.18.0.1"),)
    )
    seen = OrchestratorView(**{"host": host, "port": 6379, "method": "exec redis-cli"} | view)
    return retarget(
        change(
            evidence, address=address(f"redis://{host}:6379", host=host),
            orchestrator=ContainerLook("orchestrator", replace(client, networks=networks, network_mode="x")),
            orchestrator_view=seen,
        ),
        orchestrator_container="orchestrator",
    )  # fmt: skip


def hung_up(outcome: Any, ping: Any = "ok", host: str = "redis-tts") -> dict[str, Any]:
    """What the orchestrator meets if the connection does not come about."""
    return {
        "name": NameResolution(host, "resolved"), "tcp": (TcpAttempt(host, 6379, outcome),),
        "ping": ExecResult(("redis-cli", "ping"), ping, 1),
    }  # fmt: skip


def network_isolated() -> Evidence:
    other = (Attachment("other-network", "172.30.0.9"),)
    return orchestrated(healthy(), IP, networks=other, **hung_up("timeout", "timeout", IP))


def dns_broken() -> Evidence:
    name = NameResolution("redis.example", "temporary-failure", (), "Temporary failure in name resolution")
    return orchestrated(healthy(), "redis.example", name=name)


def duplicate_alias() -> Evidence:
    twin = redis_container(
        name="redis-old", id="beef" * 16, networks=(Attachment("tts-network", "172.18.0.3", ("redis-tts",)),)
    )
    look = ContainerLook("redis-tts", redis_container(), others=(twin,), names=("redis-tts", "redis-old"))
    return orchestrated(healthy(container=look), code="PONG", name=NameResolution("redis-tts", "resolved"))


def internal_network() -> Evidence:
    closed_net = Network("tts-network", "bridge", True, ("172.18.0.0/16",), {"redis-tts": IP})
    return change(alter_container(refused(), ports=()), network=network(found=closed_net))


def dropped_behind_the_proxy() -> Evidence:
    return silent(bridge_tcp=(attempt("timeout", ip=IP),))


# --- TLS ---------------------------------------------------------------------------------------


def tls(outcome: Any, **fields: Any) -> Evidence:
    values: dict[str, Any] = {
        "address": address("rediss://localhost:6379", scheme="rediss"),
        "first_bytes": NOT_HERE, "tls": TlsAttempt(outcome, f"it is {outcome}"),
        "redis": no_talk("tls", "error", message=outcome), "registrations": NOT_CONNECTED, "inside": HUNG,
    }  # fmt: skip
    return healthy(**values | fields)


NETWORK: dict[str, Callable[[], Evidence]] = {
    "container-stopped/terminated": lambda: down(exit_code=143),
    "container-stopped/wrong-port-too": lambda: down(exit_code=0, ports_asked=(published(6379, 6380),)),
    "container-crash-looping/config": lambda: crash_looping("1:M # Module /x.so failed to load"),
    "redis-crashed": lambda: ended("=== REDIS BUG REPORT START: Cut & paste starting from here ===", 139),
    "redis-not-running-in-container": redis_not_running,
    "redis-frozen": redis_frozen,
    "start-command-not-found": lambda: down(
        state="created", exit_code=127, error='exec: "redis-serverd": executable file not found in $PATH'
    ),
    "redis-config-not-mounted": config_not_mounted,
    "redis-config-not-mounted/and-so-without-its-password": lambda: config_not_mounted(
        SITUATIONS["protected-mode"]()
    ),
    "redis-config-not-mounted/cannot-start": lambda: down(
        state="created", exit_code=127,
        error="not a directory: Are you trying to mount a directory onto a file?",
    ),
    "redis-daemonized": daemonized,
    "redis-data-corrupt": lambda: ended(
        "1:M # Short read or OOM loading DB. Unrecoverable error, aborting now."
    ),
    "redis-data-newer": lambda: ended(
        "1:M # Can't handle RDB format version 99\n1:M # Fatal error loading the DB"
    ),
    "redis-start-failed": lambda: ended("1:M # Can't load module from /x.so: server aborting"),
    "redis-start-failed/no-reason": lambda: change(down(exit_code=1), logs=log()),
    "bind-address-unavailable": lambda: ended("1:M # bind: Cannot assign requested address"),
    "port-published-other-address": lambda: alter_container(
        refused(), **asked_and_given(published(host_ip="192.168.7.7"))
    ),
    "port-published-udp": lambda: alter_container(refused(), **asked_and_given(published(protocol="udp"))),
    "redis-port-mismatch/host-network": lambda: alter_container(
        refused(process=process("redis-server", "S", Listener("0.0.0.0", 6390))),
        network_mode="host", command=("redis-server", "--port", "6390"), networks=(), **asked_and_given(),
    ),
    "redis-port-mismatch/no-port": lambda: closed(process=process(), inside=REFUSED_INSIDE),
    "stale-docker-proxy": stale_docker_proxy,
    "silent-listener-on-port": silent_listener,
    "not-redis-on-port/ssh": ssh_on_port,
    "config-unreadable": lambda: bad_config("unreadable"),
    "config-unreadable/too-large": lambda: bad_config("too-large"),
    "config-redis-section-missing/no-url": lambda: bad_config("redis-url-missing"),
    "config-value-invalid": lambda: bad_config("invalid-value"),
    "url-option-unknown": lambda: bad_url("option-unknown", "redis://localhost:6379/0?no_such=1"),
    "url-password-as-username": lambda: answering(
        "WRONGPASS", "invalid username-password pair", "auth",
        address=address("redis://***secret-1a2b3c4d***@localhost:6379", username="***secret-1a2b3c4d***"),
    ),
    "container-name-from-host/docker-unseen": lambda: change(
        without_docker(),
        **{f: getattr(hostname_unresolvable("redis-tts"), f) for f in ("address", "name", "tcp", "redis")},
    ),
    "address-stale": address_stale,
    "unix-socket-missing": lambda: unix_socket("socket-missing"),
    "unix-socket-permission": lambda: unix_socket("socket-permission"),
    "tls-to-plain-port": lambda: tls("not-tls"),
    "tls-to-plain-port/hangs": lambda: tls("timeout", inside=inside()),
    "plain-to-tls-port": lambda: closed(
        logs=log("Error accepting a client connection: error:0A00010B:SSL routines::wrong version number"),
        process=process("redis-server", "S", Listener("0.0.0.0", 6379)), bridge_tcp=(attempt(ip=IP),),
    ),
    "plain-to-tls-port/alert": lambda: closed(
        first_bytes=FirstBytes("tls", "\x15\x03"), bridge_tcp=(attempt(ip=IP),)
    ),
    "tls-untrusted": lambda: tls("untrusted"),
    "tls-hostname-mismatch": lambda: tls("hostname-mismatch"),
    "tls-expired": lambda: tls("expired"),
    "tls-client-certificate-required": lambda: tls("client-certificate-required"),
    "tls-version-mismatch": lambda: tls("version-mismatch"),
    "tls-ca-file-missing": lambda: tls("ca-file-missing"),
    "network-detached": lambda: alter_container(refused(), networks=(), ports=()),
    "network-internal": internal_network,
    "network-isolated": network_isolated,
    "firewall-drop/behind-the-proxy": dropped_behind_the_proxy,
    "firewall-drop/between-containers": lambda: orchestrated(healthy(), **hung_up("timeout", "timeout")),
    "firewall-reject": lambda: refused(listeners=HostListeners(6379, (proxy(),))),
    "firewall-reject/between-containers": lambda: orchestrated(healthy(), **hung_up("refused")),
    "dns-broken": dns_broken,
    "dns-duplicate-alias": duplicate_alias,
    "container-stopped/from-orchestrator": lambda: orchestrated(
        down(exit_code=0), name=NameResolution("redis-tts", "not-found")
    ),
    "auth-required/from-orchestrator": lambda: orchestrated(
        hostname_unresolvable("redis-tts"), code="NOAUTH", name=NameResolution("redis-tts", "resolved")
    ),
    "container-paused/from-orchestrator": lambda: orchestrated(
        change(alter_container(silent(), state="paused"), inside=not_inside("container-paused")),
        **hung_up("timeout", "timeout"),
    ),
    "bind-loopback-only/from-orchestrator": lambda: orchestrated(
        healthy(
            process=process("redis-server", "S", Listener("127.0.0.1", 6379)),
            bridge_tcp=(attempt("refused", ip=IP),),
        ),
        **hung_up("refused"),
    ),
}  # fmt: skip
