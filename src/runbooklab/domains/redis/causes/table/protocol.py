"""Causes: what answers, and whether it is the Redis that is meant."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.redis.causes import authentication, bind, identity, ports
from runbooklab.domains.redis.causes.table.groups import CLOSED, SILENT, TAKEN
from runbooklab.domains.redis.causes.table.sources import PROC, RESP, SECURITY
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import HOLDER, inside, redis

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="wrong-redis-answering",
        title="Another Redis answers than the one meant",
        layer="protocol",
        judge=identity.wrong_redis_answering,
        distinguishing=(
            "The run id through the URL is not the one inside the container, or that does not run."
        ),
        shown_by="redis-identity",
        inspect=Inspection(redis("INFO", "server"), "another run_id or mode than your Redis has"),
        remedies=("fix-redis-url", "use-other-port", "stop-conflicting-container", "free-port"),
        source="INFO server: run_id",
        consequence_of=TAKEN,
        look_alikes=("workers-none-registered", "auth-required"),
    ),
    Cause(
        id="not-redis-on-port",
        title="Something that is not Redis answers on the port",
        layer="protocol",
        judge=ports.not_redis_on_port,
        distinguishing="The first bytes are not in Redis' protocol.",
        inspect=Inspection(HOLDER, "a process that is not Redis"),
        remedies=("fix-redis-url", "use-other-port", "free-port"),
        source=RESP,
        consequence_of=TAKEN,
        look_alikes=CLOSED,
    ),
    Cause(
        id="silent-listener-on-port",
        title="Something that is not Redis holds the port and says nothing",
        layer="protocol",
        judge=ports.silent_listener_on_port,
        distinguishing="Nothing comes back, and the listener is neither Redis nor docker-proxy.",
        inspect=Inspection(HOLDER, "a process that is not Redis"),
        remedies=("fix-redis-url", "use-other-port", "free-port"),
        source=PROC,
        consequence_of=TAKEN,
        look_alikes=SILENT,
    ),
    Cause(
        id="protected-mode",
        title="Redis is in protected mode and answers its own host only",
        layer="protocol",
        judge=bind.protected_mode,
        distinguishing="The server answers DENIED.",
        shown_by="redis-ping",
        inspect=Inspection(inside("redis-cli", "CONFIG", "GET", "protected-mode"), "yes"),
        remedies=("set-password", "bind-all-interfaces"),
        source=SECURITY,
        consequence_of=("redis-config-not-mounted",),
        look_alikes=CLOSED,
    ),
    Cause(
        id="client-protocol-mismatch",
        title="The client speaks a newer protocol than Redis",
        layer="protocol",
        judge=authentication.client_protocol_mismatch,
        distinguishing="The server does not know HELLO, although its version has it, or the client insists.",
        shown_by="wire-protocol",
        inspect=Inspection(redis("INFO", "server"), "redis_version below 6"),
        remedies=("fix-redis-url",),
        source=RESP,
    ),
)
