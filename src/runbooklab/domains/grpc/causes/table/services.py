"""Authentication, service and health, one row a cause."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.grpc.causes import services
from runbooklab.domains.grpc.causes.preconditions import of_workers, walked
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.inspections import ASK_HEALTH, LIST_SERVICES, LISTENERS, LOG

_HEALTH = "gRPC: doc/health-checking.md"
_REFLECTION = "gRPC: doc/server-reflection.md"
_STATUS = "gRPC: Status codes and their use"
#: With two servers on one port, what one of them is not is the other's.
_TWO_SERVERS = ("port-shared-reuseport",)

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="worker-auth-required",
        title="The worker wants a token, and none is given",
        layer="authentication",
        judge=of_workers(walked(services.auth(given=False))),
        distinguishing="UNAUTHENTICATED, also for a method that does not exist; no token is given.",
        remedies=("set-token",),
        source=_STATUS,
        shown_by="worker-authentication",
        inspect=ASK_HEALTH,
        look_alikes=("worker-auth-wrong",),
    ),
    Cause(
        id="worker-auth-wrong",
        title="The worker does not accept the token",
        layer="authentication",
        judge=of_workers(walked(services.auth(given=True))),
        distinguishing="UNAUTHENTICATED or PERMISSION_DENIED, with a token.",
        remedies=("set-token",),
        source=_STATUS,
        shown_by="worker-authentication",
        inspect=ASK_HEALTH,
        look_alikes=("worker-auth-required",),
    ),
    Cause(
        id="port-shared-reuseport",
        title="Two servers share the worker's port",
        layer="service",
        judge=of_workers(walked(services.shared_port)),
        distinguishing="Unrelated processes listen on one port, or new connections meet different servers.",
        remedies=("end-second-server",),
        source="socket(7): SO_REUSEPORT; gRPC core: GRPC_ARG_ALLOW_REUSEPORT",
        shown_by="worker-identity",
        inspect=LISTENERS,
        look_alikes=("service-mismatch", "wrong-worker-answering"),
    ),
    Cause(
        id="wrong-worker-answering",
        title="Another worker answers at the address",
        layer="service",
        judge=of_workers(walked(services.wrong_worker)),
        distinguishing="It offers other services, or is not the container that was named.",
        remedies=("fix-worker-address",),
        source=_REFLECTION,
        shown_by="worker-identity",
        inspect=LIST_SERVICES,
        consequence_of=_TWO_SERVERS,
        look_alikes=("service-mismatch", "port-shared-reuseport"),
    ),
    Cause(
        id="service-mismatch",
        title="The worker offers another version of the service",
        layer="service",
        judge=of_workers(walked(services.service_mismatch)),
        distinguishing=(
            "Health does not know the service, and reflection lists its kin: another package or version."
        ),
        remedies=("deploy-same-protos",),
        source=_REFLECTION,
        shown_by="worker-service",
        inspect=LIST_SERVICES,
        consequence_of=_TWO_SERVERS,
        look_alikes=("wrong-worker-answering", "health-service-missing"),
    ),
    Cause(
        id="worker-not-serving",
        title="The worker says that it does not serve",
        layer="health",
        judge=of_workers(walked(services.not_serving)),
        distinguishing="Health answers NOT_SERVING.",
        remedies=("read-worker-log",),
        source=_HEALTH,
        shown_by="worker-health",
        inspect=LOG,
        look_alikes=("worker-overloaded",),
    ),
    Cause(
        id="health-service-missing",
        title="The worker has no Health service",
        layer="health",
        judge=of_workers(walked(services.health_missing)),
        distinguishing="Health is UNIMPLEMENTED, and reflection lists services without it.",
        remedies=("add-health-service",),
        source=_HEALTH,
        severity="warning",
        shown_by="worker-health",
        inspect=LIST_SERVICES,
        look_alikes=("service-mismatch",),
    ),
)
