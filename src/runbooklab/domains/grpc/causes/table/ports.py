"""The port and the connection to it, one row a cause."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.grpc.causes import listening
from runbooklab.domains.grpc.causes.preconditions import JudgeOfWorker, of_workers, walked
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.inspections import CONNECT, INSIDE, LISTENERS, PUBLISHED

_RUN = "Docker CLI reference: docker container run (publishing ports)"
_TCP = "tcp(7); proc(5): /proc/net/tcp"
#: What keeps a worker from running: nothing listens then.
_NOT_RUNNING = (
    "container-missing",
    "container-never-started",
    "container-stopped",
    "container-oom-killed",
    "container-killed",
    "container-crash-looping",
    "worker-start-failed",
    "advertised-address-unroutable",
    "address-stale",
)


def _row(
    id_: str,
    title: str,
    judge: JudgeOfWorker,
    seen: str,
    inspect: Inspection[Evidence],
    *remedies: str,
    alike: tuple[str, ...],
    source: str = _TCP,
    of: tuple[str, ...] = (),
    runbook: str = "",
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="tcp",
        judge=of_workers(walked(judge)),
        distinguishing=seen,
        remedies=remedies,
        source=source,
        shown_by="worker-port",
        inspect=inspect,
        look_alikes=alike,
        consequence_of=of,
        runbook=runbook,
    )


ROWS: tuple[Cause[Evidence], ...] = (
    _row(
        "port-not-published",
        "The worker's port is not published to this host",
        listening.not_published,
        "The container runs and listens inside, and no binding leads to it.",
        PUBLISHED,
        "publish-port",
        alike=("worker-not-listening", "worker-port-mismatch"),
        source=_RUN,
        runbook="port-conflicts",
    ),
    _row(
        "worker-port-mismatch",
        "The worker listens on another port",
        listening.port_mismatch,
        "Inside, something listens on another port than the one that the address leads to.",
        INSIDE,
        "fix-worker-port",
        alike=("bind-loopback-only", "plain-to-tls-port"),
        source=_RUN,
    ),
    _row(
        "bind-loopback-only",
        "The worker listens on its own loopback address only",
        listening.bind_loopback_only,
        "The port is listened on at 127.0.0.1 or ::1 alone (also written ::ffff:127.0.0.1).",
        INSIDE,
        "bind-all-addresses",
        alike=("worker-port-mismatch", "plain-to-tls-port"),
    ),
    _row(
        "address-family-mismatch",
        "The worker listens on the other family of addresses",
        listening.family_mismatch,
        "IPv4 is called and IPv6 alone is listened on, or the reverse.",
        LISTENERS,
        "listen-on-both-families",
        alike=("worker-not-listening", "bind-loopback-only"),
        source="ipv6(7): IPV6_V6ONLY",
    ),
    _row(
        "firewall-drop",
        "A firewall drops packets to the worker",
        listening.firewall_drop,
        "TCP times out while a listener is there.",
        CONNECT,
        "remove-firewall-rule",
        alike=("address-stale", "worker-frozen"),
        source="iptables-extensions(8)",
    ),
    _row(
        "firewall-reject",
        "A firewall rejects connections to the worker",
        listening.firewall_reject,
        "The connection is rejected (errno 113 or 111) while a listener is there.",
        CONNECT,
        "remove-firewall-rule",
        alike=("worker-not-listening", "address-stale"),
        source="iptables-extensions(8): REJECT",
    ),
    _row(
        "worker-not-listening",
        "No worker listens at the address",
        listening.not_listening,
        "The port is refused, and nothing listens on it.",
        LISTENERS,
        "start-worker",
        alike=("port-not-published", "firewall-reject", "container-stopped"),
        of=_NOT_RUNNING,
    ),
)
