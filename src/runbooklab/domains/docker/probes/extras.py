"""What keeps a container from working besides its state: memory, mounts, names, its program."""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docker.errors import DockerException
from requests.exceptions import RequestException

from runbooklab.domains.docker.container_records import Extras, MountStat
from runbooklab.domains.docker.probes.program import program_of, user_ids
from runbooklab.domains.docker.probes.refused_port import holder_of, refused_port
from runbooklab.domains.docker.probes.table import COMPOSE
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.host.namespace import from_inside, is_here
from runbooklab.observe.net.dns import ask_server

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context
    from runbooklab.observe.docker.guard import ReadingClient
    from runbooklab.observe.docker.records import Container, LogTail

MOST_MOUNTS = 50
MOST_SERVERS = 3
#: Longest wait for a name server, in seconds.
DNS_S = 0.8
_DENIED = re.compile(r"permission denied|EACCES|Errno 13|not permitted", re.IGNORECASE)


def extras_of(ctx: Context, found: Container, tail: LogTail | None) -> Extras:
    """What one inspection and this host show of a container that exists."""
    with reading_client(ctx) as client:
        said: dict[str, Any] = client.inspect_container(found.id)
        local = str(client.base_url).startswith("http+docker")
        host, config = said.get("HostConfig") or {}, said.get("Config") or {}
        here = local and found.pid > 0 and is_here(found.pid, found.id)
        image = _image(client, str(said.get("Image") or ""))
        shm = _shm(found.pid) if here else (None, None)
        texts = [line.text for line in tail.lines[-200:]] if tail else []
        denied = any(_DENIED.search(line) for line in texts)
        uid, gid = user_ids(ctx, client, found, str(config.get("User") or ""), here, denied)
        servers = tuple(str(each)[:80] for each in (host.get("Dns") or ())[:MOST_SERVERS])
        refused = refused_port(found.error) if local else 0
        return Extras(
            shm_bytes=int(host.get("ShmSize") or 0),
            shm_used_bytes=shm[0],
            shm_total_bytes=shm[1],
            ipc=str(host.get("IpcMode") or "")[:80],
            asks_for_gpu=_asks_for_gpu(host),
            runtime=str(host.get("Runtime") or "")[:80],
            dns=servers,
            dns_answers=_answers(ctx, servers, found.pid if here else 0) if found.state == "running" else {},
            log_bytes=_log_bytes(found.log_path) if local else None,
            log_limited=bool((host.get("LogConfig") or {}).get("Config", {}).get("max-size")),
            architecture=str((image or {}).get("Architecture") or ""),
            image_present=image is not None,
            uid=uid,
            gid=gid,
            program=program_of(ctx, client, found, said, texts, local),
            mounts=tuple(_mounts(said)) if local else (),
            network_ids=_network_ids(said),
            refused_port=refused,
            port_holder=holder_of(refused) if refused else "",
            one_shot=_is_one_shot(ctx, found),
        )


def _image(client: ReadingClient, id_: str) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = client.inspect_image(id_)  # type: ignore[no-untyped-call] # docker-py decorates it
    except (DockerException, RequestException):
        return None
    return said


def _shm(pid: int) -> tuple[int | None, int | None]:
    """Used and total bytes of /dev/shm inside; None if it is hidden, or none of its own."""
    with suppress(OSError):
        seen = os.statvfs(f"/proc/{pid}/root/dev/shm")
        return (seen.f_blocks - seen.f_bfree) * seen.f_frsize, seen.f_blocks * seen.f_frsize
    return None, None


def _asks_for_gpu(host: dict[str, Any]) -> bool:
    asked = [
        word
        for each in host.get("DeviceRequests") or ()
        for words in each.get("Capabilities") or ()
        for word in words
    ]
    return "gpu" in asked


def _log_bytes(path: str) -> int | None:
    with suppress(OSError, ValueError):
        return Path(path).stat().st_size if path else None
    return None


def _network_ids(said: dict[str, Any]) -> dict[str, str]:
    attached = (said.get("NetworkSettings") or {}).get("Networks") or {}
    return {
        str(name)[:256]: str((each or {}).get("NetworkID") or "")
        for name, each in list(attached.items())[:50]
    }


def _is_one_shot(ctx: Context, found: Container) -> bool:
    compose = ctx.wait(COMPOSE).value
    service = found.labels.get("com.docker.compose.service", "")
    return compose is not None and any(each.one_shot for each in compose.services if each.name == service)


def _answers(ctx: Context, servers: tuple[str, ...], pid: int) -> dict[str, str]:
    """How each name server answers that the container was given, asked from where it is."""
    found: dict[str, str] = {}
    for server in servers:
        seconds = min(DNS_S, ctx.timeout_s(0.5))
        ctx.note("dns", f"query for the root at {server}")
        try:
            if pid and os.geteuid() == 0:
                found[server] = from_inside(pid, partial(ask_server, server, seconds), seconds + 0.3)
            else:
                found[server] = ask_server(server, seconds)
        except (OSError, TimeoutError, ValueError):
            continue
    return found


def _mounts(said: dict[str, Any]) -> list[MountStat]:
    host = said.get("HostConfig") or {}
    by_mount = {str(each.get("Target")) for each in host.get("Mounts") or () if each.get("Type") == "bind"}
    return [_mount(each, by_mount) for each in (said.get("Mounts") or ())[:MOST_MOUNTS]]


def _mount(said: dict[str, Any], by_mount: set[str]) -> MountStat:
    source, destination = str(said.get("Source") or ""), str(said.get("Destination") or "")
    plain = MountStat(
        type=str(said.get("Type") or ""),
        source=source,
        destination=destination,
        read_only=said.get("RW") is False,
        asked_as_mount=destination in by_mount,
    )
    try:
        seen = Path(source).stat()
    except (PermissionError, ValueError):
        return plain
    except OSError:
        return _with(plain, exists=False)
    directory = stat.S_ISDIR(seen.st_mode)
    return _with(
        plain,
        exists=True,
        directory=directory,
        empty=directory and _is_empty(source),
        uid=seen.st_uid,
        gid=seen.st_gid,
        mode=stat.S_IMODE(seen.st_mode),
        changed_at=seen.st_mtime,
    )


def _with(plain: MountStat, **more: Any) -> MountStat:
    from msgspec.structs import replace

    return replace(plain, **more)


def _is_empty(path: str) -> bool:
    try:
        return next(Path(path).iterdir(), None) is None
    except OSError:
        return False
