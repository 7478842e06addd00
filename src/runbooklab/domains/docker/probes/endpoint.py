"""Which endpoint is used, what stands and answers there, and which other engines this user could mean."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import requests
from docker.errors import DockerException

from runbooklab.domains.docker.probes.compose_engine import PROJECT
from runbooklab.domains.docker.probes.contexts import contexts
from runbooklab.domains.docker.records import Answer, EndpointLook, Engine, SocketFile
from runbooklab.observe.docker.endpoint import (
    DEFAULT_ENDPOINT,
    Endpoint,
    client_folder,
    current_context,
    endpoint_of,
    from_context,
)
from runbooklab.observe.docker.guard import NotRead, ReadingClient
from runbooklab.observe.net.connect import connect_unix, peer_of_unix
from runbooklab.observe.run_with_timeout import future
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context

#: Other engines that are asked, names of containers that are kept.
MOST_ENGINES = 10
MOST_NAMES = 500
#: The version of the API in which every engine since 2017 can be asked.
ANY_VERSION = "1.24"
#: How a Go server, as the engine is one, refuses a plain request to a port with TLS.
_WANTS_TLS = "HTTP request to an HTTPS server"
#: Where engines of one user listen, below the home folder (Docker documentation: Desktop, rootless mode).
_BELOW_HOME = (".docker/desktop/docker.sock", ".docker/run/docker.sock", ".colima/default/docker.sock")

Kind = Literal["socket", "directory", "file", "missing", "hidden", "other"]


def endpoint_look(ctx: Context) -> EndpointLook:
    """The endpoint in use by hand: its socket, one ``GET /_ping``; then this host's other engines."""
    where, place = endpoint_of(ctx.target), client_folder(ctx.target.docker_config)
    asked = {engine.url: engine for engine in _known(place, where)}
    answers = {
        url: future(partial(_asked, ctx, name, place_)) for url, (name, place_) in _places(asked).items()
    }
    seconds = ctx.timeout_s(0.8)
    used = future(partial(_asked, ctx, _used_name(place), where, False))
    engines: list[Engine] = []
    for answer in answers.values():
        with suppress(TimeoutError):
            engines.append(answer(seconds))
    try:
        here = used(seconds)
    except TimeoutError:
        here = Engine(_used_name(place), clean(where.url, ctx.vault), "silent")
    path = _path(where.url)
    socket = socket_file(path) if path else None
    return EndpointLook(
        used=here,
        named_by=_named_by(place),
        context=_used_name(place),
        socket=socket,
        default=next((each for each in engines if each.url == DEFAULT_ENDPOINT), None),
        others=tuple(engines),
        user=_user(),
        session_groups=_groups(),
        in_group_file=_in_group_file(socket.group if socket else ""),
        engine_pid=peer_of_unix(path, 0.3) if path and socket and socket.kind == "socket" else 0,
    )


class _Known(msgspec.Struct, frozen=True):
    name: str
    url: str
    endpoint: Endpoint


def _places(known: dict[str, _Known]) -> dict[str, tuple[str, Endpoint]]:
    return {url: (each.name, each.endpoint) for url, each in list(known.items())[:MOST_ENGINES]}


def _known(place: Path, used: Endpoint) -> list[_Known]:
    """The other engines that this user could mean: the usual socket, the contexts', those of one user."""
    found = [_Known("default", DEFAULT_ENDPOINT, Endpoint(DEFAULT_ENDPOINT, {"base_url": DEFAULT_ENDPOINT}))]
    for name in contexts(place):
        other = from_context(name, place)
        if not other.problem:
            found.append(_Known(name, other.url, other))
    for path in (*(Path.home() / each for each in _BELOW_HOME), *_of_users()):
        url = f"unix://{path}"
        with suppress(OSError):
            if path.exists():
                found.append(_Known(str(path), url, Endpoint(url, {"base_url": url})))
    own = _real(used.url)
    return [each for each in found if _real(each.url) != own]


def _of_users() -> list[Path]:
    with suppress(OSError):
        return sorted(Path("/run/user").glob("*/docker.sock"))[:5]
    return []


def _real(url: str) -> str:
    """A unix socket's URL with links followed: /var/run is /run."""
    path = _path(url)
    return f"unix://{os.path.realpath(path)}" if path else url


def _used_name(place: Path) -> str:
    if os.environ.get("DOCKER_HOST"):
        return ""
    return os.environ.get("DOCKER_CONTEXT", "") or current_context(place) or "default"


def _named_by(place: Path) -> Literal["DOCKER_HOST", "DOCKER_CONTEXT", "context", "default"]:
    if os.environ.get("DOCKER_HOST"):
        return "DOCKER_HOST"
    if os.environ.get("DOCKER_CONTEXT"):
        return "DOCKER_CONTEXT"
    return "context" if current_context(place) not in ("", "default") else "default"


