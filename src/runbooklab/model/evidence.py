"""All that was observed of one target."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from runbooklab.domains.environment.records import ConfigFile, ErrorText, NameResolution, RedisAddress
from runbooklab.domains.redis.records.conversation import RedisTalk, Registrations
from runbooklab.domains.redis.records.inside import InsideTalk, OrchestratorView
from runbooklab.domains.redis.records.server import ServerConfig
from runbooklab.model.observation import Missing, Observation, Vantage
from runbooklab.observe.docker.records import (
    ContainerEvent,
    ContainerLook,
    DockerAccess,
    LogTail,
    NetworkLook,
)
from runbooklab.observe.host.records import ContainerProcess, HostListeners
from runbooklab.observe.net.records import FirstBytes, TcpAttempt, TlsAttempt


class Target(Struct, frozen=True):
    """What is diagnosed, as the parameters name it (redacted)."""

    orchestrator_config: str = ""
    redis_url_key: str = ""  # where in it the Redis URL stands; "" if that is to be found out
    redis_url: str = ""
    redis_container: str = ""
    orchestrator_container: str = ""
    docker_network: str = ""
    worker_key_pattern: str = ""
    expected_workers: int = 0
    needs_write: bool = True
    log_lines: int = 50
    probe_timeout_s: float = 3.0
    error_text: str = ""  # an error message a person pasted
    #: Parameter -> "given" or "default": a default that does not exist explains nothing by itself.
    sources: dict[str, str] = field(default_factory=dict)


class LedgerEntry(Struct, frozen=True):
    """One thing that was sent or read."""

    to: Literal["redis", "docker", "tcp", "file", "process"]
    what: str
    ms: float = 0.0


def _missing(probe: str, vantage: Vantage = "host") -> Observation:  # type: ignore[type-arg] # any T fits
    return Observation(probe=probe, vantage=vantage, missing=Missing("not-applicable", "not looked at"))


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that was observed of one target. Field name = probe name with ``-`` for ``_``."""

    target: Target = field(default_factory=Target)
    gathered_at: str = ""
    hostname: str = ""
    host_addresses: tuple[str, ...] = ()  # every address of this host; empty where not known
    config: Observation[ConfigFile] = field(default_factory=lambda: _missing("config"))
    address: Observation[RedisAddress] = field(default_factory=lambda: _missing("address"))
    error_text: Observation[ErrorText] = field(default_factory=lambda: _missing("error-text"))
    name: Observation[NameResolution] = field(default_factory=lambda: _missing("name"))
    tcp: Observation[tuple[TcpAttempt, ...]] = field(default_factory=lambda: _missing("tcp"))
    first_bytes: Observation[FirstBytes] = field(default_factory=lambda: _missing("first-bytes"))
    tls: Observation[TlsAttempt] = field(default_factory=lambda: _missing("tls"))
    redis: Observation[RedisTalk] = field(default_factory=lambda: _missing("redis"))
    registrations: Observation[Registrations] = field(default_factory=lambda: _missing("registrations"))
    listeners: Observation[HostListeners] = field(default_factory=lambda: _missing("listeners"))
    docker: Observation[DockerAccess] = field(default_factory=lambda: _missing("docker"))
    container: Observation[ContainerLook] = field(default_factory=lambda: _missing("container"))
    logs: Observation[LogTail] = field(default_factory=lambda: _missing("logs"))
    events: Observation[tuple[ContainerEvent, ...]] = field(default_factory=lambda: _missing("events"))
    network: Observation[NetworkLook] = field(default_factory=lambda: _missing("network"))
    process: Observation[ContainerProcess] = field(
        default_factory=lambda: _missing("process", "redis-container")
    )
    #: A connection to the container's own address, past every published port.
    bridge_tcp: Observation[tuple[TcpAttempt, ...]] = field(default_factory=lambda: _missing("bridge-tcp"))
    inside: Observation[InsideTalk] = field(default_factory=lambda: _missing("inside", "redis-container"))
    orchestrator: Observation[ContainerLook] = field(default_factory=lambda: _missing("orchestrator"))
    orchestrator_view: Observation[OrchestratorView] = field(
        default_factory=lambda: _missing("orchestrator-view", "orchestrator-container")
    )
    orchestrator_logs: Observation[LogTail] = field(default_factory=lambda: _missing("orchestrator-logs"))
    server_config: Observation[ServerConfig] = field(default_factory=lambda: _missing("server-config"))
    ledger: tuple[LedgerEntry, ...] = ()
