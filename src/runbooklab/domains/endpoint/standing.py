"""What a verdict on a port rests on, and the sentence of a healthy one."""

from __future__ import annotations

from runbooklab.domain.verdict import Ground, Standing
from runbooklab.domains.address.readings.address import place, url_port
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import in_docker_only
from runbooklab.words import milliseconds

_IN_DOCKER = "if the URL is one for clients in Docker"

#: docs/verdict.md shows it.
GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("redis-url", "the URL names a port"),
    Ground("port-published", "the container asks for the port, and has it", may_be_skipped=in_docker_only,
           skipped_when=_IN_DOCKER),
    Ground("port-owner", "nobody else has it", may_be_skipped=in_docker_only, skipped_when=_IN_DOCKER),
    Ground("port-reachable", "it takes connections"),
)  # fmt: skip


def healthy_summary(e: Evidence) -> str:
    """Whose port it is, and how soon it takes a connection."""
    name = container_name(e)
    if in_docker_only(e):
        return f"Container {name} takes connections at {place(e)}, inside Docker."
    times = [attempt.ms for attempt in e.tcp.value or () if attempt.outcome == "connected"]
    soon = f" in {milliseconds(min(times))}" if times else ""
    return f"Port {url_port(e)} of this host belongs to container {name} and takes connections{soon}."


STANDING: Standing[Evidence] = Standing(
    claim="the port belongs to its container",
    grounds=GROUNDS,
    healthy=healthy_summary,
    validation=("port-published", "port-owner", "port-reachable"),
)
