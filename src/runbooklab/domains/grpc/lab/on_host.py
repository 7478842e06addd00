"""Faults of workers that are processes of this host, and of what answers in their place."""

from __future__ import annotations

import os
import signal
import sys

from runbooklab.domains.grpc.lab.testbed import SERVICE, GrpcTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

_RESETTING_PROXY = "http://127.0.0.1:{port}"


def nobody(testbed: GrpcTestbed) -> Situation:
    return testbed.at(free_port())


def unknown_name(testbed: GrpcTestbed) -> Situation:
    return testbed.situation("tts-worker-of-nobody.invalid:50051")


def frozen(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker()
    os.kill(worker.process.pid, signal.SIGSTOP)
    return testbed.at(worker.port)


def silent(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.listening("silent"))


def web(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.listening("http"))


def html(testbed: GrpcTestbed) -> Situation:
    port = free_port()
    testbed.process([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)])
    _until_open(testbed, port)
    return testbed.at(port)


def _until_open(testbed: GrpcTestbed, port: int) -> None:
    import socket

    def is_open() -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    testbed.until(is_open)


def ssh(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.listening("banner", "SSH-2.0-OpenSSH_9.2"))


def redis(testbed: GrpcTestbed) -> Situation:
    port = free_port()
    testbed.process(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""])
    _until_open(testbed, port)
    return testbed.at(port)


def other_family(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(bind="::1").port)


def other_family_v6(testbed: GrpcTestbed) -> Situation:
    return testbed.situation(f"[::1]:{testbed.host_worker(bind='127.0.0.1').port}")


