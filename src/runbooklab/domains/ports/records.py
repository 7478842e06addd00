"""What the probes of ports see: sockets, processes, containers, files, the kernel's settings."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from runbooklab.observe.docker.records import Container, PortBinding
from runbooklab.observe.net.records import TcpAttempt

Protocol = Literal["tcp", "udp"]


class Process(Struct, frozen=True):
    """A process that has a socket, or is an ancestor of one that has."""

    pid: int
    name: str = ""
    command: tuple[str, ...] = ()  # redacted
    user: str = ""
    state: str = ""  # R S D T t Z I, as proc(5)
    parent: int = 0
    parent_name: str = ""
    parent_command: tuple[str, ...] = ()  # redacted
    #: Pids of its parent, the parent's parent and so on, the nearest first.
    ancestors: tuple[int, ...] = ()
    group: int = 0
    session: int = 0
    started_at: float = 0.0  # seconds since the epoch
    #: It was forked from a program that was started, and never started one itself (proc(5), PF_FORKNOEXEC).
    is_fork: bool = False
    #: It has let go of its folder and its input, as a daemon does.
    is_detached: bool = False
    container_id: str = ""  # of its control group; "" if it names none
    unit: str = ""  # systemd's, of its control group


class Socket(Struct, frozen=True):
    """One socket whose local port is of interest."""

    protocol: Protocol
    address: str  # an IPv4-mapped address is written as IPv4
    port: int
    state: (
        str  # LISTEN, ESTABLISHED, TIME_WAIT ...; UNCONN of UDP; BOUND: it has the port and does not listen
    )
    family: Literal[4, 6] = 4
    peer: str = ""
    peer_port: int = 0
    inode: int = 0  # 0: it belongs to no process any more
    uid: int | None = None
    backlog: int = 0  # of a listener: connections that wait to be accepted
    v6_only: bool = False  # of a listener on IPv6: it takes no IPv4
    pids: tuple[int, ...] = ()
    #: Of a listener: a program that its process starts keeps it (no FD_CLOEXEC).
    passed_on: bool = False


class Sockets(Struct, frozen=True):
    """The sockets of this host, and their owners."""

    #: All listeners of this host, and all sockets with a wanted port.
    sockets: tuple[Socket, ...] = ()
    processes: dict[str, Process] = {}  # pid -> the process
    owners_visible: bool = True  # False: other users' processes cannot be seen
    cut: bool = False


class Placed(Struct, frozen=True):
    """A container as far as ports go, in any state."""

    name: str
    id: str
    image: str = ""
    state: str = ""
    exit_code: int = 0
    error: str = ""  # State.Error
    pid: int = 0
    created_at: str = ""
    started_at: str = ""
    finished_at: str = ""
    restart_policy: str = ""
    restarts: int = 0
    #: A second look at one that has just been restarted: its count and state then.
    restarts_later: int | None = None
    state_later: str = ""
    network_mode: str = ""
    user: str = ""
    command: tuple[str, ...] = ()  # redacted
    asked: tuple[PortBinding, ...] = ()  # HostConfig.PortBindings: they survive a failed start
    ports: tuple[PortBinding, ...] = ()  # NetworkSettings.Ports: {} after one
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    project: str = ""  # Compose's
    service: str = ""
    folder: str = ""  # the Compose project's


class Containers(Struct, frozen=True):
    """The containers of the engine."""

    found: tuple[Placed, ...] = ()
    cut: bool = False
    #: How those were made that have to do with a wanted port: to make them again.
    made: tuple[Container, ...] = ()


class Inside(Struct, frozen=True):
    """What listens inside a container's network namespace."""

    container: str
    listening: tuple[Socket, ...] = ()
    main: Process | None = None  # its main process, if it may be seen from this host
    problem: str = ""  # why it is not known


class ComposePort(Struct, frozen=True):
    """One published port of a service, as the Compose file says."""

    text: str
    line: int = 0
    host_ip: str = ""
    first: int = 0  # of the host's ports; 0: the engine chooses
    last: int = 0
    inside: int = 0  # the container's first port
    inside_is_one: bool = True  # one port of the container for all of the host's
    protocol: str = "tcp"
    problem: str = ""  # why Compose refuses it
    #: The variable that the port comes from, if its line does not hold the number; and if .env sets that.
    variable: str = ""
    is_in_env_file: bool = False
    file: str = ""  # in which the line is, if it is another one than ComposePorts.path


class ComposeService(Struct, frozen=True):
    name: str
    container: str = ""  # container_name
    image: str = ""
    command: tuple[str, ...] = ()  # redacted
    replicas: int = 1
    network_mode: str = ""
    profiles: tuple[str, ...] = ()
    ports: tuple[ComposePort, ...] = ()
    line: int = 0
    ports_line: int = 0  # of the key ports
    file: str = ""  # in which the line is, if it is another one than ComposePorts.path
    ports_file: str = ""  # the same for ports_line


class ComposePorts(Struct, frozen=True):
    """The published ports of a Compose file."""

    path: str
    project: str = ""
    services: tuple[ComposeService, ...] = ()
    problems: tuple[str, ...] = ()  # why the file cannot be read, a sentence each


class ConfiguredPort(Struct, frozen=True):
    """A port that the configuration names."""

    key: str
    port: int
    host: str = ""
    owner: str = ""  # the section it stands in


class ConfiguredPorts(Struct, frozen=True):
    path: str
    found: tuple[ConfiguredPort, ...] = ()


class HostSettings(Struct, frozen=True):
    """This host's addresses, the kernel's settings of ports, and who asks."""

    addresses: tuple[str, ...] = ()
    ephemeral: tuple[int, int] | None = None  # net.ipv4.ip_local_port_range
    reserved: tuple[tuple[int, int], ...] = ()  # net.ipv4.ip_local_reserved_ports
    unprivileged_start: int | None = None  # net.ipv4.ip_unprivileged_port_start
    v6_only: bool | None = None  # net.ipv6.bindv6only
    nonlocal_bind: bool = False  # net.ipv4.ip_nonlocal_bind
    has_ipv6: bool = True
    #: What ``bind_address`` stands for; empty if it is no address and no name leads anywhere.
    bind_addresses: tuple[str, ...] = ()
    #: The service's user: its number; None if it is not named or does not exist.
    service_uid: int | None = None
    service_user_problem: str = ""


class PortConnects(Struct, frozen=True):
    """Connections to one wanted port, at each address of this host."""

    port: int
    attempts: tuple[TcpAttempt, ...] = ()


class NatRule(Struct, frozen=True):
    """A rule that sends connections to a local port elsewhere."""

    chain: str
    text: str
    first: int
    last: int
    protocol: str = "tcp"
    to_address: str = ""  # "": this host
    to_port: int = 0  # 0: the same port
    destination: str = ""  # which of this host's addresses it is about; "": all
    family: Literal[4, 6] = 4
    tool: str = "iptables"  # the program that deletes it: iptables, iptables-legacy or nft
    table: str = ""  # of nft: its family and its name, "inet fw"


class NatRules(Struct, frozen=True):
    rules: tuple[NatRule, ...] = ()
