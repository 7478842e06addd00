"""The typed records that probes return: what was seen, never what it means.

Every record is frozen and serialisable, so that a stored ``evidence.json`` can be judged again
without touching anything. Text that came from the outside has been redacted before it gets here:
a secret stands as a stable token. Times are UTC in ISO 8601 with a ``Z``; durations say their unit
in the name.
"""

from runbooklab.evidence.address import ConfigFile, ErrorText, NameResolution, RedisAddress
from runbooklab.evidence.docker import (
    Attachment,
    Container,
    ContainerEvent,
    ContainerLook,
    DockerAccess,
    HealthLog,
    LogLine,
    LogTail,
    Mount,
    Network,
    NetworkLook,
    PortBinding,
    RunOption,
)
from runbooklab.evidence.host import ContainerProcess, HostListeners, Listener
from runbooklab.evidence.inside import ExecResult, InsideTalk, OrchestratorView
from runbooklab.evidence.observation import Missing, Observation, Vantage
from runbooklab.evidence.redis import RedisTalk, Registrations, SlowCommand, Stage, WorkerKey
from runbooklab.evidence.server import PasswordMishap, ServedFile, ServerConfig
from runbooklab.evidence.transport import FirstBytes, TcpAttempt, TlsAttempt
from runbooklab.evidence.whole import Evidence, LedgerEntry, Target

__all__ = [
    "Attachment",
    "ConfigFile",
    "Container",
    "ContainerEvent",
    "ContainerLook",
    "ContainerProcess",
    "DockerAccess",
    "ErrorText",
    "Evidence",
    "ExecResult",
    "FirstBytes",
    "HealthLog",
    "HostListeners",
    "InsideTalk",
    "LedgerEntry",
    "Listener",
    "LogLine",
    "LogTail",
    "Missing",
    "Mount",
    "NameResolution",
    "Network",
    "NetworkLook",
    "Observation",
    "OrchestratorView",
    "PasswordMishap",
    "PortBinding",
    "RedisAddress",
    "RedisTalk",
    "Registrations",
    "RunOption",
    "ServedFile",
    "ServerConfig",
    "SlowCommand",
    "Stage",
    "Target",
    "TcpAttempt",
    "TlsAttempt",
    "Vantage",
    "WorkerKey",
]
