"""A conversation with a worker over HTTP/2: its settings, a PING, and the calls of the closed list."""

from __future__ import annotations

import time
from typing import Any, Literal
from urllib.parse import unquote

from google.protobuf.message import DecodeError
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionResponse
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    PingAckReceived,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes
from msgspec.structs import replace

from runbooklab.domains.grpc.probes.guard import Http2, Kind
from runbooklab.domains.grpc.records import GRPC_OWN, Call, Talk

#: Source: gRPC, "Status codes and their use in gRPC".
CODES = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)
_SERVING = ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")
#: Services that are kept of what reflection lists, and characters of a message.
MOST_SERVICES = 50
MOST_TEXT = 300
#: A limit this high is none. Source: gRPC core advertises 2**32 - 1, others 2**31 - 1.
NO_LIMIT = 1 << 20
#: How often a call that was one too many is tried again, and how long to wait before, in seconds.
AGAIN, AGAIN_S = 2, 0.15

Name = Literal["nothing", "health", "health-service", "reflection"]


def talk(connection: Http2, service: str, call_s: float, started: float) -> Talk:
    """The whole conversation; each call may take ``call_s`` seconds.

    ``started`` is when the connection was opened. The method that cannot exist is called first: its answer
    needs none of the server's threads.
    """
    settings_ms, most = greeting(connection, call_s, started)
    if settings_ms is None:
        return Talk(goaway=goaway(connection))
    ping_ms = _pinged(connection, call_s)
    calls = [one_call(connection, "nothing", "", call_s), one_call(connection, "health", "", call_s)]
    silent = any(call.outcome == "timeout" for call in calls)
    if service and not silent:
        calls.append(health_of(connection, service, call_s))
    if not silent:
        calls.append(reflected(connection, call_s))
        own = [name for name in calls[-1].services if not name.startswith(GRPC_OWN)]
        if not service and len(own) == 1:  # nobody says which is called, and there is one only
            calls.append(health_of(connection, own[0], call_s))
    return Talk(settings_ms, most, ping_ms, tuple(calls), goaway=goaway(connection))


def greeting(connection: Http2, seconds: float, started: float) -> tuple[float | None, int | None]:
    """When the server's SETTINGS came, in ms, and how many streams they allow."""

    def settings() -> Any:
        return next((each for each in connection.events if isinstance(each, RemoteSettingsChanged)), None)

    if not connection.pump(lambda: settings() is not None, seconds):
        return None, None
    ms = round((time.monotonic() - started) * 1000, 1)
    changed = settings().changed_settings.get(SettingCodes.MAX_CONCURRENT_STREAMS)
    most = int(changed.new_value) if changed is not None else None
    return ms, None if most is None or most > NO_LIMIT else most


def _pinged(connection: Http2, seconds: float) -> float | None:

    started = time.monotonic()
    connection.ping()

    def answered() -> bool:
        return any(isinstance(event, PingAckReceived) for event in connection.events)

    done = connection.pump(answered, seconds)
    return round((time.monotonic() - started) * 1000, 1) if done else None


def one_call(connection: Http2, name: Name, service: str, seconds: float) -> Call:
    """One call; tried again a little later if the server has one too many at the moment."""
    kind: Kind = "health" if name == "health-service" else name
    call = _called(connection, name, kind, service, seconds)
    for _ in range(AGAIN):
        if call.code != "RESOURCE_EXHAUSTED":
            break
        time.sleep(AGAIN_S)
        call = _called(connection, name, kind, service, seconds)
    return call


def health_of(connection: Http2, service: str, seconds: float) -> Call:
    """What Health says of one service; the call names it."""
    return replace(one_call(connection, "health-service", service, seconds), services=(service,))


def reflected(connection: Http2, seconds: float) -> Call:
    """The services that reflection lists, by its older name if the newer one is not known."""
    call = _called(connection, "reflection", "reflection", "", seconds)
    if call.code == "UNIMPLEMENTED":
        call = _called(connection, "reflection", "reflection-alpha", "", seconds)
    return call


