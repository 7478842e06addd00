"""Which of several causes that are true at once comes first, and what shows no cause."""

from __future__ import annotations

from typing import Any

import pytest

from grpc_samples import (
    ADDRESS,
    BEFORE,
    HOST,
    PORT,
    PROXY,
    container,
    containers,
    cut_off,
    dead,
    in_container,
    inside,
    log,
    owner,
    secure,
    seen,
    talk,
    walk,
)
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.grpc.domain import DOMAIN
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.probes.workers import identified
from runbooklab.domains.grpc.records import (
    ClientCall,
    Clients,
    Endpoint,
    Owners,
    TlsSeen,
    WireSeen,
    WorkerLogs,
)
from runbooklab.model.observation import LogLine, Missing
from runbooklab.observe.docker.records import LogTail, RunOption

GRPC = Rules.of(("grpc",))
ON = {"tls": True, "tls_said_by": "worker_tls"}


def _first(evidence: Evidence) -> list[str]:
    """The causes that are supported, the primary one first."""
    diagnosis = conclude(GRPC, evidence, Header(run_id="r1", runbook="grpc", started_at="", finished_at=""))
    found = [cause for cause in diagnosis.causes if cause.state == "supported"]
    return [cause.id for cause in sorted(found, key=lambda cause: not cause.primary)]


def test_all_faults_of_a_certificate_are_named() -> None:
    """OpenSSL names the first one alone; who fixes that would meet the next."""
    bad: dict[str, Any] = {"subject": "CN=x", "names": ("voice.lan",), "not_after": "2026-02-01T00:00:00Z"}
    found = _first(seen(secure(verified="untrusted", **bad), settings=ON))
    assert found == ["tls-untrusted", "tls-expired", "tls-hostname-mismatch"]
    assert _first(seen(secure(verified="expired", **bad), settings=ON))[0] == "tls-expired"
    good: dict[str, Any] = {"subject": "CN=x", "names": (HOST,), "not_after": "2027-02-01T00:00:00Z"}
    assert _first(seen(secure(verified="untrusted", **good), settings=ON)) == ["tls-untrusted"]


def test_a_web_server_behind_tls_is_one_to_who_calls_it_in_plain_text() -> None:
    """Its answer to plain text is HTTP's: "TLS on" alone would not help."""
    way = cut_off(
        WireSeen("closed", http_status="HTTP/1.1 400 Bad Request"),
        TlsSeen("no-common-protocol", "no-common-protocol"),
    )
    assert _first(seen(way)) == ["http1-on-port"]


def test_too_little_memory_explains_the_crash_loop() -> None:
    """What ends it each time comes first."""
    killed = container("restarting", exit_code=137, oom_killed=True, restart_count=5, restart_policy="always")
    assert _first(in_container(dead(), killed))[0] == "container-oom-killed"


def test_two_servers_on_one_port_explain_that_the_wrong_one_answers() -> None:
    """Which of the two the first connection met is chance."""
    mixed = talk(services=("stt.v1.SpeechToText",), kinds={"one": 5, "other": 3})
    assert _first(seen(walk(talk=mixed)))[0] == "port-shared-reuseport"


def test_docker_proxy_alone_shows_no_firewall() -> None:
    """Its listener says nothing of the container behind it, which was not seen."""
    gone = Missing("timeout", "the engine took too long")
    assert _first(seen(dead(), containers=gone, owners=Owners((PORT,), (PROXY,)))) == []


def test_a_container_that_listens_unpublished_is_found_by_its_listener() -> None:
    """No container is named, and nobody has the port on this host."""
    hidden = container(ports=(), ports_asked=())
    evidence = seen(
        dead(),
        containers=containers(hidden),
        insides=inside(("0.0.0.0", PORT)),
        owners=Owners((PORT,)),
    )
    assert _first(evidence) == ["port-not-published"]


def test_a_registered_container_that_does_not_answer_is_named() -> None:
    """The address leads to another one, which may offer the same service."""
    other, meant = container(name="other"), container(name="meant", ports=(), ports_asked=())
    end = Endpoint(ADDRESS, HOST, PORT, "worker:1", container="meant")
    both = containers(other, meant)
    assert _first(seen(end=end, containers=both, owners=Owners((PORT,), (PROXY,)))) == [
        "wrong-worker-answering"
    ]
    right = Endpoint(ADDRESS, HOST, PORT, "worker:1", container="other")
    assert _first(seen(end=right, containers=both, owners=Owners((PORT,), (PROXY,)))) == []


