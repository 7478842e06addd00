"""How the Redis server of the container is set up, known also while it does not run."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

#: Programs that are a Redis server, as they call themselves.
SERVERS = ("redis-server", "valkey-server", "keydb-server", "redis-sentinel", "dragonfly")
#: A cluster's nodes talk to each other this far above the clients' port. Source: redis.conf, cluster-port.
CLUSTER_BUS = 10_000


class ServedFile(Struct, frozen=True):
    """A file or folder that the server needs, as it lies in its container; ``uid`` and ``gid`` own it."""

    role: str  # config | include | aclfile | dir | logfile | tls
    path: str
    state: Literal["file", "directory", "missing", "unknown"]
    uid: int | None = None
    gid: int | None = None
    mode: int | None = None  # permission bits
    size_bytes: int | None = None


#: What happened to a password between where it was written and the server (``probes/server_password.py``).
PasswordMishap = Literal[
    "", "variable-replaced", "dollar-doubled", "quotes-kept", "blanks-kept", "cut-at-hash", "percent-encoded"
]


class ServerConfig(Struct, frozen=True):
    """The settings on the server's command line and in its configuration files.

    ``credentials`` says whether the URL's credentials fit them; "" if that is not known, as with
    an image that makes its settings from the environment.
    """

    settings: dict[str, str] = field(default_factory=dict)  # directive -> value, redacted
    origins: dict[str, str] = field(default_factory=dict)  # directive -> "command line", or file and line
    renamed: dict[str, str] = field(default_factory=dict)  # command -> where rename-command is
    files: tuple[ServedFile, ...] = ()
    user: str = ""  # as whom the container runs: "999:999"; "" for root
    credentials: Literal["", "fit", "missing", "wrong", "none-set"] = ""
    password_variable: str = ""  # the variable whose name, not whose value, is the server's password
    password_mishap: PasswordMishap = ""  # how the URL's password differs from the server's
    log_lines: tuple[str, ...] = ()  # the end of its log file, redacted, if it logs to one
