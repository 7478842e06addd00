"""A real gRPC client in a process of its own: ``python -m …client_process [PID]``, calls as JSON on stdin.

With PID it makes them in the network of that process.

grpcio reads its resolver and its proxies from the environment once, keeps threads, and bears no fork: none
of that belongs into the process of a run. It calls one method, which cannot exist, and no other.
"""

from __future__ import annotations

import ctypes
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
#: The exit status if the network may not be entered.
MAY_NOT_ENTER = 77
_CLONE_NEWNET = 0x40000000


def called(call: dict[str, Any]) -> dict[str, Any]:
    """What the client sees: the status' name and its text."""
    import grpc

    started = time.monotonic()
    options = (*OPTIONS, *_names(call))
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


def _names(call: dict[str, Any]) -> list[tuple[str, str]]:
    """Which server is meant, if that is not what is dialled."""
    host = call["address"].rpartition(":")[0].strip("[]") if "dial" in call else ""
    name = call["server_name"] or (host if call["tls"] else "")
    options = [("grpc.ssl_target_name_override", name)] if name else []
    return [*options, ("grpc.default_authority", call["address"])] if host and not name else options


def _channel(call: dict[str, Any], options: tuple[tuple[str, Any], ...]) -> Any:
    import grpc

    dial = call.get("dial") or call["address"]
    if not call["tls"]:
        return grpc.insecure_channel(dial, options)
    files = [Path(call[name]).read_bytes() if call[name] else None for name in ("ca", "key", "cert")]
    return grpc.secure_channel(dial, grpc.ssl_channel_credentials(*files), options)


def enter_network(pid: int) -> None:
    """Go into the network namespace of process ``pid``, before there is another thread. Source: setns(2)."""
    try:
        with Path(f"/proc/{pid}/ns/net").open() as namespace:
            entered = not ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET)
    except OSError:
        entered = False
    if not entered:
        sys.exit(MAY_NOT_ENTER)


def main() -> None:
    from concurrent.futures import ThreadPoolExecutor

    for pid in sys.argv[1:]:
        enter_network(int(pid))
    calls = json.load(sys.stdin)
    with ThreadPoolExecutor(max(len(calls), 1)) as pool:
        sys.stdout.write(json.dumps(list(pool.map(called, calls))))


if __name__ == "__main__":
    main()
