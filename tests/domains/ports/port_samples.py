"""Evidence of ports, made by hand: a system with one worker, and what may go wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.records import (
    ComposePort,
    ComposePorts,
    ComposeService,
    Containers,
    HostSettings,
    Inside,
    NatRule,
    NatRules,
    Placed,
    PortConnects,
    Process,
    Socket,
    Sockets,
)
from runbooklab.domains.ports.target import Target
from runbooklab.model.observation import Observation
from runbooklab.observe.docker.records import PortBinding
from runbooklab.observe.net.records import TcpAttempt

PORT = 6000
IN_USE = (
    f"driver failed: Error starting userland proxy: listen tcp4 0.0.0.0:{PORT}: bind: address already in use"
)
ALLOCATED = f"driver failed: Bind for 0.0.0.0:{PORT} failed: port is already allocated"
HOST = HostSettings(
    addresses=("127.0.0.1", "192.0.2.2", "::1"),
    ephemeral=(32768, 60999),
    unprivileged_start=1024,
    v6_only=False,
)


def binding(host: int = PORT, inside: int = 7000, protocol: str = "tcp", ip: str = "0.0.0.0") -> PortBinding:
    return PortBinding(inside, protocol, ip, host)


def placed(name: str = "tts-worker", **fields: Any) -> Placed:
    """A running container that publishes the port."""
    usual: dict[str, Any] = {
        "id": (name.encode().hex() * 3)[:12], "image": "example/worker:1", "state": "running", "pid": 400,
        "created_at": "2026-01-01T00:00:00.000Z", "network_mode": "bridge", "command": ("serve",),
        "asked": (binding(),), "ports": (binding(),), "addresses": ("172.17.0.2",),
    }  # fmt: skip
    return Placed(name, **usual | fields)


def down(name: str = "tts-worker", state: str = "created", error: str = "", **fields: Any) -> Placed:
    return placed(name, state=state, error=error, **{"ports": (), "addresses": (), "pid": 0} | fields)


def process(pid: int = 900, name: str = "metrics", **fields: Any) -> Process:
    usual: dict[str, Any] = {
        "command": (f"/usr/bin/{name}",), "user": "app", "state": "S", "parent": 700, "ancestors": (700, 1),
        "group": pid, "session": pid, "started_at": float(pid),
    }  # fmt: skip
    return Process(pid, name, **usual | fields)


def proxy(pid: int = 500, to: str = "172.17.0.2", inside: int = 7000) -> Process:
    return process(
        pid, "docker-proxy", user="root",
        command=("/usr/bin/docker-proxy", "-container-ip", to, "-container-port", str(inside)),
    )  # fmt: skip


def listening(pid: int = 900, address: str = "0.0.0.0", port: int = PORT, **fields: Any) -> Socket:
    usual: dict[str, Any] = {
        "family": 6 if ":" in address else 4, "inode": 10_000 + pid, "pids": (pid,), "state": "LISTEN",
    }  # fmt: skip
    return Socket("tcp", address, port, **usual | fields)


def seen(**values: Any) -> tuple[Observation[Any], ...]:
    return tuple(Observation(name.replace("_", "-"), value=value) for name, value in values.items())


def ports(
    *sockets: Socket,
    processes: tuple[Process, ...] = (),
    containers: tuple[Placed, ...] = (),
    inside: tuple[Inside, ...] = (),
    wanted: str = f"{PORT}:tts-worker",
    host: HostSettings = HOST,
    compose: ComposePorts | None = None,
    rules: tuple[NatRule, ...] = (),
    **parameters: Any,
) -> Evidence:
    """A target whose sockets, processes and containers are these."""
    values = {"ports": wanted, **parameters}
    target = Target(values, dict.fromkeys(values, "given"))
    held = {each.port for each in sockets if each.state == "LISTEN"}
    connects = tuple(
        PortConnects(
            port, (TcpAttempt("127.0.0.1", port, "connected" if port in held else "refused", ms=0.1),)
        )
        for port in {PORT, *held}
    )
    e = Evidence(target=target, gathered_at="2026-01-01T01:00:00Z", domains=("ports",))
    return e.having(
        *seen(
            sockets=Sockets(tuple(sockets), {str(each.pid): each for each in processes}),
            port_containers=Containers(containers),
            inside_containers=inside,
            host_settings=host,
            port_connects=connects,
            nat_rules=NatRules(rules),
            **({"compose_ports": compose} if compose else {}),
        )
    )


def inside(*there: int, address: str = "0.0.0.0", container: str = "tts-worker") -> tuple[Inside, ...]:
    return (Inside(container, tuple(Socket("tcp", address, port, "LISTEN") for port in there)),)


def served(worker: Placed | None = None, **more: Any) -> Evidence:
    """The worker has its port by a docker-proxy."""
    return ports(
        listening(500),
        processes=(proxy(),),
        containers=(worker or placed(),),
        **{"inside": inside(7000)} | more,
    )


def held_by(holder: Process, *containers: Placed, **more: Any) -> Evidence:
    """A process has the port."""
    return ports(listening(holder.pid), processes=(holder,), containers=containers, **more)


def two(one: Socket, other: Socket, *processes: Process) -> Evidence:
    return ports(one, other, processes=processes)


def file(*services: ComposeService) -> Evidence:
    return ports(
        wanted="", compose=ComposePorts("/srv/compose.yml", "tts", services), compose_file="compose.yml"
    )


def service(name: str, *entries: ComposePort, **fields: Any) -> ComposeService:
    return ComposeService(name, ports=entries, line=3, **fields)


def entry(first: int = 8080, inside: int = 80, **fields: Any) -> ComposePort:
    return ComposePort(f"{first}:{inside}", 5, first=first, last=first, inside=inside, **fields)


WORKER = process(900, "tts-worker")
METRICS = process(900, "metrics")
OLD = {"service": "worker", "project": "old"}
NEW = {"service": "worker", "project": "new"}
REDIRECT = NatRule(
    "OUTPUT", f"-A OUTPUT -p tcp -m tcp --dport {PORT} -j REDIRECT --to-ports 6001", PORT, PORT, to_port=6001
)

#: Cause, or cause/variant -> evidence that must make it the primary one.
SAMPLES: dict[str, Callable[[], Evidence]] = {
    "port-conflict-process": lambda: held_by(METRICS, down(error=IN_USE)),
    "port-conflict-process/nobody-refused": lambda: held_by(METRICS),
    "port-conflict-process/no-engine": lambda: without_engine(held_by(METRICS)),
    "port-conflict-process/bound-without-listening": lambda: ports(
        listening(900, state="BOUND"), processes=(METRICS,), containers=(down(error=IN_USE),)
    ),
    "service-already-running/image-of-the-compose-file": lambda: ports(
        listening(900), processes=(process(900, "nginx"),), wanted=f"{PORT}:web", compose_file="c.yml",
        compose=ComposePorts("/srv/c.yml", "tts", (service("web", entry(PORT), image="nginx:1.25"),)),
    ),
    "port-conflict-compose-project/file-that-is-named": lambda: ports(
        listening(500), processes=(proxy(),), wanted=f"{PORT}:worker", compose_file="c.yml",
        containers=(placed("old-worker-1", service="worker", project="old", folder="/home/old"),),
        compose=ComposePorts("/srv/c.yml", "tts", (service("worker", entry(PORT)),)),
    ),
    "container-stopped/nobody-named-the-owner": lambda: ports(
        containers=(down(state="exited"),), wanted=f"{PORT}"
    ),
    "listener-frozen/workers-only": lambda: ports(
        listening(900, pids=(900, 901)),
        processes=(
            WORKER, replace(WORKER, pid=901, parent=900, ancestors=(900, 1), is_fork=True, state="T"),
        ),
    ),
    "service-not-listening/bound": lambda: ports(
        listening(900, state="BOUND"), processes=(WORKER,)
    ),
    "compose-port-duplicate/a-range-may-take-it": lambda: file(
        service("a", replace(entry(8080), last=8090)), service("b", entry(8080)),
    ),
    "service-already-running": lambda: held_by(
        process(900, "redis-server"), down(error=IN_USE, image="redis:7-alpine", command=("redis-server",))
    ),
    "service-already-running/by-name": lambda: held_by(
        process(900, "redis-server"), wanted=f"{PORT}:redis-tts"
    ),
    "service-already-running/older": lambda: held_by(WORKER, down(error=IN_USE)),
    "listener-frozen": lambda: held_by(replace(METRICS, state="T"), down(error=IN_USE)),
    "listener-frozen/owner": lambda: held_by(replace(WORKER, state="T")),
    "port-held-by-orphan": lambda: held_by(
        replace(METRICS, parent=1, group=880, session=880, is_fork=True), down(error=IN_USE)
    ),
    "port-held-by-socket-unit": lambda: held_by(process(1, "systemd", parent=0), down(error=IN_USE)),
    "port-conflict-container": lambda: served(
        placed("other"), inside=(), wanted=f"{PORT}:tts-worker",
    ).having(*seen(port_containers=Containers((placed("other"), down(error=ALLOCATED))))),
    "port-conflict-container/without-proxy": lambda: ports(
        containers=(placed("other"), down(error=ALLOCATED))
    ),
    "port-conflict-compose-project": lambda: ports(
        listening(500), processes=(proxy(),),
        containers=(placed("old-worker-1", **OLD), down("new-worker-1", error=ALLOCATED, **NEW)),
        wanted=f"{PORT}:worker",
    ),
    "port-conflict-host-network": lambda: held_by(
        replace(METRICS, container_id="0123456789ab"),
        placed("agent", id="0123456789ab", network_mode="host", asked=(), ports=()), down(error=IN_USE),
    ),
    "stale-docker-proxy": lambda: ports(
        listening(500), processes=(proxy(to="172.17.0.9"),), containers=(down(),)
    ),
    "wrong-service-on-port": lambda: held_by(METRICS, placed(asked=(binding(6001),), ports=(binding(6001),))),
    "wrong-service-on-port/program": lambda: ports(
        listening(900), listening(901, port=6001), processes=(METRICS, process(901, "tts-worker"))
    ),
    "port-shadowed-by-specific-address": lambda: two(
        listening(900), listening(901, "127.0.0.1"), WORKER, process(901, "metrics")
    ),
    "port-shared-reuseport": lambda: two(listening(900), listening(901), WORKER, process(901, "metrics")),
    "port-split-by-family": lambda: two(
        listening(900, "127.0.0.1"), listening(901, "::1"), WORKER, process(901, "metrics")
    ),
    "port-taken-by-outgoing-connection": lambda: ports(
        listening(900, state="ESTABLISHED", address="192.0.2.2", peer="192.0.2.9", peer_port=443),
        processes=(METRICS,), containers=(down(error=IN_USE),),
    ),
    "port-time-wait": lambda: ports(
        listening(0, state="TIME_WAIT", inode=0, pids=(), peer="127.0.0.1", peer_port=50_000)
    ),
    "userland-proxy-off": lambda: ports(containers=(placed(),), inside=inside(7000)),
    "rootless-port": lambda: ports(
        containers=(down(error=f"listen tcp 0.0.0.0:{PORT}: bind: permission denied"),)
    ),
    "port-redirected": lambda: served(rules=(REDIRECT,)),
    "container-never-started": lambda: ports(containers=(down(error=IN_USE),)),
    "container-never-started/created": lambda: ports(containers=(down(),)),
    "container-stopped": lambda: ports(containers=(down(state="exited"),)),
    "container-crash-looping": lambda: ports(containers=(down(state="restarting"),)),
    "container-paused": lambda: served(placed(state="paused")),
    "service-not-listening": lambda: ports(),
    "service-not-listening/inside": lambda: served(inside=inside()),
    "port-published-elsewhere": lambda: ports(
        containers=(placed(asked=(binding(6001),), ports=(binding(6001),)),)
    ),
    "port-published-other-address": lambda: ports(
        listening(500, "127.0.0.2"), processes=(proxy(),), containers=(placed(),),
        host=replace(HOST, bind_addresses=("127.0.0.1",)), bind_address="127.0.0.1",
    ),
    "port-published-udp": lambda: ports(
        containers=(placed(asked=(binding(protocol="udp"),), ports=(binding(protocol="udp"),)),)
    ),
    "port-not-published": lambda: ports(containers=(placed(asked=(), ports=()),)),
    "container-port-mismatch": lambda: served(inside=inside(7001)),
    "bind-loopback-only": lambda: served(inside=inside(7000, address="127.0.0.1")),
    "compose-ports-discarded": lambda: ports(containers=(placed(network_mode="host", ports=()),)),
    "compose-ports-discarded/file": lambda: file(service("worker", entry(), network_mode="host")),
    "compose-port-duplicate": lambda: file(service("api", entry()), service("web", entry(inside=8080))),
    "compose-scale-port-conflict": lambda: file(service("web", entry(), replicas=3)),
    "compose-port-invalid": lambda: file(
        service("web", ComposePort("70051:80", 5, problem="invalid hostPort: 70051"))
    ),
    "bind-address-unavailable": lambda: ports(
        host=replace(HOST, bind_addresses=("203.0.113.7",)), bind_address="203.0.113.7"
    ),
    "port-privileged": lambda: ports(
        wanted="81:tts-worker", host=replace(HOST, service_uid=65534), service_user="nobody"
    ),
    "port-in-ephemeral-range": lambda: ports(
        listening(900, port=50051), processes=(WORKER,), wanted="50051:tts-worker"
    ),
    "port-owner-hidden": lambda: ports(listening(900, pids=())).having(
        *seen(sockets=Sockets((listening(900, pids=()),), owners_visible=False))
    ),
}  # fmt: skip


def without_engine(e: Evidence) -> Evidence:
    """The same, without a Docker engine."""
    from runbooklab.model.observation import Missing

    gone = Missing("unreachable", "no Docker engine answers")
    return e.having(
        Observation("port-containers", missing=gone), Observation("inside-containers", missing=gone)
    )


#: Targets that look odd and are healthy.
HEALTHY: dict[str, Callable[[], Evidence]] = {
    "served": served,
    "a python file for the owner's hyphens": lambda: ports(
        listening(900), processes=(process(900, "python3", command=("python3", "/srv/tts_worker.py")),)
    ),
    "a title that the program gave itself": lambda: ports(
        listening(900),
        processes=(process(900, "gunicorn", command=("gunicorn: master [tts-worker]",)),),
    ),
    "a project with another name, from the folder of the file": lambda: ports(
        listening(500), processes=(proxy(),), wanted=f"{PORT}:worker", compose_file="c.yml",
        inside=inside(7000),
        containers=(placed("mine-worker-1", service="worker", project="mine", folder="/srv"),),
        compose=ComposePorts("/srv/c.yml", "tts", (service("worker", entry(PORT)),)),
    ),
    "a stopped child that only keeps the socket": lambda: ports(
        listening(900, pids=(900, 901)),
        processes=(WORKER, process(901, "sleep", parent=900, ancestors=(900, 1), state="T")),
    ),
    "two ranges that leave each other room": lambda: ports(
        listening(900), processes=(WORKER,), compose_file="c.yml",
        compose=ComposePorts("/srv/c.yml", "tts", (
            service("a", replace(entry(8080), last=8090)), service("b", replace(entry(8080), last=8090)),
        )),
    ),
    "a rule about an address that is not this host's": lambda: ports(
        listening(900), processes=(WORKER,), rules=(replace(REDIRECT, destination="203.0.113.7/32"),)
    ),
    "both families": lambda: ports(
        listening(500), listening(501, "::", v6_only=True), processes=(proxy(), proxy(501)),
        containers=(placed(),), inside=inside(7000),
    ),
    "udp has the number": lambda: ports(
        listening(900), replace(listening(901), protocol="udp", state="UNCONN"),
        processes=(WORKER, process(901, "metrics")),
    ),
    "prefork": lambda: ports(
        listening(900, pids=(900, 901)),
        processes=(WORKER, replace(WORKER, pid=901, parent=900, ancestors=(900, 1))),
    ),
    "reuseport": lambda: ports(
        *(listening(pid) for pid in (901, 902)),
        processes=tuple(
            replace(WORKER, pid=pid, parent=900, ancestors=(900, 1), parent_command=WORKER.command)
            for pid in (901, 902)
        ),
    ),
    "other address": lambda: ports(
        listening(900, "127.0.0.1"), listening(901, "127.0.0.2"), processes=(WORKER, process(901, "metrics"))
    ),
    "host network": lambda: held_by(
        replace(METRICS, container_id="0123456789ab"),
        placed(id="0123456789ab", network_mode="host", asked=(), ports=()),
    ),
    "beside another": lambda: ports(
        listening(500), processes=(proxy(),), inside=inside(7000, container="pod"),
        containers=(
            placed("pod", id="0123456789ab"),
            placed(network_mode="container:0123456789abcdef", asked=(), ports=(), addresses=()),
        ),
    ),
    "a port that the engine chose": lambda: served(
        placed(asked=(PortBinding(7000, "tcp", "0.0.0.0"),)),
        rules=(
            NatRule(
                "DOCKER", f"-A DOCKER --dport {PORT} -j DNAT --to-destination 172.17.0.2:7000", PORT, PORT,
                to_address="172.17.0.2", to_port=7000,
            ),
        ),
    ),
    "old refusal": lambda: served().having(
        *seen(port_containers=Containers((placed(), down("old", error=ALLOCATED))))
    ),
    "compose shares a number": lambda: file(
        service("api", entry(host_ip="127.0.0.1")), service("web", entry(host_ip="127.0.0.2")),
        service("dns", entry(protocol="udp")),
    ),
    "reserved": lambda: ports(
        listening(900, port=50051), processes=(WORKER,), wanted="50051:tts-worker",
        host=replace(HOST, reserved=((50051, 50051),)),
    ),
    "without docker-proxy": lambda: ports(containers=(placed(),), inside=inside(7000)).having(
        *seen(port_connects=(PortConnects(PORT, (TcpAttempt("127.0.0.1", PORT, "connected", ms=0.1),)),))
    ),
    "without engine": lambda: without_engine(held_by(WORKER)),
}  # fmt: skip
