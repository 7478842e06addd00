"""A gRPC server of the lab, healthy or with one fault: ``python server.py '{"port": 50051, ...}'``.

It needs Python, grpcio, grpcio-health-checking and grpcio-reflection, and nothing of ours: it runs in
containers too. It prints ``ready`` once it listens. Its options are the fields of :data:`DEFAULTS`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from concurrent import futures
from typing import Any

import grpc

DEFAULTS: dict[str, Any] = {
    "bind": "0.0.0.0",
    "port": 50051,
    "services": ["tts.v1.TextToSpeech"],  # what it offers, and what Health and reflection know
    "health": True,
    "health_knows_services": True,
    "serving": "SERVING",
    "reflection": True,
    "threads": 8,
    "busy": 0,  # threads that are taken for good
    "max_rpcs": 0,
    "held_rpcs": 0,  # calls that it makes to itself and never ends
    "max_streams": 0,
    "token": "",
    "certificate": "",  # files
    "key": "",
    "client_ca": "",
    "reuseport": True,
    "processes": 1,
    "min_ping_ms": 0,
    "log": "",
    "dies_after_s": -1.0,
    "eats_mib": 0,  # memory that it holds, as a model does
}


def serve(options: dict[str, Any]) -> None:
    """Serve until the process is ended."""
    if options["dies_after_s"] >= 0:
        time.sleep(options["dies_after_s"])
        sys.stderr.write(f"{options['log'] or 'ImportError: libcudart.so.12'}\n")
        sys.exit(1)
    options["model"] = b"x" * (options["eats_mib"] << 20)
    for _ in range(options["processes"] - 1):
        if os.fork() == 0:
            break
    server = _server(options)
    server.start()
    _keep_busy(server, options)
    if options["log"]:
        sys.stdout.write(f"{options['log']}\n")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.wait_for_termination()


def _server(options: dict[str, Any]) -> grpc.Server:
    settings = [("grpc.so_reuseport", int(options["reuseport"]))]
    if options["max_streams"]:
        settings.append(("grpc.max_concurrent_streams", options["max_streams"]))
    if options["min_ping_ms"]:
        settings.append(("grpc.http2.min_ping_interval_without_data_ms", options["min_ping_ms"]))
    pool = futures.ThreadPoolExecutor(options["threads"])
    for _ in range(options["busy"]):
        pool.submit(threading.Event().wait)
    server = grpc.server(
        pool,
        options=settings,
        maximum_concurrent_rpcs=options["max_rpcs"] or None,
        interceptors=[_Token(options["token"])] if options["token"] else [],
    )
    server.add_generic_rpc_handlers([_service(name) for name in options["services"]])
    _add_health(server, options)
    if options["reflection"]:
        from grpc_reflection.v1alpha import reflection

        names = [*options["services"], reflection.SERVICE_NAME]
        if options["health"]:
            names.append("grpc.health.v1.Health")
        reflection.enable_server_reflection(names, server)
    host = options["bind"]
    place = f"[{host}]:{options['port']}" if ":" in host else f"{host}:{options['port']}"
    bound = _bind(server, place, options)
    if not bound:
        raise SystemExit(f"cannot listen at {place}")
    return server


def _bind(server: grpc.Server, place: str, options: dict[str, Any]) -> int:
    if not options["certificate"]:
        return server.add_insecure_port(place)
    read = [_content(options[name]) for name in ("key", "certificate", "client_ca")]
    credentials = grpc.ssl_server_credentials(
        [(read[0], read[1])],
        root_certificates=read[2] or None,
        require_client_auth=bool(options["client_ca"]),
    )
    return server.add_secure_port(place, credentials)


def _content(path: str) -> bytes:
    if not path:
        return b""
    with open(path, "rb") as file:  # noqa: PTH123 # this file stands alone
        return file.read()


def _service(name: str) -> grpc.GenericRpcHandler:
    def speak(request: bytes, context: Any) -> bytes:
        threading.Event().wait()
        return request

    handler: Any = grpc.unary_unary_rpc_method_handler(speak)
    return grpc.method_handlers_generic_handler(name, {"Speak": handler})


def _add_health(server: grpc.Server, options: dict[str, Any]) -> None:
    if not options["health"]:
        return
    from grpc_health.v1 import health, health_pb2, health_pb2_grpc

    servicer = health.HealthServicer()
    status = getattr(health_pb2.HealthCheckResponse, options["serving"])
    for name in ["", *(options["services"] if options["health_knows_services"] else [])]:
        servicer.set(name, status)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)


def _keep_busy(server: grpc.Server, options: dict[str, Any]) -> None:
    """Calls to itself that never end."""
    if not options["held_rpcs"]:
        return
    channel = grpc.insecure_channel(f"127.0.0.1:{options['port']}")
    call: Any = channel.unary_unary(f"/{options['services'][0]}/Speak")
    options["kept"] = [call.future(b"") for _ in range(options["held_rpcs"])]
    options["channel"] = channel
    time.sleep(0.5)


class _Token(grpc.ServerInterceptor):
    """Lets in who sends the token."""

    def __init__(self, token: str) -> None:
        self._wanted = ("authorization", f"Bearer {token}")

        def refuse(request: Any, context: Any) -> None:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "a valid token is wanted")

        self._refusal: Any = grpc.unary_unary_rpc_method_handler(refuse)

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        """The handler of a call, or the one that refuses it."""
        if self._wanted in details.invocation_metadata:
            return continuation(details)
        return self._refusal


if __name__ == "__main__":
    serve(DEFAULTS | json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}"))
