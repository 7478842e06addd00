"""This target's worker as commands need it: everything has a usable value, observed or by default."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domains.container.remedies.site import Site as ContainerSite
from runbooklab.domains.container.remedies.site import again, given
from runbooklab.domains.grpc import inspections
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings.as_container import Seen, as_container
from runbooklab.domains.grpc.readings.worker import Worker, workers
from runbooklab.domains.grpc.records import Endpoint, Settings
from runbooklab.observe.docker.records import Container, ContainerLook

RUN = "runbook run grpc-worker-connectivity"
#: Parameters that say what is called, and how.
PLACES = (
    "worker_address",
    "worker_container",
    "worker_service",
    "worker_tls",
    "worker_ca",
    "worker_client_cert",
    "worker_client_key",
    "worker_server_name",
    "orchestrator_container",
    "redis_url",
    "keepalive_s",
    "rpc_deadline_s",
)


class Site(Struct, frozen=True, dict=True):
    """The worker that does not answer, else the first one."""

    e: Evidence

    @cached_property
    def worker(self) -> Worker:
        return inspections.first(self.e) or next(
            iter(workers(self.e)), Worker(self.e, Endpoint("localhost:50051", "localhost", 50051))
        )

    @property
    def address(self) -> str:
        return self.worker.end.address

    @property
    def port(self) -> int:
        return self.worker.end.port

    @property
    def settings(self) -> Settings:
        return self.worker.settings

    @property
    def found(self) -> Container | None:
        return self.worker.container

    @property
    def name(self) -> str:
        """The worker's container, or the name that it is given."""
        return (
            self.found.name
            if self.found is not None
            else (self.e.target.worker_container or inspections.EXAMPLE_CONTAINER)
        )

    @cached_property
    def seen(self) -> Seen | None:
        return as_container(self.worker)

    @property
    def container_site(self) -> ContainerSite:
        """The same as the plans of any container take it."""
        if self.seen is not None:
            return ContainerSite(self.seen.e)
        target = ContainerSite(self.e).e.target.having(redis_container=self.name)
        return ContainerSite(replace(self.e, target=type(self.e.target).of(target)))

    @property
    def look(self) -> ContainerLook | None:
        return self.seen.e.container.value if self.seen is not None else None

    @property
    def log(self) -> str:
        return inspections.log(self.e)

    def again(self, **changed: str) -> str:
        """The run again, with other values of some parameters."""
        parameters = given(self.e.target, PLACES) | {name: (value, None) for name, value in changed.items()}
        command = again(RUN, parameters)
        return f'{command} -p worker_token "env:WORKER_TOKEN"' if self.settings.has_token else command
