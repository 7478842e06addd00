"""Synthetic evidence of a gRPC worker, for the tests of the domain grpc.

seen()                                  a worker on this host answers
seen(walk(talk=talk(health="NOT_SERVING")))   it says that it does not serve
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.records import (
    Call,
    Containers,
    Endpoint,
    Inside,
    NameSeen,
    Owner,
    Owners,
    ProcessSeen,
    ProxySeen,
    Settings,
    Talk,
    TlsSeen,
    Walk,
    Walks,
    WireSeen,
    WorkerLogs,
    Workers,
)
from runbooklab.domains.grpc.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import LogLine, Missing, Observation
from runbooklab.observe.docker.records import (
    Attachment,
    Container,
    ContainerEvent,
    ContainerLook,
    DockerAccess,
    LogTail,
    PortBinding,
)
from runbooklab.observe.host.records import Listener
from runbooklab.observe.net.records import TcpAttempt

NOW, BEFORE = "2026-03-01T12:00:00.000Z", "2026-03-01T11:58:00.000Z"
HOST, PORT, SERVICE, NAME = "127.0.0.1", 50051, "tts.v1.TextToSpeech", "tts-worker"
ADDRESS = f"{HOST}:{PORT}"
OWN = ("grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection")


def call(name: Any, code: str = "OK", **more: Any) -> Call:
    return Call(name, more.pop("outcome", "answered"), code, ms=more.pop("ms", 1.0), **more)


def talk(health: str = "SERVING", services: tuple[str, ...] = (SERVICE,), **more: Any) -> Talk:
    """The conversation of a server that offers ``services``, of which Health says ``health``."""
    known = (
        call("health-service", serving=health, services=(SERVICE,))
        if SERVICE in services
        else call("health-service", "NOT_FOUND", services=(SERVICE,))
    )
    calls = (
        call("nothing", "UNIMPLEMENTED"),
        call("health", serving=health),
        known,
        call("reflection", services=(*OWN, *services)),
    )
    return Talk(**{"settings_ms": 2.0, "ping_ms": 0.2, "calls": calls, "kinds": {"one": 8}} | more)


def refused(code: str, message: str = "") -> Talk:
    return talk(
        calls=(call("nothing", code, message=message), call("health", code, message=message)), kinds={}
    )


def tcp(outcome: Any = "connected", address: str = HOST) -> tuple[TcpAttempt, ...]:
    return (TcpAttempt(address, PORT, outcome, ms=0.3),)


def walk(**more: Any) -> Walk:
    """The way to a worker that answers, with other values where given."""
    usual: dict[str, Any] = {
        "address": ADDRESS,
        "name": NameSeen("literal", (HOST,)),
        "tcp": tcp(),
        "peer": HOST,
        "wire": WireSeen("http2", unasked=True, ms=3.0),
        "talk": talk(),
    }
    return Walk(**usual | more)


def dead(outcome: Any = "refused", **more: Any) -> Walk:
    """A way that ends at TCP."""
    return walk(**{"tcp": tcp(outcome), "peer": "", "wire": None, "talk": None} | more)


def cut_off(wire: WireSeen, tls: TlsSeen | None = None) -> Walk:
    """A way that ends at the first bytes."""
    return walk(wire=wire, tls=tls or TlsSeen("closed", "closed"), talk=None)


def secure(**more: Any) -> Walk:
    """A way over TLS; without a conversation unless one is given."""
    given = {"handshake": "ok", "verified": "ok", "version": "TLSv1.3", "alpn": "h2", "after": "http2"} | more
    return walk(wire=WireSeen("closed"), tls=TlsSeen(**given), talk=None)


def container(state: str = "running", name: str = NAME, **more: Any) -> Container:
    """The worker's container, published at 50051."""
    port = PortBinding(PORT, "tcp", HOST, PORT)
    ended = {"finished_at": BEFORE} if state == "exited" else {}
    usual: dict[str, Any] = {
        "id": name.ljust(12, "0")[:12],
        "image": "worker:1",
        "created_at": BEFORE,
        "started_at": "" if state == "created" else BEFORE,
        "network_mode": "tts",
        "pid": 4711 if state in ("running", "paused") else 0,
        "ports": (port,) if state in ("running", "paused") else (),
        "ports_asked": (port,),
        "networks": (Attachment("tts", "172.18.0.5", (name,)),),
        "command": ("python", "worker.py"),
    }
    return Container(name=name, state=state, **usual | ended | more)


