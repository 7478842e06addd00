"""The file that a container is to execute, and its user: from a mount or out of the container."""

from __future__ import annotations

import re
import stat
import struct
import tarfile
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from docker.errors import DockerException
from requests.exceptions import RequestException

from runbooklab.domains.docker.container_records import Program
from runbooklab.files import read_file
from runbooklab.observe.docker.stream import read_stream

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context
    from runbooklab.observe.docker.guard import ReadingClient
    from runbooklab.observe.docker.records import Container

#: Bytes of a program that are read.
MOST_BYTES = 64 << 10
#: ``exec /run.sh: no such file or directory``, ``exec: "/run.sh": permission denied``,
#: ``sh: 1: /run.sh: Permission denied``
_NAMED = re.compile(
    r"exec:? \"?(/[^\s\":]+)\"?: |: (/[^\s:]+): (?:Permission denied|not found"
    r"|bad interpreter|cannot execute)|^(/[^\s:]+): line \d+",
    re.IGNORECASE,
)
#: ELF machines by number (elf.h), with the engine's name for them.
MACHINES = {
    3: "386",
    8: "mips",
    21: "ppc64le",
    22: "s390x",
    40: "arm",
    62: "amd64",
    183: "arm64",
    243: "riscv64",
}
_SHELLS = frozenset(
    {"sh", "bash", "dash", "ash", "python", "python3", "env", "tini", "dumb-init", "docker-init"}
)


def program_of(
    ctx: Context, client: ReadingClient, found: Container, said: dict[str, Any], texts: list[str], local: bool
) -> Program | None:
    """The program that a container could not run; None if it runs, or ended well."""
    broken = found.state in ("exited", "restarting", "created", "dead") and (found.exit_code or found.error)
    if not broken and found.restart_count == 0:
        return None
    path = _path(found, said, texts)
    if not path:
        return None
    mounted = _mounted(said, path) if local else ""
    if mounted:
        return _on_host(path, mounted)
    try:
        data, _ = read_stream(
            client,
            "GET",
            f"/containers/{found.id}/archive",
            params={"path": path},
            most_bytes=MOST_BYTES,
            seconds=ctx.timeout_s(0.6),
        )
    except (DockerException, RequestException, TimeoutError) as error:
        gone = "Could not find the file" in str(error) or "404" in str(error)
        return Program(path, "missing" if gone else "not-read")
    return _in_archive(path, data)


def _path(found: Container, said: dict[str, Any], texts: list[str]) -> str:
    """The file by what the engine or the log says; else the first absolute path that is a script."""
    for text in (found.error, *reversed(texts[-20:])):
        if named := _NAMED.search(text):
            return str(next(filter(None, named.groups())))
    words = [str(said.get("Path") or ""), *map(str, (said.get("Args") or ())[:5])]
    folder = str((said.get("Config") or {}).get("WorkingDir") or "/")
    for word in words:
        name = PurePosixPath(word).name
        if not word or word.startswith("-") or name in _SHELLS:
            continue
        if word.startswith("/"):
            return word
        if "/" in word or word.endswith((".sh", ".py")):
            return str(PurePosixPath(folder) / word)
        return ""
    return ""


def _mounted(said: dict[str, Any], path: str) -> str:
    """The file of this host that stands at ``path`` in the container; "" if no bind mount has it."""
    best = ("", "")
    for mount in said.get("Mounts") or ():
        inside, source = str(mount.get("Destination") or ""), str(mount.get("Source") or "")
        if (path == inside or path.startswith(inside.rstrip("/") + "/")) and len(inside) > len(best[0]):
            best = (inside, source + path[len(inside.rstrip("/")) :] if path != inside else source)
    return best[1]


def _on_host(path: str, source: str) -> Program:
    try:
        mode = Path(source).stat().st_mode
        data = _start(source) if stat.S_ISREG(mode) else b""
    except (FileNotFoundError, NotADirectoryError):
        return Program(path, "missing", source=source)
    except OSError:
        return Program(path, "not-read", source=source)
    return _program(path, mode, data, source)


def _start(source: str) -> bytes:
    try:
        return read_file(Path(source), 1 << 20)[:MOST_BYTES]
    except OSError:
        with suppress(OSError), Path(source).open("rb") as file:  # a large file: its start is enough
            return file.read(MOST_BYTES)
    return b""


def _in_archive(path: str, data: bytes) -> Program:
    try:
        entry = tarfile.TarInfo.frombuf(data[:512], "utf-8", "replace")
    except tarfile.TarError:
        return Program(path, "not-read")
    if entry.issym():
        return Program(path, "not-read")
    kind = stat.S_IFREG if entry.isreg() else stat.S_IFDIR
    return _program(path, entry.mode | kind, data[512 : 512 + min(entry.size, MOST_BYTES)], "")


def _program(path: str, mode: int, data: bytes, source: str) -> Program:
    first = data.split(b"\n", 1)[0][:200]
    script = first.startswith(b"#!")
    return Program(
        path=path,
        seen="read",
        mode=stat.filemode(mode),
        executable=bool(mode & 0o111),
        crlf=(script and first.endswith(b"\r")) or (path.endswith(".sh") and first.endswith(b"\r")),
        interpreter=first[2:].decode("utf-8", "replace").strip()[:100] if script else "",
        machine=_machine(data),
        source=source,
    )


def _machine(data: bytes) -> str:
    if not data.startswith(b"\x7fELF") or len(data) < 20:
        return ""
    order = ">" if data[5] == 2 else "<"
    number = int(struct.unpack(f"{order}H", data[18:20])[0])
    return MACHINES.get(number, f"machine {number}")


# --- the user ----------------------------------------------------------------------------------------


def user_ids(
    ctx: Context, client: ReadingClient, found: Container, user: str, here: bool, wanted: bool
) -> tuple[int | None, int | None]:
    """User and group id of the container's process; None if they are not known.

    Of a running one as the kernel says; else as it is configured. A name is looked up in the container's
    own /etc/passwd, if ``wanted``.
    """
    if here:
        with suppress(OSError, ValueError, IndexError):
            lines = Path(f"/proc/{found.pid}/status").read_text().splitlines()
            ids = {line.split(":")[0]: line.split()[2] for line in lines if line.startswith(("Uid:", "Gid:"))}
            return int(ids["Uid"]), int(ids["Gid"])
    name, _, group = user.partition(":")
    if not name:
        return 0, 0
    if name.isdecimal():
        return int(name), int(group) if group.isdecimal() else None
    return _in_passwd(ctx, client, found, name) if wanted else (None, None)


def _in_passwd(
    ctx: Context, client: ReadingClient, found: Container, name: str
) -> tuple[int | None, int | None]:
    with suppress(DockerException, RequestException, TimeoutError, tarfile.TarError, ValueError, IndexError):
        data, _ = read_stream(
            client,
            "GET",
            f"/containers/{found.id}/archive",
            params={"path": "/etc/passwd"},
            most_bytes=MOST_BYTES,
            seconds=ctx.timeout_s(0.5),
        )
        size = tarfile.TarInfo.frombuf(data[:512], "utf-8", "replace").size
        for line in data[512 : 512 + size].decode("utf-8", "replace").splitlines():
            fields = line.split(":")
            if fields[0] == name:
                return int(fields[2]), int(fields[3])
    return None, None
