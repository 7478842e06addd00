"""Redis as seen from inside its own container, and from inside the orchestrator's."""

from __future__ import annotations

import math
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from runbooklab.evidence import (
    Container,
    ExecResult,
    InsideTalk,
    Missing,
    NameResolution,
    OrchestratorView,
    RedisAddress,
    TcpAttempt,
)
from runbooklab.probes.context import NotObserved
from runbooklab.probes.execution import run_inside
from runbooklab.probes.namespace import listeners_of
from runbooklab.probes.process import server_pid

if TYPE_CHECKING:
    from runbooklab.probes.context import Context

DEFAULT_PORT = 6379
#: What redis-cli prints where the connection itself failed, and how the attempt then ended.
_CLI_FAILURES = {
    "Connection refused": "refused",
    "timed out": "timeout",
    "No route to host": "no-route",
    "Network is unreachable": "no-route",
    "Connection reset by peer": "reset",
    "Server closed the connection": "reset",
}
_NAME_FAILURES = {
    "Name or service not known": "not-found",
    "Name does not resolve": "not-found",
    "nodename nor servname": "not-found",
    "Temporary failure in name resolution": "temporary-failure",
    "Try again": "temporary-failure",
}


def inside(ctx: Context) -> InsideTalk:
    """``redis-cli ping`` and ``info`` in the Redis container, on the port Redis listens on in there."""
    look = ctx.need("container")
    found = look.found
    if found is None or found.state not in ("running", "paused"):
        state = "does not exist" if found is None else f"is {found.state}"
        raise NotObserved(Missing("not-applicable", f"container {look.name} {state}"))
    port = _port_inside(ctx, found)
    address = ctx.wait("address").value
    user, password = _credentials(ctx)
    base = _redis_cli(port=port, user=user, tls=address is not None and address.scheme == "rediss")
    info: Future[ExecResult] = Future()

    def ask_info() -> None:
        info.set_result(_run(ctx, found.id, (*base, "info"), password, 20_000))

    Thread(target=ask_info, daemon=True).start()
    ping = _run(ctx, found.id, (*base, "ping"), password)
    fields = _info_fields(info.result(timeout=ctx.left() + 0.1).output) if ping.outcome == "ok" else {}
    code = reply_code(ping.output) if ping.outcome == "ok" else ""
    return InsideTalk(
        ping=ping,
        answers=bool(code) if ping.outcome == "ok" else (False if ping.outcome == "timeout" else None),
        code=code,
        run_id=fields.get("run_id", ""),
        port=port,
        info=fields,
    )


def _port_inside(ctx: Context, found: Container) -> int:
    """Where Redis listens in there: as /proc shows it, else as published, else 6379."""
    address = ctx.wait("address").value
    wanted = address.port if address is not None else DEFAULT_PORT
    published = [one.container_port for one in (*found.ports, *found.ports_asked) if one.host_port == wanted]
    try:
        listening = {one.port for one in listeners_of(server_pid(found.pid))}
    except OSError:
        listening = set()
    for port in (*published, DEFAULT_PORT, wanted):
        if port in listening:
            return port
    # Docker's own resolver listens on 127.0.0.11 in every container on a user-defined network.
    candidates = sorted(port for port in listening if port < 32768)
    return candidates[0] if candidates else (published or [DEFAULT_PORT])[0]


def _credentials(ctx: Context) -> tuple[str, str]:
    """User and password of the target's URL, in clear, for the moment of use."""
    address: RedisAddress | None = ctx.wait("address").value
    if address is None or address.problem:
        return "", ""
    try:
        parts = urlsplit(ctx.vault.reveal(address.text))
        return unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        return "", ""


def _redis_cli(
    host: str = "", port: int = DEFAULT_PORT, user: str = "", tls: bool = False
) -> tuple[str, ...]:
    words = ["redis-cli"]
    words += ["-h", host] if host else []
    words += ["-p", str(port)]
    words += ["--tls", "--insecure"] if tls else []
    words += ["--user", user] if user else []
    return (*words, "--no-auth-warning")


def _run(ctx: Context, container: str, argv: tuple[str, ...], password: str, keep: int = 4000) -> ExecResult:
    """``argv`` under ``timeout`` where the image has it, so that a hung command doesn't stay behind."""
    seconds = str(max(math.floor(ctx.patience(0.8)), 1))
    limited = run_inside(ctx, container, ("timeout", seconds, *argv), password, keep)
    if limited.outcome == "no-tool" and "redis-cli" not in limited.output:
        return run_inside(ctx, container, argv, password, keep)
    if limited.exit_code in (124, 143):
        return ExecResult(limited.argv, "timeout", limited.exit_code, limited.output, limited.ms)
    return limited


