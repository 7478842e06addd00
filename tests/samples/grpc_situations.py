"""Evidence for each cause of the domain grpc, and the evidence with less in it that leaves each open."""

from __future__ import annotations

from typing import Any

from grpc_samples import (
    ADDRESS,
    HOST,
    NAME,
    OWN,
    PORT,
    SERVICE,
    call,
    container,
    containers,
    cut_off,
    dead,
    from_orchestrator,
    in_container,
    inside,
    log,
    owner,
    proxied,
    refused,
    secure,
    seen,
    talk,
    walk,
)
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.records import Endpoint, NameSeen, Owners, TlsSeen, WireSeen
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.docker.records import Attachment, ContainerEvent, ContainerLook, DockerAccess

ON = {"tls": True, "tls_said_by": "worker_tls"}
BY_NAME = Endpoint(f"{NAME}:{PORT}", NAME, PORT)
LOST = walk(
    name=NameSeen("not-found", message="Name or service not known"), tcp=(), peer="", wire=None, talk=None
)
SILENT = cut_off(WireSeen("silent"), TlsSeen("timeout", "timeout"))
OTHER_NET = container(
    name="orchestrator", ports=(), ports_asked=(), networks=(Attachment("other", "172.19.0.2"),)
)


def _stop() -> tuple[ContainerEvent, ...]:
    return (ContainerEvent("2026-03-01T11:59:00.000Z", "stop", NAME),)


def _no_engine(outcome: Any) -> Evidence:
    gone = Missing("unreachable", "Docker: as the test has it")
    access = DockerAccess("unix:///var/run/docker.sock", outcome, "as the test has it")
    return seen(docker=access, containers=gone, parameters={"worker_container": NAME})


def _client(state: str) -> Evidence:
    """The orchestrator's container in a state; "": there is none."""
    found = container(state, name="orchestrator", exit_code=1) if state else None
    gone = Missing("unreachable", "nothing can be tried from it")
    evidence = seen(
        orchestrator=ContainerLook("orchestrator", found),
        parameters={"orchestrator_container": "orchestrator"},
    )
    return evidence.having(Observation("grpc-walks-orchestrator", missing=gone))


def _text(text: str, **more: Any) -> Evidence:
    return seen(error=text, **more)


