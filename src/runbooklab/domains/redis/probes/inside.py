"""Redis as seen from inside its own container, and from inside the orchestrator's."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.records import DEFAULT_PORT, NameResolution, RedisAddress
from runbooklab.domains.container.probes.table import CONTAINER, ORCHESTRATOR
from runbooklab.domains.redis.probes.cli_replies import (
    attempt_by_redis_cli,
    info_fields,
    name_by_getent,
    name_by_redis_cli,
    reply_code,
)
from runbooklab.domains.redis.probes.from_container import Conversation, converse, resolve
from runbooklab.domains.redis.probes.process import server_pid
from runbooklab.domains.redis.probes.redis_cli import REDIS_CLI
from runbooklab.domains.redis.probes.worker_payload import some_registration
from runbooklab.domains.redis.records.inside import InsideTalk, OrchestratorView
from runbooklab.domains.redis.records.server import CLUSTER_BUS
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.execute import run_inside
from runbooklab.observe.docker.records import Container, ContainerLook, ExecResult
from runbooklab.observe.host.namespace import from_inside, is_here, listeners_of
from runbooklab.observe.net.connect import connect_all
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.redis.context import Context

LOOPBACK = "127.0.0.1"
#: Characters of INFO that are kept: all of it, except on a server with thousands of databases.
INFO_CHARACTERS = 20_000
#: Ports from here on are the kernel's to give: Docker's resolver has one of them in each namespace.
_EPHEMERAL = 32_768
#: How ``timeout`` ends if the command had to be stopped: coreutils, then older busybox.
_STOPPED = (124, 143)


# --- the Redis container ---------------------------------------------------------------------


def inside(ctx: Context) -> InsideTalk:
    """``redis-cli ping`` and ``info`` in the Redis container, at the address that Redis listens on in there.

    An image without redis-cli is asked from its network namespace, if that may be entered.
    """
    found = _running(ctx.need(CONTAINER), "running", "paused")
    host, port = _listens_at(ctx, found)
    address = ctx.wait(ADDRESS).value
    tls = address is not None and address.scheme == "rediss"
    user, password = _credentials(ctx)
    base = _redis_cli(host, port, user, tls)
    informed = future(lambda: _run(ctx, found.id, (*base, "info"), password, INFO_CHARACTERS))
    ping = _run(ctx, found.id, (*base, "ping"), password)
    if ping.outcome == "no-tool":
        talk = converse(ctx, found, address, host or LOOPBACK, port) if address is not None else None
        if talk is None:
            return InsideTalk(ping, port=port)
        run_id = talk.info.get("run_id", "")
        return InsideTalk(ping, bool(talk.code), talk.code, run_id, port, info=talk.info)
    if ping.outcome != "ok":
        return InsideTalk(ping, answers=False if ping.outcome == "timeout" else None, port=port)
    code, info = reply_code(ping.output), info_fields(informed(ctx.remaining_s()).output)
    own, by_default = _own_password(ctx, found), _redis_cli(host, port, "", tls)
    if not info and own not in ("", password):
        info = info_fields(_run(ctx, found.id, (*by_default, "info"), own, INFO_CHARACTERS).output)
    may_write = None
    if user and code == "PONG":
        key = some_registration(ctx.vault.reveal(ctx.target.worker_key_pattern))
        asked = (*by_default, "acl", "dryrun", user, "SET", key, "1")
        may_write = _dry_run(_run(ctx, found.id, asked, own).output)
    return InsideTalk(ping, bool(code), code, info.get("run_id", ""), port, info=info, may_write=may_write)


def _running(look: ContainerLook, *states: str) -> Container:
    if look.found is None or look.found.state not in states:
        state = "does not exist" if look.found is None else f"is {look.found.state}"
        raise NotObserved(Missing("not-applicable", f"container {look.name} {state}"))
    return look.found


def _listens_at(ctx: Context, found: Container) -> tuple[str, int]:
    """Where Redis listens in there: as /proc shows it, else as published, else on 6379.

    The host is "" for the loopback address, which redis-cli takes by itself.
    """
    address = ctx.wait(ADDRESS).value
    wanted = address.port if address is not None else DEFAULT_PORT
    published = [
        mapping.container_port
        for mapping in (*found.ports, *found.ports_asked)
        if mapping.host_port == wanted
    ]
    listening: dict[int, str] = {}
    if is_here(found.pid, found.id):
        pid = server_pid(found.pid)
        try:
            seen = [
                listener
                for listener in listeners_of(pid)
                if listener.port < _EPHEMERAL or listener.pid == pid
            ]
        except OSError:
            seen = []
        for listener in sorted(seen, key=lambda listener: (listener.pid == pid, _is_local(listener.address))):
            listening[listener.port] = "" if _is_local(listener.address) else listener.address
    listening_on = (port for port in (*published, DEFAULT_PORT, wanted) if port in listening)
    first = next((port for port in listening_on if port - CLUSTER_BUS not in listening), None)
    port = first or min(listening, default=(published or [DEFAULT_PORT])[0])
    return listening.get(port, ""), port


def _is_local(address: str) -> bool:
    """Whether a connection to 127.0.0.1 gets to a listener at this address."""
    return address in (LOOPBACK, "0.0.0.0", "::")  # noqa: S104 # compared, not bound


def _credentials(ctx: Context) -> tuple[str, str]:
    """User and password of the target's URL, in clear, for the moment of use.

    redis-cli takes the user on its command line, which everybody on the host can read. What stands in the
    user's place alone is often a misplaced password, and redis-cli sends no user without a password anyway.
    Raises :class:`NotObserved` if the user's name is a secret and there is a password.
    """
    address: RedisAddress | None = ctx.wait(ADDRESS).value
    if address is None or address.problem:
        return "", ""
    try:
        parts = urlsplit(ctx.vault.reveal(address.text))
        user = unquote(parts.username or "", errors="surrogateescape")
        password = unquote(parts.password or "", errors="surrogateescape")
    except ValueError:
        return "", ""
    if password and ctx.vault.is_secret(user):
        said = "not checked: redis-cli takes the user's name on its command line, and that name is a secret"
        raise NotObserved(Missing("unsupported", said))
    return (user if password else ""), password


def _dry_run(output: str) -> bool | None:
    """ACL DRYRUN's answer: OK, or what the user lacks; None if it could not be asked."""
    if output.strip() == "OK":
        return True
    return False if "has no permissions" in output else None