def _called(connection: Http2, name: Name, kind: Kind, service: str, seconds: float) -> Call:

    started = time.monotonic()
    if connection.closed:
        return Call(name, "closed")
    try:
        stream = connection.call(kind, service, seconds)
    except ProtocolError as error:
        closed = "closed" if connection.closed or "closed" in str(error).lower() else "refused-stream"
        return Call(name, closed, message=str(error)[:MOST_TEXT])  # type: ignore[arg-type] # one of two

    def mine() -> list[Any]:
        return [event for event in connection.events if getattr(event, "stream_id", None) == stream]

    def over() -> bool:
        return any(isinstance(event, StreamEnded | StreamReset) for event in mine()) or _answers(mine())

    done = connection.pump(over, seconds)
    ms = round((time.monotonic() - started) * 1000, 1)
    headers: dict[str, str] = {}
    for event in mine():
        if isinstance(event, ResponseReceived | TrailersReceived):
            headers |= {_text(key): _text(value) for key, value in event.headers or ()}
    body = b"".join(event.data for event in mine() if isinstance(event, DataReceived))
    if not done:
        connection.give_up(stream)
        return Call(name, "closed" if connection.closed else "timeout", ms=ms)
    reset = next((event for event in mine() if isinstance(event, StreamReset)), None)
    return _read(name, headers, body, ms, reset is not None)


def _answers(events: list[Any]) -> bool:
    """Whether a status has come: a server may leave the stream open after it."""

    return any(
        _text(key) == "grpc-status"
        for event in events
        if isinstance(event, ResponseReceived | TrailersReceived)
        for key, _ in event.headers or ()
    )


def _read(name: Name, headers: dict[str, str], body: bytes, ms: float, was_reset: bool) -> Call:
    status = headers.get("grpc-status", "")
    is_grpc = headers.get("content-type", "").startswith("application/grpc") or status
    if not is_grpc:
        if was_reset and not headers:
            return Call(name, "refused-stream", message="the server reset the stream", ms=ms)
        kind = headers.get("content-type", "") or "no content type"
        return Call(
            name, "not-grpc", message=f"HTTP {headers.get(':status', '?')}, {kind}"[:MOST_TEXT], ms=ms
        )
    number = int(status) if status.isdigit() else (0 if body and not was_reset else 2)
    code = CODES[number] if number < len(CODES) else status
    message = unquote(headers.get("grpc-message", ""))[:MOST_TEXT]
    if code == "DEADLINE_EXCEEDED":  # the server itself gave up: it was told how long we wait
        return Call(name, "timeout", message=message, ms=ms)
    serving, services = _contents(name, body[5:]) if code == "OK" and len(body) > 4 else ("", ())
    return Call(name, "answered", code, message, serving, services, ms)


def _contents(name: Name, message: bytes) -> tuple[str, tuple[str, ...]]:
    """What an answer of Health or of reflection says; an answer that does not parse says nothing."""

    try:
        if name in ("health", "health-service"):
            number = int(HealthCheckResponse.FromString(message).status)
            return _SERVING[number] if number < len(_SERVING) else str(number), ()
        if name == "reflection":
            listed = ServerReflectionResponse.FromString(message).list_services_response.service
            return "", tuple(sorted(each.name[:200] for each in listed[:MOST_SERVICES]))
    except DecodeError:
        return "", ()
    return "", ()


def goaway(connection: Http2) -> str:
    """What the server said when it ended the connection; "" if it did not."""

    ended = next((each for each in connection.events if isinstance(each, ConnectionTerminated)), None)
    if ended is None:
        return "ENHANCE_YOUR_CALM too_many_pings" if b"too_many_pings" in connection.last else ""
    code = getattr(ended.error_code, "name", str(ended.error_code))
    data = (ended.additional_data or b"").decode("utf-8", "replace")
    return f"{code} {data}".strip()[:MOST_TEXT]


def kind_of_server(calls: tuple[Call, ...]) -> str:
    """One text for what a server says of itself; two connections to one server give the same.

    "" if an answer is missing: then nothing can be compared.
    """
    if any(call.outcome != "answered" or call.code == "RESOURCE_EXHAUSTED" for call in calls):
        return ""
    parts = (f"{call.name}: {call.code} {', '.join(call.services)}".strip() for call in calls)
    return "; ".join(parts)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
