"""TLS between the orchestrator and the worker, gone wrong."""

from __future__ import annotations

import sys

from runbooklab.domains.grpc.lab.testbed import GrpcTestbed, HostWorker
from runbooklab.lab.certificates import authority
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

_TERMINATOR = """
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
if len(sys.argv) > 4:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    print("ready", flush=True)
    while True:
        connection, _ = server.accept()
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.settimeout(1)
                secure.recv(100)
        except OSError:
            pass
"""


def _secure(testbed: GrpcTestbed, *names: str, starts: int = -1, ends: int = 30) -> tuple[HostWorker, str]:
    """A worker with a certificate for ``names``, and its authority's file."""
    ca = authority(testbed)
    certificate, key = ca.issue("server", *(names or ("127.0.0.1", "localhost")), starts=starts, ends=ends)
    return testbed.host_worker(certificate=certificate, key=key), ca.file


def plain_call(testbed: GrpcTestbed) -> Situation:
    worker, _ = _secure(testbed)
    return testbed.at(worker.port)


def plain_call_said(testbed: GrpcTestbed) -> Situation:
    worker, _ = _secure(testbed)
    return testbed.at(worker.port, worker_tls="off")


def secure_call(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker().port, worker_tls="on")


def untrusted(testbed: GrpcTestbed) -> Situation:
    worker, _ = _secure(testbed)
    return testbed.at(worker.port, worker_tls="on")


def other_authority(testbed: GrpcTestbed) -> Situation:
    worker, _ = _secure(testbed)
    return testbed.at(worker.port, worker_ca=authority(testbed, "another").file)


def expired(testbed: GrpcTestbed) -> Situation:
    worker, ca = _secure(testbed, starts=-10, ends=-1)
    return testbed.at(worker.port, worker_tls="on", worker_ca=ca)


def too_new(testbed: GrpcTestbed) -> Situation:
    worker, ca = _secure(testbed, starts=2)
    return testbed.at(worker.port, worker_tls="on", worker_ca=ca)


def other_name(testbed: GrpcTestbed) -> Situation:
    worker, ca = _secure(testbed, "tts-worker")
    return testbed.at(worker.port, worker_tls="on", worker_ca=ca)


def client_wanted(testbed: GrpcTestbed) -> Situation:
    ca = authority(testbed)
    certificate, key = ca.issue("server", "127.0.0.1")
    worker = testbed.host_worker(certificate=certificate, key=key, client_ca=ca.file)
    return testbed.at(worker.port, worker_tls="on", worker_ca=ca.file)


def _terminator(testbed: GrpcTestbed, *options: str) -> Situation:
    ca = authority(testbed)
    certificate, key = ca.issue("server", "127.0.0.1")
    program, port = testbed.file("terminator.py", _TERMINATOR), free_port()
    log = testbed.folder / "terminator.log"
    testbed.process([sys.executable, str(program), str(port), certificate, key, *options], log=log)
    testbed.until(lambda: "ready" in log.read_text(), log.read_text)
    return testbed.at(port, worker_tls="on", worker_ca=ca.file)


def without_alpn(testbed: GrpcTestbed) -> Situation:
    return _terminator(testbed)


def old_version(testbed: GrpcTestbed) -> Situation:
    return _terminator(testbed, "old")


def no_ca_file(testbed: GrpcTestbed) -> Situation:
    worker, _ = _secure(testbed)
    return testbed.at(worker.port, worker_tls="on", worker_ca=str(testbed.folder / "nowhere.pem"))


FAULTS = (
    Fault("plain-to-tls-port", "The worker speaks TLS, and nothing says so.", plain_call),
    Fault("plain-to-tls-port/said", "The worker speaks TLS, and worker_tls is off.", plain_call_said),
    Fault("tls-to-plain-port", "The worker speaks no TLS, and worker_tls is on.", secure_call),
    Fault("tls-untrusted", "No authority is given.", untrusted),
    Fault("tls-untrusted/other-ca", "Another authority is given.", other_authority),
    Fault("tls-expired", "The certificate ended yesterday.", expired),
    Fault("tls-not-yet-valid", "The certificate begins the day after tomorrow.", too_new),
    Fault("tls-hostname-mismatch", "The certificate is for tts-worker.", other_name),
    Fault("tls-client-certificate-required", "The worker wants a client certificate.", client_wanted),
    Fault("tls-alpn-missing", "What ends TLS offers no protocol.", without_alpn),
    Fault("tls-version-mismatch", "What ends TLS speaks 1.1 at most.", old_version),
    Fault("tls-ca-file-missing", "The file of the authority is not there.", no_ca_file),
)