def _own_password(ctx: Context, found: Container) -> str:
    """The password that the server was started with; anybody who may inspect its container may know it.

    With it the server's state is seen even if the URL's credentials are the wrong ones.
    """
    given = dict(pairwise(found.command))
    return ctx.vault.reveal(given.get("--requirepass", ""))


def _redis_cli(host: str, port: int, user: str, tls: bool) -> tuple[str, ...]:
    words = ["redis-cli"]
    words += ["-h", host] if host else []
    words += ["-p", str(port)]
    words += ["--tls", "--insecure"] if tls else []
    words += ["--user", user] if user else []
    return (*words, "--no-auth-warning")


def _run(
    ctx: Context, container: str, argv: tuple[str, ...], password: str = "", keep: int = 4000
) -> ExecResult:
    """``argv`` under ``timeout`` if the image has it, so that a hung command doesn't stay behind."""
    seconds = str(max(math.floor(ctx.timeout_s(0.8)), 1))
    limited = run_inside(ctx, container, ("timeout", seconds, *argv), password, keep, REDIS_CLI)
    if limited.outcome == "no-tool" and argv[0] not in limited.output:
        return run_inside(ctx, container, argv, password, keep, REDIS_CLI)
    if limited.exit_code in _STOPPED:
        return ExecResult(limited.argv, "timeout", limited.exit_code, limited.output, limited.ms)
    return limited


# --- the orchestrator's container ------------------------------------------------------------


class _Way(NamedTuple):
    """The way to Redis as far as it is seen without redis-cli."""

    known: NameResolution | None  # the name as getent resolves it
    by_files: Callable[[float], NameResolution | None]  # waits for what the container's own files say of it
    attempts: tuple[TcpAttempt, ...]

    @property
    def methods(self) -> list[str]:
        return ["exec getent"] if self.known and self.known.outcome != "literal" else []


