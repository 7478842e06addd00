"""Variants of a Redis that is a process of this host, or of another machine: see ``cause_samples``."""

from __future__ import annotations

from collections.abc import Callable

from evidence_samples import NOT_HERE, address, attempt, change, no_talk, refused, retarget
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.observe.docker.records import ContainerLook
from runbooklab.observe.host.records import HostListeners, Listener
from situations import silent

REMOTE = "203.0.113.9"


def _without_container(evidence: Evidence) -> Evidence:
    hidden = dict.fromkeys(("process", "inside", "bridge_tcp", "logs", "events"), NOT_HERE)
    return retarget(change(evidence, container=ContainerLook(""), **hidden), redis_container="")


def nothing_listens() -> Evidence:
    return _without_container(refused())


def refused_elsewhere() -> Evidence:
    return _without_container(
        refused(
            address=address(f"redis://{REMOTE}:6379", host=REMOTE),
            name=NameResolution(REMOTE, "literal", (REMOTE,)),
            tcp=(attempt("refused", REMOTE),),
            redis=no_talk(),
            listeners=NOT_HERE,
        )
    )


def socket_left_behind() -> Evidence:
    path = "/run/redis/redis.sock"
    return _without_container(
        refused(
            address=address(f"unix://{path}", scheme="unix", host="", socket_path=path),
            name=NameResolution("", "not-applicable"),
            tcp=(attempt("refused", path, 0),),
            listeners=NOT_HERE,
        )
    )


def silent_server(state: str) -> Evidence:
    server = Listener("127.0.0.1", 6379, pid=812, process="redis-server", state=state)
    return _without_container(silent(listeners=HostListeners(6379, (server,))))


HOST: dict[str, Callable[[], Evidence]] = {
    "redis-not-running": nothing_listens,
    "redis-not-running/another-machine": refused_elsewhere,
    "redis-not-running/socket-left-behind": socket_left_behind,
    "redis-frozen/host": lambda: silent_server("T"),
    "clients-paused/host": lambda: silent_server("S"),
}
