"""gRPC workers, as one value: for now what Redis knows of their registrations."""

from __future__ import annotations

from runbooklab.domain.domain import Domain
from runbooklab.domains.redis.evidence import Evidence

DOMAIN: Domain[Evidence] = Domain(name="grpc", title="gRPC workers", view=Evidence, uses=("redis",))
