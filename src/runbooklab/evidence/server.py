"""How the Redis server of the container is set up, known also while it does not run."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field


class ServedFile(Struct, frozen=True):
    """A file or folder that the server needs, as it lies in its container; ``uid`` and ``gid`` own it."""

    role: str  # config | include | aclfile | dir | logfile | tls
    path: str
    state: Literal["file", "directory", "missing", "unknown"]
    uid: int | None = None
    gid: int | None = None
    mode: int | None = None  # permission bits
    size_bytes: int | None = None


class ServerConfig(Struct, frozen=True):
    """The settings on the server's command line and in its configuration files.

    ``credentials`` says how the URL's credentials fare against them; "" where that cannot be told, as with
    an image that makes its settings from the environment.
    """

    settings: dict[str, str] = field(default_factory=dict)  # directive -> value, redacted
    origins: dict[str, str] = field(default_factory=dict)  # directive -> "command line", or file and line
    renamed: dict[str, str] = field(default_factory=dict)  # command -> where rename-command stands
    files: tuple[ServedFile, ...] = ()
    user: str = ""  # as whom the container runs: "999:999"; "" for root
    credentials: Literal["", "fit", "missing", "wrong", "none-set"] = ""
    log_lines: tuple[str, ...] = ()  # the end of its log file, redacted, where it logs to one
