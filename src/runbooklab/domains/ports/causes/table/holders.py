"""Causes: somebody else has the port, or several do."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.ports.causes.of_ports import judge_of
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import LISTENERS, SOCKETS_OF_PORT

_LINUX = "socket(7), tcp(7): SO_REUSEADDR, SO_REUSEPORT; proc(5)"
_RUN = "Docker CLI reference: docker container run (publishing ports)"
_SEEN = "reproduced with Docker 20.10 and Linux 6.18"


def _row(
    id_: str,
    title: str,
    distinguishing: str,
    remedies: tuple[str, ...],
    source: str = _SEEN,
    look_alikes: tuple[str, ...] = (),
    consequence_of: tuple[str, ...] = (),
    severity: str = "critical",
    inspect: Inspection[Evidence] | None = None,
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="port-holder",
        judge=judge_of(id_),
        distinguishing=distinguishing,
        remedies=remedies,
        source=source,
        severity="warning" if severity == "warning" else "critical",
        shown_by="port-owners",
        inspect=inspect or Inspection(LISTENERS, "another owner than the one that is wanted"),
        look_alikes=look_alikes,
        consequence_of=consequence_of,
    )


#: What a file that asks twice for a port brings about.
_FILE = ("compose-port-duplicate", "compose-scale-port-conflict")
_CONFLICTS = ("port-conflict-process", "port-conflict-container")

HOLDERS: tuple[Cause[Evidence], ...] = (
    _row(
        "stale-docker-proxy",
        "A left-over docker-proxy holds the port",
        "A docker-proxy holds the port and forwards to an address that no container has.",
        ("end-docker-proxy",),
        look_alikes=_CONFLICTS,
    ),
    _row(
        "listener-frozen",
        "The program that has the port is suspended",
        "The owner is in state T (Ctrl-Z, SIGSTOP): it holds the port and answers nobody.",
        ("resume-process", "end-suspended-process"),
        source="proc(5), stat: state T",
        look_alikes=_CONFLICTS,
    ),
    _row(
        "port-held-by-orphan",
        "A left-over child of a program that ended holds the port",
        "The owner was forked, its parent is pid 1, and it is no process leader: it inherited the socket.",
        ("end-orphan",),
        source="proc(5), stat: ppid, session, PF_FORKNOEXEC",
        look_alikes=_CONFLICTS,
    ),
    _row(
        "port-held-by-socket-unit",
        "systemd holds the port for a socket unit",
        "The owner is pid 1, systemd: `systemctl list-sockets` names the unit.",
        ("disable-socket-unit",),
        source="systemd.socket(5)",
        look_alikes=_CONFLICTS,
    ),
    _row(
        "port-conflict-compose-project",
        "The same service of another Compose project has the port",
        "Both containers carry the same service label under two project labels.",
        ("stop-other-project",),
        source="Compose specification, labels com.docker.compose.*",
        look_alikes=("port-conflict-container",),
    ),
    _row(
        "port-conflict-host-network",
        "A container on the host's network has the port",
        "The owner's control group is a container's with the network mode host, and none publishes the port.",
        ("stop-conflicting-container", "use-other-port"),
        source=_RUN,
        look_alikes=_CONFLICTS,
    ),
    _row(
        "wrong-service-on-port",
        "Another service answers on the port",
        "The listener is another's, and the wanted owner runs, though not on this port.",
        ("stop-conflicting-container", "end-process"),
        look_alikes=_CONFLICTS,
    ),
    _row(
        "service-already-running",
        "The same program has the port already",
        "The owner is the same program as the one that could not start.",
        ("end-process", "use-other-port"),
        look_alikes=("port-conflict-process",),
        consequence_of=_FILE,
    ),
    _row(
        "port-conflict-container",
        "Another container has the port",
        "A running container has a binding to the port that another asks for.",
        ("stop-conflicting-container", "use-other-port"),
        source=_RUN,
        look_alikes=("port-conflict-process", "container-never-started"),
        consequence_of=_FILE,
    ),
    _row(
        "port-conflict-process",
        "Another process has the port",
        "The listener is a process of this host, and no docker-proxy.",
        ("end-process", "use-other-port"),
        source=_LINUX,
        look_alikes=("port-conflict-container", "container-never-started"),
    ),
    _row(
        "port-shadowed-by-specific-address",
        "A more specific address takes the port's connections",
        "One program listens on all addresses and another on a specific one: that one gets its traffic.",
        ("end-shadowing-process",),
        source=_LINUX,
    ),
    _row(
        "port-shared-reuseport",
        "Two programs share the port",
        "Two listeners of unrelated programs have the same address: the kernel deals connections out.",
        ("end-second-listener",),
        source=_LINUX,
    ),
    _row(
        "port-taken-by-outgoing-connection",
        "An outgoing connection has the port",
        "Nobody listens, and a living connection has the port as its local one.",
        ("end-connection",),
        source="ip-sysctl: ip_local_port_range, ip_local_reserved_ports",
        look_alikes=("port-time-wait", "container-never-started"),
        inspect=Inspection(SOCKETS_OF_PORT, "ESTAB with the port on the left"),
    ),
    _row(
        "port-time-wait",
        "Closed connections keep the port",
        "Nobody listens, and connections of the port are in TIME_WAIT, which lasts 60 s.",
        ("wait-for-port",),
        source="tcp(7); RFC 9293, TIME-WAIT",
        look_alikes=("port-taken-by-outgoing-connection", "service-not-listening"),
        inspect=Inspection(SOCKETS_OF_PORT, "TIME-WAIT with the port on the left"),
    ),
    _row(
        "port-split-by-family",
        "IPv4 and IPv6 of the port belong to different owners",
        "One owner listens on IPv4 alone and another on IPv6 alone.",
        ("end-second-listener",),
        source="ipv6(7), IPV6_V6ONLY",
        severity="warning",
    ),
)