def behind_proxy(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker()
    proxy = f"http://127.0.0.1:{testbed.listening('http')}"
    situation = testbed.at(worker.port)
    return Situation(situation.parameters, {"http_proxy": proxy, "no_proxy": "localhost,127.*,*"})


def dead_proxy(testbed: GrpcTestbed) -> Situation:
    situation = testbed.at(testbed.host_worker().port)
    return Situation(situation.parameters, {"grpc_proxy": f"http://127.0.0.1:{free_port()}"})


def shared(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker()
    other = testbed.file("other_server.py", (_server_text()))
    import json

    log = testbed.folder / "other.log"
    options = {"bind": "127.0.0.1", "port": worker.port, "services": ["stt.v1.SpeechToText"]}
    testbed.process([sys.executable, "-u", str(other), json.dumps(options)], log=log)
    testbed.until(lambda: "ready" in log.read_text(), log.read_text)
    return testbed.at(worker.port)


def _server_text() -> str:
    from pathlib import Path

    return Path(__file__).with_name("server.py").read_text()


def other_worker(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(services=["stt.v1.SpeechToText"]).port)


def other_version(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(services=["tts.v2.TextToSpeech"]).port)


def not_serving(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(serving="NOT_SERVING").port)


def no_health(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(health=False).port)


def busy(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(threads=4, busy=4).port)


def full(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(threads=8, max_rpcs=2, held_rpcs=2).port)


def few_streams(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(max_streams=1).port)


def no_token(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(token="s3cret-w0rker").port)  # of the lab


def wrong_token(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker(token="s3cret-w0rker")  # of the lab
    return testbed.at(worker.port, worker_token="an-0ld-one")  # of the lab


def eager_pings(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker().port, keepalive_s=10)


def _with_text(text: str, testbed: GrpcTestbed, **parameters: object) -> Situation:
    return testbed.at(testbed.host_worker().port, error_text=text, **parameters)


def large_message(testbed: GrpcTestbed) -> Situation:
    said = (
        "grpc RpcError: StatusCode.RESOURCE_EXHAUSTED CLIENT: Received message larger than max (6291461 vs."
        " 4194304)"
    )
    return _with_text(said, testbed)


def large_metadata(testbed: GrpcTestbed) -> Situation:
    return _with_text("StatusCode.RESOURCE_EXHAUSTED: received metadata size exceeds hard limit", testbed)


def other_protos(testbed: GrpcTestbed) -> Situation:
    return _with_text('grpc StatusCode.INTERNAL details = "Exception deserializing request!"', testbed)


def pings_in_text(testbed: GrpcTestbed) -> Situation:
    return _with_text("StatusCode.UNAVAILABLE: Too many pings", testbed, keepalive_s=20)


def late(testbed: GrpcTestbed) -> Situation:
    return _with_text("grpc StatusCode.DEADLINE_EXCEEDED: Deadline Exceeded", testbed, rpc_deadline_s=2.0)


def forked(testbed: GrpcTestbed) -> Situation:
    said = "Other threads are currently calling into gRPC, skipping fork() handlers"
    return _with_text(said, testbed)


def old_connection(testbed: GrpcTestbed) -> Situation:
    return _with_text("StatusCode.UNAVAILABLE: GOAWAY received; NO_ERROR max_age", testbed)


def resolver(testbed: GrpcTestbed) -> Situation:
    port = testbed.host_worker().port
    said = "grpc UNAVAILABLE: DNS resolution failed for localhost: C-ares status is not ARES_SUCCESS"
    return testbed.situation(f"localhost:{port}", error_text=said)


FAULTS = (
    Fault("worker-not-listening", "Nobody listens at the port.", nobody),
    Fault("hostname-unresolvable", "The worker's name is nobody's.", unknown_name),
    Fault("worker-frozen", "The worker's process is stopped by SIGSTOP.", frozen),
    Fault("silent-listener-on-port", "A program that never answers has the port.", silent),
    Fault("http1-on-port", "A web server has the port.", web),
    Fault("http1-on-port/html", "A web server answers HTTP/2's preface with a page.", html),
    Fault("not-grpc-on-port/ssh", "An SSH server has the port.", ssh),
    Fault("not-grpc-on-port/redis", "A Redis has the port.", redis, ("redis-server",)),
    Fault("address-family-mismatch", "The worker listens on ::1, and 127.0.0.1 is called.", other_family),
    Fault(
        "address-family-mismatch/ipv6", "The worker listens on 127.0.0.1, and ::1 is called.", other_family_v6
    ),
    Fault("proxy-captures-grpc", "http_proxy names a web server, and no exception matches.", behind_proxy),
    Fault("proxy-captures-grpc/dead", "grpc_proxy names a port where nobody listens.", dead_proxy),
    Fault("port-shared-reuseport", "Two different servers share the port.", shared),
    Fault("wrong-worker-answering", "Another service is offered there.", other_worker),
    Fault("service-mismatch", f"Another version of {SERVICE} is offered.", other_version),
    Fault("worker-not-serving", "Health says NOT_SERVING.", not_serving),
    Fault("health-service-missing", "The server has no Health service.", no_health),
    Fault("worker-overloaded", "All threads of the server are taken.", busy),
    Fault("concurrency-limit-reached", "As many calls run as the server allows.", full),
    Fault("stream-limit-low", "The server allows one call at once on a connection.", few_streams),
    Fault("worker-auth-required", "The server wants a token.", no_token),
    Fault("worker-auth-wrong", "The server wants another token.", wrong_token),
    Fault("keepalive-too-many-pings", "The client pings every 10 s.", eager_pings),
    Fault("keepalive-too-many-pings/text", "The error text says so.", pings_in_text),
    Fault("message-too-large", "The error text says so.", large_message),
    Fault("metadata-too-large", "The error text says so.", large_metadata),
    Fault("proto-mismatch", "The error text says so.", other_protos),
    Fault("deadline-too-short", "The error text says so, and the worker answers at once.", late),
    Fault("channel-after-fork", "The error text says so.", forked),
    Fault("connection-age-goaway", "The error text says so.", old_connection),
    Fault("dns-resolver-mismatch", "The error text says so, and the name resolves.", resolver),
)