def containers(*found: Container, later: dict[str, tuple[str, int]] | None = None) -> Containers:
    return Containers(
        found,
        tuple(each.name for each in found),
        {each.id: each.name for each in found},
        {net.ip: each.name for each in found if each.pid for net in each.networks if net.ip},
        {"172.18.0.0/16": "tts"},
        later or {},
    )


def inside(*listeners: tuple[str, int], state: str = "S", **more: Any) -> tuple[Inside, ...]:
    found = tuple(Listener(address=address, port=port) for address, port in listeners)
    return (Inside(NAME, (ProcessSeen(4711, "python", state),), found, listeners_known=True, **more),)


def owner(address: str = HOST, pid: int = 900, command: str = "python worker.py", state: str = "S") -> Owner:
    return Owner(address, PORT, pid, 1, "python", command, state, "root")


#: docker-proxy holds the port for the container.
PROXY = Owner(HOST, PORT, 901, 1, "docker-proxy", "docker-proxy", "S", forwards_to="172.18.0.5:50051")


def log(*lines: str, events: tuple[ContainerEvent, ...] = ()) -> WorkerLogs:
    tail = LogTail(tuple(LogLine(BEFORE, line, "error") for line in lines))
    return WorkerLogs({NAME: tail}, events)


def seen(way: Walk | None = None, /, **observed: Any) -> Evidence:
    """Evidence of one worker at 127.0.0.1:50051 which this host calls.

    ``observed`` are other values, or ``Missing``, by the names of the view's attributes; ``parameters`` are
    the target's, ``settings`` how it is called, ``end`` another endpoint, ``error`` an error text.
    """
    way = way or walk()
    end = observed.pop("end", Endpoint(ADDRESS, HOST, PORT))
    way = replace(way, address=end.address)
    parameters = {"worker_address": end.address} | observed.pop("parameters", {})
    settings = Settings(**{"service": SERVICE} | observed.pop("settings", {}))
    client = bool(parameters.get("orchestrator_container"))
    none = Missing("not-applicable", "as the test has it")
    values: dict[str, Any] = {
        "docker": DockerAccess("unix:///var/run/docker.sock", "ok", engine="Docker", server_version="27.1"),
        "grpc-workers": Workers("parameter", (end,), settings),
        "grpc-walks": Walks((way,)),
        "grpc-walks-orchestrator": Walks((way,), variables_of="container orchestrator") if client else none,
        "grpc-containers": containers(),
        "grpc-inside": none,
        "grpc-owners": Owners((PORT,), (owner(),)),
        "grpc-logs": none,
        "orchestrator": (
            ContainerLook(
                "orchestrator", container(name="orchestrator", ports=(), ports_asked=()) if client else None
            )
            if client
            else none
        ),
        "error-text": ErrorText(observed.pop("error")) if "error" in observed else none,
    }
    values |= {_PROBES.get(name, name): value for name, value in observed.items()}
    return Evidence(
        target=Target(parameters, dict.fromkeys(parameters, "given")),
        gathered_at=NOW,
        host_addresses=(HOST, "::1", "192.0.2.10", "172.18.0.1"),
    ).having(
        *(
            Observation(name, missing=value) if isinstance(value, Missing) else Observation(name, value=value)
            for name, value in values.items()
        )
    )


_PROBES = {
    "containers": "grpc-containers",
    "insides": "grpc-inside",
    "owners": "grpc-owners",
    "logs": "grpc-logs",
    "workers": "grpc-workers",
    "walks": "grpc-walks",
    "clients": "grpc-client",
}


def in_container(way: Walk | None = None, found: Container | None = None, /, **observed: Any) -> Evidence:
    """Evidence of a worker in the container tts-worker, published at 127.0.0.1:50051."""
    of = found or container()
    known = {"containers": containers(of), "owners": Owners((PORT,), (PROXY,) if of.pid else ())}
    if of.state == "running":
        known["insides"] = inside(("0.0.0.0", PORT))
    named = {"worker_container": NAME} | observed.pop("parameters", {})
    return seen(way, **known | observed, parameters=named)


def from_orchestrator(way: Walk, *found: Container, end: Endpoint, **observed: Any) -> Evidence:
    """Evidence of a worker that the container orchestrator calls."""
    client = observed.pop("client", container(name="orchestrator", ports=(), ports_asked=()))
    return seen(
        way,
        end=end,
        containers=containers(*found, client),
        owners=Owners((PORT,)),
        parameters={"orchestrator_container": "orchestrator"},
        **observed,
    )


def proxied(outcome: Any = "refused-code", **more: Any) -> ProxySeen:
    return ProxySeen(
        "http_proxy", "http://proxy:3128", outcome=outcome, message="HTTP/1.1 403 Forbidden", **more
    )
