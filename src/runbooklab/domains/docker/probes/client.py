"""The client's folder and programs: its configuration, the helpers it names, plugins, docker-compose."""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from runbooklab.domains.docker.probes.contexts import contexts
from runbooklab.domains.docker.records import ClientLook, Plugin
from runbooklab.files import read_file
from runbooklab.observe.docker.endpoint import client_folder
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context

#: Where the client looks for plugins, after its own folder (docker/cli, cli-plugins/manager).
SYSTEM_FOLDERS = (
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
)
MOST_BYTES = 1 << 20
MOST_HELPERS = 50
#: Bytes of a program that are searched for its version.
MOST_PROGRAM = 64 << 10
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


def client_look(ctx: Context) -> ClientLook:
    """Reads the client's configuration, and looks for programs; none is started."""
    folder = client_folder(ctx.target.docker_config)
    file = folder / "config.json"
    ctx.note("file", f"read {file}")
    state, said, error, line = _config(file)
    helpers = _helpers(said)
    extra = [str(each) for each in _list(said.get("cliPluginsExtraDirs"))][:10]
    folders = (*extra, str(folder / "cli-plugins"), *SYSTEM_FOLDERS)
    compose = shutil.which("docker-compose") or ""
    return ClientLook(
        folder=str(folder),
        config=state,
        config_error=clean(error, ctx.vault),
        config_line=line,
        helpers=helpers,
        helpers_missing=tuple(
            dict.fromkeys(name for name in helpers.values() if not shutil.which(f"docker-credential-{name}"))
        ),
        contexts=contexts(folder),
        compose=_plugins(folders, "docker-compose"),
        buildx=_plugins(folders, "docker-buildx"),
        folders=folders,
        docker=shutil.which("docker") or "",
        docker_compose=compose,
        docker_compose_version=_version(Path(compose)) if compose else "",
    )


State = Literal["read", "missing", "unreadable", "invalid"]


def _config(file: Path) -> tuple[State, dict[str, Any], str, int]:
    try:
        said = json.loads(read_file(file, MOST_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return "missing", {}, "", 0
    except json.JSONDecodeError as error:
        return "invalid", {}, error.msg, error.lineno
    except (ValueError, RecursionError) as error:
        return "invalid", {}, str(error), 0
    except OSError as error:
        return "unreadable", {}, str(error.strerror), 0
    return ("read", said, "", 0) if isinstance(said, dict) else ("invalid", {}, "it is no JSON object", 1)


def _helpers(said: dict[str, Any]) -> dict[str, str]:
    """Registry -> helper; "*" is every registry that has none of its own."""
    named = said.get("credHelpers")
    found = {"*": said.get("credsStore"), **(named if isinstance(named, dict) else {})}
    kept = {str(place)[:200]: str(name) for place, name in found.items() if name and isinstance(name, str)}
    return dict([pair for pair in kept.items() if _NAME.fullmatch(pair[1])][:MOST_HELPERS])


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _plugins(folders: tuple[str, ...], name: str) -> tuple[Plugin, ...]:
    """What has the plugin's name in these folders, and what is wrong with it."""
    found = []
    for folder in folders:
        path = Path(folder) / name
        with suppress(OSError):
            if path.is_symlink() and not path.exists():
                found.append(Plugin(str(path), f"a link to {path.readlink()}, which is not there"))
            elif path.is_dir():
                found.append(Plugin(str(path), "a folder"))
            elif path.exists():
                found.append(Plugin(str(path), "" if os.access(path, os.X_OK) else "not executable"))
    return tuple(found)


def _version(path: Path) -> Literal["", "1", "2"]:
    """The major version of a docker-compose program, by its bytes: it is not started.

    Version 1 is a script of Python, or Python packed into a program (PyInstaller); 2 is a program in Go.
    """
    try:
        with path.open("rb") as file:
            start = file.read(MOST_PROGRAM)
            file.seek(0, os.SEEK_END)
            file.seek(max(file.tell() - MOST_PROGRAM, 0))
            end = file.read(MOST_PROGRAM)
    except OSError:
        return ""
    if start.startswith(b"#!"):
        modern = re.search(rb"docker\s+compose|docker/cli-plugins|[vV ]2\.\d+\.\d", start)
        return "2" if modern and not re.search(rb"[vV ]1\.\d+\.\d", start) else "1"
    if start.startswith(b"\x7fELF"):
        packed = b"MEI\x0c\x0b\x0a\x0b\x0e" in end or b"pydata" in start + end
        return "1" if packed else "2"
    return ""
