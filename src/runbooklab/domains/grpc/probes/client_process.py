"""A real gRPC client in a process of its own: ``python -m …client_process`` with calls as JSON on stdin.

grpcio reads its resolver and its proxies from the environment once, keeps threads, and bears no fork: none
of that belongs into the process of a run. It calls one method, which cannot exist, and no other.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from runbooklab.domains.grpc.probes.guard import PATHS

METHOD = PATHS["nothing"]
#: One attempt on a connection of its own. Source: gRPC core, ``grpc_types.h``.
OPTIONS = (("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1))
MOST_TEXT = 600


def called(call: dict[str, Any]) -> dict[str, Any]:
    """What the client sees: the status' name and its text."""
    import grpc

    started = time.monotonic()
    override = (("grpc.ssl_target_name_override", call["server_name"]),) if call["server_name"] else ()
    options = (*OPTIONS, *override)
    try:
        with _channel(call, options) as channel:
            metadata = (("authorization", f"Bearer {call['token']}"),) if call["token"] else ()
            method = channel.unary_unary(METHOD, request_serializer=None, response_deserializer=None)
            method(b"", timeout=call["seconds"], metadata=metadata)
            code, details = "OK", ""
    except grpc.RpcError as error:
        code, details = error.code().name, str(error.details())
    except (OSError, ValueError) as error:
        code, details = "", f"{type(error).__name__}: {error}"
    ms = round((time.monotonic() - started) * 1000, 1)
    return {"address": call["address"], "code": code, "details": details[:MOST_TEXT], "ms": ms}


def _channel(call: dict[str, Any], options: tuple[tuple[str, Any], ...]) -> Any:
    import grpc

    if not call["tls"]:
        return grpc.insecure_channel(call["address"], options)
    files = [Path(call[name]).read_bytes() if call[name] else None for name in ("ca", "key", "cert")]
    return grpc.secure_channel(call["address"], grpc.ssl_channel_credentials(*files), options)


def main() -> None:
    from concurrent.futures import ThreadPoolExecutor

    calls = json.load(sys.stdin)
    with ThreadPoolExecutor(max(len(calls), 1)) as pool:
        sys.stdout.write(json.dumps(list(pool.map(called, calls))))


if __name__ == "__main__":
    main()