def _asked(ctx: Context, name: str, where: Endpoint, names: bool = True) -> Engine:
    """What answers at an endpoint, and which containers it has."""
    shown = clean(where.url, ctx.vault)
    if where.problem:
        return Engine(name, shown, "not-asked", clean(where.problem, ctx.vault))
    answer, said = _closed(ctx, where.url), ""
    if answer is None:
        answer, said = _ping(ctx, where)
    there, projects = _containers(ctx, where) if names and answer == "docker" else ((), ())
    return Engine(name, shown, answer, clean(said, ctx.vault)[:160], there, projects)


def _closed(ctx: Context, url: str) -> Answer | None:
    """Why a unix socket takes no connection; None if it does, or if it is none."""
    path = _path(url)
    if not path:
        return None
    attempt = connect_unix(path, ctx.timeout_s(0.5))
    ctx.note("tcp", f"connect {url}: {attempt.outcome}", attempt.ms)
    closed: dict[str, Answer] = {
        "socket-permission": "denied",
        "socket-missing": "missing",
        "timeout": "silent",
    }
    return None if attempt.outcome == "connected" else closed.get(attempt.outcome, "refused")


def _path(url: str) -> str:
    path = url.removeprefix("unix://")
    return "" if path == url else f"/{path.lstrip('/')}"


def _client(ctx: Context, where: Endpoint) -> ReadingClient:
    return ReadingClient(
        note=lambda what, ms: ctx.note("docker", what, ms),
        place=where.url,
        version=ANY_VERSION,
        timeout=ctx.timeout_s(0.6),
        **where.options,
    )


def _ping(ctx: Context, where: Endpoint) -> tuple[Answer, str]:
    """Whether an engine answers ``GET /_ping``: it alone gives the header Api-Version."""
    try:
        with (
            _client(ctx, where) as client,
            client.get(f"{client.base_url}/_ping", timeout=ctx.timeout_s(0.6)) as said,
        ):
            if "Api-Version" in said.headers:
                return "docker", ""
            text = " ".join(said.text.split())
            if _WANTS_TLS in text:
                return "tls", text
            server = said.headers.get("Server", "")
            return "other", f"HTTP {said.status_code} {server} {text}".replace("  ", " ")
    except NotRead as error:
        return "other", str(error)
    except (requests.RequestException, DockerException, OSError, ValueError) as error:
        return _failed(error)


def _failed(error: Exception) -> tuple[Answer, str]:
    said = str(error)
    if "BadStatusLine" in said or "InvalidHeader" in said or "LineTooLong" in said:
        return "other", said.rpartition("BadStatusLine(")[2].rstrip(")")
    if "RemoteDisconnected" in said or "Connection reset" in said:
        return "other", "it closed the connection without an answer"
    if isinstance(error, requests.exceptions.SSLError):
        return "tls", said
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "refused", "no connection in time"
    return ("silent", said) if isinstance(error, requests.Timeout) or "in time" in said else ("refused", said)


def _containers(ctx: Context, where: Endpoint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the containers that an engine has, and of the Compose projects that they belong to."""
    try:
        with _client(ctx, where) as client:
            found = client.containers(all=True)
    except (requests.RequestException, DockerException, OSError, ValueError):
        return (), ()
    names = [str(each["Names"][0]).lstrip("/") for each in found[:MOST_NAMES] if each.get("Names")]
    projects = {str((each.get("Labels") or {}).get(PROJECT) or "")[:200] for each in found[:MOST_NAMES]}
    return (
        tuple(clean(name, ctx.vault) for name in names),
        tuple(clean(project, ctx.vault) for project in sorted(projects - {""})),
    )


def socket_file(path: str) -> SocketFile:
    """What stands at ``path``: only looked at."""
    try:
        seen = Path(path).stat()
    except PermissionError:
        return SocketFile(path, "hidden")
    except (OSError, ValueError):
        return SocketFile(path, "missing")
    kind: Kind = "other"
    if stat.S_ISSOCK(seen.st_mode):
        kind = "socket"
    elif stat.S_ISDIR(seen.st_mode):
        kind = "directory"
    elif stat.S_ISREG(seen.st_mode):
        kind = "file"
    return SocketFile(
        path,
        kind,
        stat.filemode(seen.st_mode),
        _name_of_user(seen.st_uid),
        _name_of_group(seen.st_gid),
        kind == "directory" and _is_empty(path),
    )


def _is_empty(path: str) -> bool:
    with suppress(OSError), os.scandir(path) as entries:
        return next(entries, None) is None
    return False


def _name_of_user(uid: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return str(uid)


def _name_of_group(gid: int) -> str:
    with suppress(KeyError):
        return grp.getgrgid(gid).gr_name
    return str(gid)


def _user() -> str:
    return _name_of_user(os.geteuid())


def _groups() -> tuple[str, ...]:
    return tuple(dict.fromkeys(_name_of_group(gid) for gid in (os.getegid(), *os.getgroups())))


def _in_group_file(group: str) -> bool:
    """Whether /etc/group counts this user among the group's members, whatever groups this login has."""
    with suppress(KeyError):
        return _user() in grp.getgrnam(group).gr_mem
    return False