SAMPLES: dict[str, Evidence] = {
    **{
        f"docker-{name}": _no_engine(outcome)
        for name, outcome in (
            ("permission-denied", "permission-denied"),
            ("unreachable", "unreachable"),
            ("unresponsive", "unresponsive"),
            ("api-version", "api-version"),
            ("endpoint-unusable", "unusable"),
            ("context-missing", "context-missing"),
        )
    },
    **{
        f"orchestrator-{name}": _client(state)
        for name, state in (
            ("missing", ""),
            ("stopped", "exited"),
            ("paused", "paused"),
            ("restarting", "restarting"),
        )
    },
    "container-missing": seen(dead(), owners=Owners((PORT,)), parameters={"worker_container": NAME}),
    "container-never-started": in_container(dead(), container("created")),
    "container-stopped": in_container(dead(), container("exited", exit_code=0)),
    "container-stopped/by-kill": in_container(
        dead(), container("exited", exit_code=137), logs=log(events=_stop())
    ),
    "container-killed": in_container(dead(), container("exited", exit_code=137)),
    "container-oom-killed": in_container(dead(), container("exited", exit_code=137, oom_killed=True)),
    "container-paused": in_container(SILENT, container("paused")),
    "container-crash-looping": in_container(
        dead(),
        container("restarting", exit_code=1, restart_count=3, restart_policy="always"),
        logs=log("ImportError: libcudart.so.12"),
    ),
    "worker-start-failed": in_container(
        dead(), container("exited", exit_code=1), logs=log("ModuleNotFoundError: tts")
    ),
    "worker-frozen": seen(SILENT, owners=Owners((PORT,), (owner(state="T"),))),
    "worker-frozen/container": in_container(SILENT, insides=inside(("0.0.0.0", PORT), state="T")),
    "network-not-shared": from_orchestrator(LOST, container(), end=BY_NAME, client=OTHER_NET),
    "container-name-from-host": seen(LOST, end=BY_NAME, containers=containers(container())),
    "hostname-unresolvable": seen(LOST, end=Endpoint("nobody:50051", "nobody", PORT)),
    "dns-resolver-mismatch": _text(
        "grpc: C-ares status is not ARES_SUCCESS qtype=A",
        end=Endpoint("worker.lan:50051", "worker.lan", PORT),
    ),
    "advertised-address-unroutable": from_orchestrator(
        dead(), container(), end=Endpoint(ADDRESS, HOST, PORT)
    ),
    "address-stale": seen(
        dead("timeout", name=NameSeen("literal", ("172.18.0.9",))),
        end=Endpoint("172.18.0.9:50051", "172.18.0.9", PORT),
        containers=containers(container()),
        insides=inside(("0.0.0.0", PORT)),
        parameters={"worker_container": NAME},
    ),
    "address-stale/nobody-here": seen(
        dead("no-route", name=NameSeen("literal", ("10.9.8.7",))),
        end=Endpoint("10.9.8.7:50051", "10.9.8.7", PORT),
    ),
    "proxy-captures-grpc": seen(walk(proxy=proxied())),
    "port-not-published": in_container(dead(), container(ports=(), ports_asked=()), owners=Owners((PORT,))),
    "worker-port-mismatch": in_container(cut_off(WireSeen("closed")), insides=inside(("0.0.0.0", 50052))),
    "bind-loopback-only": in_container(
        cut_off(WireSeen("closed")), insides=inside(("::ffff:127.0.0.1", PORT))
    ),
    "address-family-mismatch": seen(dead(), owners=Owners((PORT,), (owner("::1"),))),
    "firewall-drop": seen(dead("timeout")),
    "firewall-reject": seen(dead("no-route")),
    "firewall-reject/refused": seen(dead()),
    "worker-not-listening": seen(dead(), owners=Owners((PORT,))),
    "worker-not-listening/container": in_container(cut_off(WireSeen("closed")), insides=inside()),
    "worker-not-listening/behind-a-proxy": seen(
        walk(
            talk=talk(
                calls=(call("nothing", "", outcome="not-grpc", message="HTTP 502, text/html"),), kinds={}
            )
        )
    ),
    "worker-not-listening/behind-envoy": seen(walk(talk=refused("UNAVAILABLE", "upstream connect error"))),
    "silent-listener-on-port": seen(SILENT),
    "http1-on-port": seen(cut_off(WireSeen("other", text="HTTP/1.1 400 Bad Request", kind="http1"))),
    "not-grpc-on-port": seen(cut_off(WireSeen("other", text="-ERR unknown command", kind="redis"))),
    "not-grpc-on-port/http2": seen(
        walk(
            talk=talk(
                calls=(call("nothing", "", outcome="not-grpc", message="HTTP 404, text/html"),), kinds={}
            )
        )
    ),
    "plain-to-tls-port": seen(
        cut_off(WireSeen("closed"), TlsSeen("ok", "untrusted", version="TLSv1.3", alpn="h2"))
    ),
    "tls-to-plain-port": seen(
        walk(tls=TlsSeen("not-tls", "not-tls", "WRONG_VERSION_NUMBER"), talk=None), settings=ON
    ),
    "tls-ca-file-missing": seen(
        secure(verified="ca-file-missing", file_problem="/x.pem: No such file"), settings=ON
    ),
    "tls-version-mismatch": seen(
        secure(handshake="version-mismatch", verified="version-mismatch"), settings=ON
    ),
    "tls-untrusted": seen(secure(verified="untrusted"), settings=ON),
    "tls-expired": seen(secure(verified="expired", not_after="2026-02-01T00:00:00Z"), settings=ON),
    "tls-not-yet-valid": seen(
        secure(verified="not-yet-valid", not_before="2026-04-01T00:00:00Z"), settings=ON
    ),
    "tls-hostname-mismatch": seen(secure(verified="hostname-mismatch", names=("tts-worker",)), settings=ON),
    "tls-alpn-missing": seen(secure(alpn="", after="silent"), settings=ON),
    "tls-alpn-missing/refused": seen(
        walk(
            wire=WireSeen("closed", http_status="HTTP/1.1 400 Bad Request"),
            tls=TlsSeen("no-common-protocol", "no-common-protocol"),
            talk=None,
        ),
        settings=ON,
    ),
    "tls-client-certificate-required": seen(secure(after="closed"), settings=ON),
    "worker-auth-required": seen(walk(talk=refused("UNAUTHENTICATED"))),
    "worker-auth-wrong": seen(walk(talk=refused("UNAUTHENTICATED")), settings={"has_token": True}),
    "port-shared-reuseport": seen(
        walk(talk=talk(kinds={"one": 5, "other": 3})),
        owners=Owners((PORT,), (owner(), owner(pid=950, command="python stt.py"))),
    ),
    "wrong-worker-answering": seen(walk(talk=talk(services=("stt.v1.SpeechToText",)))),
    "wrong-worker-answering/container": in_container(
        containers=containers(container(name="other"), container(ports=(), ports_asked=())),
    ),
    "service-mismatch": seen(walk(talk=talk(services=("tts.v2.TextToSpeech",)))),
    "worker-not-serving": seen(walk(talk=talk(health="NOT_SERVING"))),
    "worker-not-serving/its-only-service": seen(
        walk(
            talk=talk(
                calls=(
                    call("nothing", "UNIMPLEMENTED"),
                    call("health", serving="SERVING"),
                    call("reflection", services=(*OWN, SERVICE)),
                    call("health-service", serving="NOT_SERVING", services=(SERVICE,)),
                )
            )
        ),
        settings={"service": ""},
    ),
    "health-service-missing": seen(
        walk(
            talk=talk(
                calls=(
                    call("nothing", "UNIMPLEMENTED"),
                    call("health", "UNIMPLEMENTED"),
                    call("reflection", services=(OWN[1], SERVICE)),
                )
            )
        )
    ),
    "worker-overloaded": seen(
        walk(
            talk=talk(
                calls=(call("nothing", "UNIMPLEMENTED"), call("health", "", outcome="timeout", ms=1500.0)),
                kinds={},
            )
        )
    ),
    "worker-overloaded/reflection": seen(
        walk(
            talk=talk(
                calls=(
                    call("nothing", "UNIMPLEMENTED"),
                    call("health", "UNIMPLEMENTED"),
                    call("reflection", "", outcome="timeout", ms=1500.0),
                ),
                kinds={},
            )
        )
    ),
    "concurrency-limit-reached": seen(
        walk(
            talk=talk(
                calls=(
                    call("nothing", "UNIMPLEMENTED"),
                    call("health", "RESOURCE_EXHAUSTED", message="Concurrent RPC limit exceeded!"),
                ),
                kinds={},
            )
        )
    ),
    "cpu-throttled": in_container(
        walk(talk=talk(settings_ms=500.0)), insides=inside(("0.0.0.0", PORT), throttled=7, periods=7)
    ),
    "stream-limit-low": seen(walk(talk=talk(most_streams=1))),
    "message-too-large": _text(
        "RESOURCE_EXHAUSTED CLIENT: Received message larger than max (6291461 vs. 4194304)"
    ),
    "keepalive-too-many-pings": seen(walk(talk=talk(pings="too-many")), settings={"keepalive_s": 10}),
    "metadata-too-large": _text("RESOURCE_EXHAUSTED: received metadata size exceeds hard limit"),
    "proto-mismatch": _text("StatusCode.INTERNAL Exception deserializing request!"),
    "channel-after-fork": _text("Other threads are currently calling into gRPC, skipping fork() handlers"),
    "deadline-too-short": _text("grpc StatusCode.DEADLINE_EXCEEDED"),
    "connection-age-goaway": _text("StatusCode.UNAVAILABLE GOAWAY received: max_age"),
}

#: Ids that say less than the cause whose observation is missing, and are still true.
VAGUER = (
    "silent-listener-on-port",
    "worker-not-listening",
    "wrong-worker-answering",
    "container-killed",
    "firewall-reject",
    "firewall-drop",
    "not-grpc-on-port",
    "worker-overloaded",
    "hostname-unresolvable",
)