def test_a_registered_process_that_does_not_listen_is_worth_a_warning() -> None:
    """Another program may have the port; a worker that was started again has another pid as well."""
    end = Endpoint(ADDRESS, HOST, PORT, "worker:1", pid=4242)
    assert _first(seen(end=end)) == ["wrong-worker-answering"]
    assert _first(seen(end=Endpoint(ADDRESS, HOST, PORT, "worker:1", pid=owner().pid or 0))) == []


def test_a_process_counts_on_its_own_host_alone() -> None:
    """Of another host's processes nothing is known here; a container's host is named by its id."""
    end = Endpoint(ADDRESS, HOST, PORT, "worker:1")
    assert identified(end, {"PID": "7", "hostname": "gpu1"}, "gpu1").pid == 7
    assert identified(end, {"pid": "7"}, "gpu1").pid == 7
    assert identified(end, {"pid": "7", "hostname": "gpu2"}, "gpu1").pid == 0
    inside_one = identified(end, {"pid": "1", "hostname": "0123456789ab"}, "gpu1")
    assert (inside_one.pid, inside_one.container) == (0, "0123456789ab")


def test_the_resolver_that_is_set_is_the_one_that_counts() -> None:
    """After the remedy the same look is healthy."""
    calls = (
        ClientCall("voice:50051", "ares", "UNAVAILABLE", "errors resolving voice:50051"),
        ClientCall("voice:50051", "native", "UNIMPLEMENTED"),
    )
    end = Endpoint("voice:50051", "voice", PORT)
    assert _first(seen(end=end, clients=Clients(calls))) == ["dns-resolver-mismatch"]
    assert _first(seen(end=end, clients=Clients(calls, "native"))) == []


def _by_text(text: str) -> Evidence:
    """An error text alone: no address is given, and the registry cannot be read."""
    return seen(
        error=text, workers=Missing("unreachable", "as the test has it"), parameters={"worker_address": ""}
    )


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "StatusCode.RESOURCE_EXHAUSTED CLIENT: Received message larger than max (8 vs. 4)",
            "message-too-large",
        ),
        ("Concurrent RPC limit exceeded!", "concurrency-limit-reached"),
        ("Hostname Verification Check failed.", "tls-hostname-mismatch"),
        ("SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED", "tls-client-certificate-required"),
        ("Failed parsing HTTP/2 (Expected SETTINGS frame ..., got frame type 80)", "http1-on-port"),
        ("Failed parsing HTTP/2 (Expected SETTINGS frame ..., got frame type 82)", "not-grpc-on-port"),
        ('StatusCode.UNIMPLEMENTED details = "Method not found!"', "service-mismatch"),
        ("StatusCode.DEADLINE_EXCEEDED", "deadline-too-short"),
    ],
)
def test_an_error_text_alone_names_its_cause(text: str, cause: str) -> None:
    """It is what the person asks about; whether the registry can be read is another question."""
    assert _first(_by_text(text))[0] == cause
    assert DOMAIN.contributions.also_judged(_by_text(text)) == ()


def test_a_text_of_the_registry_is_the_registrys() -> None:
    """Redis' own rules judge it."""
    about_redis = _by_text("redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379.")
    assert _first(about_redis) == []
    assert DOMAIN.contributions.also_judged(about_redis) == ("redis",)


def test_a_neighbours_log_is_not_the_workers() -> None:
    """Containers on the same network are inspected too; their errors are their own."""
    line = "Exception deserializing request!"
    assert _first(in_container(logs=log(line))) == ["proto-mismatch"]
    neighbour = WorkerLogs({"neighbour": LogTail((LogLine(BEFORE, line, "error"),))})
    assert _first(in_container(logs=neighbour)) == []


def test_a_file_that_cannot_be_used_explains_that_no_certificate_is_sent() -> None:
    """The handshake was then tried without the client's files."""
    way = secure(
        handshake="client-certificate-required",
        verified="ca-file-missing",
        file_problem="/x.pem: No such file",
    )
    assert _first(seen(way, settings=ON)) == ["tls-ca-file-missing"]


def test_a_limited_container_that_was_not_watched_leaves_it_open() -> None:
    """Whether it was held back is not ruled out, and the check says that it was not seen."""
    limited = container(options=(RunOption("--cpus", "0.01"),))
    evidence = in_container(None, limited)
    diagnosis = conclude(GRPC, evidence, Header(run_id="r1", runbook="grpc", started_at="", finished_at=""))
    states = {cause.id: cause.state for cause in diagnosis.causes}
    assert states["cpu-throttled"] == "untested"
    [said] = [found.summary for found in diagnosis.findings if found.id == "worker-capacity"]
    assert "held back was not seen" in said