def reply_code(output: str) -> str:
    """What came back: PONG, or the code of the server's error; "" where no server answered."""
    text = output.strip()
    lines = [line for line in text.splitlines() if line]
    if not lines:
        return ""
    if "PONG" in lines:
        return "PONG"
    if any(word in text for word in (*_CLI_FAILURES, *_NAME_FAILURES, "Could not connect")):
        return ""
    for line in lines:
        words = line.removeprefix("(error)").replace("Error:", "").strip().split()
        if words and words[0].isupper() and words[0].isalpha():
            return words[0]
    return ""


def _info_fields(text: str) -> dict[str, str]:
    """INFO's lines ``name:value``."""
    pairs = (line.partition(":") for line in text.replace("\\r", "").splitlines() if ":" in line)
    return {name: value.strip() for name, _, value in pairs if name and not name.startswith(("#", "("))}


def orchestrator_view(ctx: Context) -> OrchestratorView:
    """The URL's host and port as seen from inside the orchestrator's container.

    By redis-cli in there; without it by getent for the name; without any tool by what the engine
    says of shared networks. ``method`` says which.
    """
    look = ctx.need("orchestrator")
    if look.found is None or look.found.state != "running":
        state = "does not exist" if look.found is None else f"is {look.found.state}"
        raise NotObserved(Missing("not-applicable", f"container {look.name} {state}"))
    address: RedisAddress = ctx.need("address")
    if address.problem or address.socket_path:
        raise NotObserved(Missing("not-applicable", "the URL names no host and port"))
    user, password = _credentials(ctx)
    argv = (*_redis_cli(address.host, address.port, user, address.scheme == "rediss"), "ping")
    ping = _run(ctx, look.found.id, argv, password)
    if ping.outcome == "no-tool":
        return _without_redis_cli(ctx, look.found, address)
    return OrchestratorView(
        host=address.host,
        port=address.port,
        name=_name_from(ping, address.host),
        tcp=_tcp_from(ping, address),
        ping=ping,
        code=reply_code(ping.output),
        method="exec redis-cli",
    )


def _name_from(ping: ExecResult, host: str) -> NameResolution | None:
    outcome = next((word for phrase, word in _NAME_FAILURES.items() if phrase in ping.output), None)
    if outcome is not None:
        return NameResolution(host, outcome, message=ping.output.strip())  # type: ignore[arg-type] # the table's words
    return NameResolution(host, "resolved") if ping.outcome == "ok" else None


def _tcp_from(ping: ExecResult, address: RedisAddress) -> tuple[TcpAttempt, ...]:
    if any(phrase in ping.output for phrase in _NAME_FAILURES):
        return ()
    failed = next((word for phrase, word in _CLI_FAILURES.items() if phrase in ping.output), None)
    answered = "connected" if reply_code(ping.output) else ""
    outcome = "timeout" if ping.outcome == "timeout" else failed or answered
    if not outcome:
        return ()
    return (TcpAttempt(address.host, address.port, outcome, message=ping.output.strip()[:200], ms=ping.ms),)  # type: ignore[arg-type] # the table's words


def _without_redis_cli(ctx: Context, found: Container, address: RedisAddress) -> OrchestratorView:
    looked_up = run_inside(ctx, found.id, ("getent", "hosts", address.host))
    if looked_up.outcome == "ok":
        addresses = tuple(line.split()[0] for line in looked_up.output.splitlines() if line.split())
        outcome = "resolved" if addresses else "not-found"
        name = NameResolution(address.host, outcome, addresses)  # type: ignore[arg-type] # either literal
        return OrchestratorView(address.host, address.port, name=name, method="exec getent")
    return OrchestratorView(
        address.host, address.port, name=_name_by_engine(ctx, found, address.host), method="engine metadata"
    )


def _name_by_engine(ctx: Context, found: Container, host: str) -> NameResolution | None:
    """What Docker's resolver must answer: names of containers on a shared user-defined network."""
    redis = ctx.wait("container").value
    if redis is None or redis.found is None:
        return None
    own = {one.network for one in found.networks} - {"bridge", "host", "none"}
    answers = tuple(
        one.ip
        for one in redis.found.networks
        if one.network in own and host in (redis.found.name, redis.found.id, *one.aliases)
    )
    names = {redis.found.name, *(alias for one in redis.found.networks for alias in one.aliases)}
    if answers:
        return NameResolution(host, "resolved", answers)
    return NameResolution(host, "not-found") if host in names else None
