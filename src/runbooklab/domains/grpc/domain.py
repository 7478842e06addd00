"""gRPC workers, as one value: their registrations in Redis, judged by whether they can be called."""

from __future__ import annotations

from runbooklab.domain.domain import Domain
from runbooklab.domains.grpc.standing import STANDING
from runbooklab.domains.redis.evidence import Evidence

DOMAIN: Domain[Evidence] = Domain(
    name="grpc",
    title="gRPC workers",
    view=Evidence,
    runbook="grpc-worker-connectivity",
    uses=("redis",),
    standing=STANDING,
)
