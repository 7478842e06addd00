"""Causes on the way to Redis that another runbook goes deeper into, and what that one is given."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domain.cause import Cause, Ruling, Supported
from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.redis.evidence import Evidence


class Deeper(Struct, frozen=True):
    """A runbook, and its parameters for a target."""

    runbook: str
    parameters: Callable[[Evidence], dict[str, str]]


def _container(e: Evidence) -> dict[str, str]:
    return {"container": container_name(e)} if container_name(e) else {}


def _ports(e: Evidence) -> dict[str, str]:
    owner = container_name(e)
    return {"ports": f"{url_port(e)}:{owner}" if owner else str(url_port(e))}


def _workers(e: Evidence) -> dict[str, str]:
    keys = e.registrations.value.keys if e.registrations.value is not None else ()
    places = [key.address for key in keys if key.address and key.address_answers is False]
    return {"worker_address": ",".join(dict.fromkeys(places))} if places else {}


DOCKER = Deeper("docker-setup", _container)
PORTS = Deeper("port-conflicts", _ports)

#: Cause -> the runbook.
_DEEPER: dict[str, Deeper] = {
    **dict.fromkeys(
        (
            "docker-permission-denied", "docker-unreachable", "docker-unresponsive", "docker-api-version",
            "docker-endpoint-unusable", "docker-context-missing", "network-missing", "dns-broken",
            "start-command-not-found",
        ),
        DOCKER,
    ),
    **dict.fromkeys(
        (
            "port-conflict-process", "port-conflict-container", "stale-docker-proxy",
            "port-published-elsewhere", "port-published-other-address", "port-published-udp",
            "published-address-unavailable",
        ),
        PORTS,
    ),
    "worker-address-unreachable": Deeper("grpc-worker-connectivity", _workers),
}  # fmt: skip


def with_runbook(row: Cause[Evidence]) -> Cause[Evidence]:
    """``row`` with the runbook that goes deeper into it, if there is one."""
    deeper = _DEEPER.get(row.id)
    if deeper is None:
        return row
    judge = row.judge

    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        ruling = judge(e)
        return replace(ruling, parameters=deeper.parameters(e)) if isinstance(ruling, Supported) else ruling

    return replace(row, runbook=deeper.runbook, judge=judged)
