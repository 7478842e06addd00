"""The remedies of a port, one row each."""

from __future__ import annotations

from runbooklab.domain.remedy import Remedy, RemedyRows
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.names import refused
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.remedies import plans
from runbooklab.domains.endpoint.remedies.address import fix_redis_url
from runbooklab.domains.endpoint.remedies.names import named
from runbooklab.domains.endpoint.remedies.place import Place


def _finished(steps: Steps, e: Evidence) -> Steps:
    return refused(steps, e, named(e))


_remedy = RemedyRows(Place, _finished).row

REMEDIES: tuple[Remedy[Evidence], ...] = (
    _remedy("free-port", "End the process that has the port", plans.free_port, fits=plans.held_by_process),
    _remedy(
        "stop-conflicting-container",
        "Stop the container that has the port",
        plans.stop_conflicting_container,
        fits=plans.held_by_container,
    ),
    _remedy(
        "use-other-port",
        "Move the container to another port of this host",
        plans.use_other_port,
        fits=plans.port_may_be_held,
    ),
    _remedy("fix-redis-url", "Correct the URL", fix_redis_url),
    _remedy("publish-port", "Publish the container's port to this host", plans.publish_port),
    _remedy("end-docker-proxy", "End the left-over docker-proxy", plans.end_docker_proxy),
)