def orchestrator_view(ctx: Context) -> OrchestratorView:
    """The URL's host and port as seen from inside the orchestrator's container.

    The name by getent or redis-cli in there, else by what the engine says of shared networks; the
    connection from its network namespace, else by redis-cli; the answer by redis-cli, else from the
    namespace. Without tools in there the name is looked up as its own files say. ``method`` says which.
    """
    look: ContainerLook = ctx.need(ORCHESTRATOR)
    address: RedisAddress = ctx.need(ADDRESS)
    if address.problem or address.socket_path:
        raise NotObserved(Missing("not-applicable", "the URL names no host and port"))
    host, port = address.host, address.port
    if look.found is not None and look.found.state != "running":
        name = _name_by_engine(ctx, look.found, host)
        if name is not None and name.outcome == "not-found":  # what it has met at every start of its own
            return OrchestratorView(host, port, name, method="engine metadata: the container does not run")
    found = _running(look, "running")
    user, password = _credentials(ctx)
    argv = (*_redis_cli(host, port, user, address.scheme == "rediss"), "ping")
    pinged = future(lambda: _run(ctx, found.id, argv, password))
    known = _literal(host) or name_by_getent(_run(ctx, found.id, ("getent", "ahosts", host)), host)
    if known is not None and known.outcome == "temporary-failure":
        known = _shared_name(ctx, found, host) or known
    by_files = future(lambda: resolve(ctx, found, host) if known is None else None)
    way = _Way(known, by_files, _attempts(ctx, found, known.addresses if known else (), port))
    ping = pinged(ctx.remaining_s())
    if ping.outcome == "no-tool":
        return _without_redis_cli(ctx, found, address, way)
    return _by_redis_cli(ctx, address, way, ping)


def _without_redis_cli(ctx: Context, found: Container, address: RedisAddress, way: _Way) -> OrchestratorView:
    """The conversation is held from the container's network namespace."""
    host, port, methods = address.host, address.port, way.methods
    name = way.known or way.by_files(ctx.remaining_s())
    methods += ["/etc/hosts and name server"] if way.known is None and name else []
    if name is None:
        name = _name_by_engine(ctx, found, host)
        methods += ["engine metadata"] if name else []
    attempts = way.attempts or _attempts(ctx, found, name.addresses if name else (), port)
    methods += ["network namespace"] if attempts else []
    there = next((attempt.address for attempt in attempts if attempt.outcome == "connected"), "")
    talk = (converse(ctx, found, address, there, port) if there else None) or Conversation()
    return OrchestratorView(host, port, name, attempts, talk.ping, talk.code, ", ".join(methods))


def _by_redis_cli(ctx: Context, address: RedisAddress, way: _Way, ping: ExecResult) -> OrchestratorView:
    """What redis-cli says of the name and the connection counts if nothing else says it."""
    host, port, methods = address.host, address.port, ["exec redis-cli", *way.methods]
    by_cli = name_by_redis_cli(ping, host)
    is_better = way.known is None or (by_cli and by_cli.outcome == "temporary-failure")
    name = by_cli if is_better else way.known
    if name is None and ping.outcome == "timeout":
        name = way.by_files(ctx.remaining_s())  # redis-cli waits for a name server as it waits for Redis
        methods += ["/etc/hosts and name server"] if name else []
    nameless = name is not None and name.outcome in ("not-found", "temporary-failure")
    return OrchestratorView(
        host=host,
        port=port,
        name=name,
        tcp=way.attempts or (() if nameless else attempt_by_redis_cli(ping, host, port)),
        ping=ping,
        code=reply_code(ping.output),
        method=", ".join([*methods, *(["network namespace"] if way.attempts else [])]),
    )


def _literal(host: str) -> NameResolution | None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return None
    return NameResolution(host, "literal", (host,))


def _attempts(
    ctx: Context, found: Container, addresses: tuple[str, ...], port: int
) -> tuple[TcpAttempt, ...]:
    """Connections from the container's network namespace; none if that is closed to us."""
    if not addresses or not is_here(found.pid, found.id):
        return ()
    timeout_s = ctx.timeout_s(0.8)
    try:
        seen = from_inside(found.pid, lambda: connect_all(addresses, port, timeout_s), ctx.timeout_s())
    except OSError:
        return ()
    for attempt in seen:
        said = f"connect {attempt.address} port {port} from container {found.name}: {attempt.outcome}"
        ctx.note("tcp", said, attempt.ms)
    return seen


def _shared_name(ctx: Context, found: Container, host: str) -> NameResolution | None:
    """For a name that the engine itself resolves: a lookup that took too long was slow, not broken."""
    name = _name_by_engine(ctx, found, host)
    return name if name is not None and name.outcome == "resolved" else None


def _name_by_engine(ctx: Context, found: Container, host: str) -> NameResolution | None:
    """What Docker's resolver must answer: names of containers on a shared user-defined network."""
    redis = ctx.wait(CONTAINER).value
    if redis is None or redis.found is None:
        return None
    own = {network.network for network in found.networks} - {"bridge", "host", "none"}
    answers = tuple(
        network.ip
        for network in redis.found.networks
        if network.network in own and host in (redis.found.name, redis.found.id, *network.aliases)
    )
    names = {redis.found.name, *(alias for network in redis.found.networks for alias in network.aliases)}
    if answers:
        return NameResolution(host, "resolved", answers)
    return NameResolution(host, "not-found") if host in names else None
