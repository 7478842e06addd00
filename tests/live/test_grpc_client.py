"""The runbook of workers has a real gRPC client: it calls one method, which cannot exist."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from runbooklab.domains.grpc.probes.client_process import METHOD

#: A server that notes which methods it is asked for, and prints them when its input ends.
SERVER = """
import sys
from concurrent.futures import ThreadPoolExecutor
import grpc

asked = []

class Notes(grpc.GenericRpcHandler):
    def service(self, details):
        asked.append(details.method)
        return None

server = grpc.server(ThreadPoolExecutor(2), handlers=(Notes(),))
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
sys.stdin.read()
server.stop(None)
print(*asked)
"""


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    """A server on a port that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.kill()


def called(*addresses: str, resolver: str = "ares", **more: Any) -> list[dict[str, Any]]:
    """What the client says of each."""
    usual = {"tls": False, "ca": "", "cert": "", "key": "", "server_name": "", "token": "", "seconds": 2.0}
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab.domains.grpc.probes.client_process"],
        input=json.dumps([{"address": address, **usual, **more} for address in addresses]),
        env={"GRPC_VERBOSITY": "NONE", "GRPC_DNS_RESOLVER": resolver},
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("resolver", ["ares", "native"])
def test_it_calls_the_method_that_cannot_exist_and_no_other(
    server: subprocess.Popen[str], resolver: str
) -> None:
    """The server is asked for nothing else, and its refusal says that it is there."""
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    (answer,) = called(f"localhost:{port}", resolver=resolver)
    rest, _ = server.communicate(timeout=10)
    assert (answer["code"], set(rest.split())) == ("UNIMPLEMENTED", {METHOD})


def test_it_says_what_stands_in_the_orchestrators_log() -> None:
    """A port where nobody listens, a name that does not exist, a file of a CA that is not there."""
    refused, unknown = called("127.0.0.1:1", "no-such-worker.invalid:50051")
    assert refused["code"] == "UNAVAILABLE"
    assert "Connection refused" in refused["details"]
    assert unknown["code"] == "UNAVAILABLE"
    assert "no-such-worker.invalid" in unknown["details"]
    (unread,) = called("127.0.0.1:1", tls=True, ca="/no/such/ca.pem")
    assert (unread["code"], "FileNotFoundError" in unread["details"]) == ("", True)
