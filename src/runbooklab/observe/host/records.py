"""Processes and listeners."""

from __future__ import annotations

from msgspec import Struct


class Listener(Struct, frozen=True):
    address: str
    port: int
    protocol: str = "tcp"
    pid: int | None = None
    process: str = ""  # name of the process that owns it
    command: str = ""  # redacted
    #: If the owner is docker-proxy: what it forwards to.
    forwards_to: str = ""
    container: str = ""  # name of the container it belongs to, if known
    backlog: int | None = None  # connections waiting in the accept queue
    state: str = ""  # of the owner, as a letter: R S D T Z


class HostListeners(Struct, frozen=True):
    """Listeners on this host for the target's port (and docker-proxy's)."""

    port: int
    listeners: tuple[Listener, ...] = ()
    owners_visible: bool = True  # False: other users' processes cannot be seen


class ContainerProcess(Struct, frozen=True):
    """A container's main process and its network namespace, read from /proc."""

    pid: int
    name: str
    state: str  # R S D T Z
    cpu_ticks: int = 0
    cpu_ticks_later: int | None = None
    listeners: tuple[Listener, ...] = ()
    listeners_known: bool = True
    throttled_periods: int | None = None  # scheduling periods in which the container was throttled ...
    cpu_periods: int | None = None  # ... of all in which it had work to do
    memory_bytes: int | None = None
    open_files_limit: int | None = None
    owner: str = ""  # user and group as numbers of this host: "999:999"; "" if not known
