"""Capacity, limits and what only a text shows, one row a cause."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.grpc.causes import capacity
from runbooklab.domains.grpc.causes.preconditions import of_first, of_workers, walked
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.inspections import ASK_HEALTH, CPU, LOG

_PYTHON = "grpcio: grpc.server(thread_pool, maximum_concurrent_rpcs)"
_CORE = "gRPC core: grpc/impl/channel_arg_names.h"
_TEXT_ROWS = (
    (
        "metadata-too-large",
        "The metadata of a call is too large",
        "The metadata of a call is larger than the limit",
        "The text says that the metadata's size exceeds the limit.",
        "shrink-metadata",
    ),
    (
        "proto-mismatch",
        "The two sides have different message definitions",
        "One side cannot parse the other's messages: their protos differ",
        "The text says that a request or a response does not deserialize.",
        "deploy-same-protos",
    ),
    (
        "channel-after-fork",
        "The orchestrator forks after it has made a channel",
        "The orchestrator uses a channel in a process that was forked after it was made",
        "The text speaks of a fork while gRPC is at work.",
        "make-channel-after-fork",
    ),
)

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="concurrency-limit-reached",
        title="The worker has as many calls as it allows",
        layer="capacity",
        judge=of_workers(walked(capacity.concurrency_limit)),
        distinguishing="RESOURCE_EXHAUSTED at once: Concurrent RPC limit exceeded.",
        remedies=("raise-concurrency",),
        source=_PYTHON,
        shown_by="worker-capacity",
        inspect=ASK_HEALTH,
        look_alikes=("worker-overloaded", "message-too-large"),
    ),
    Cause(
        id="worker-overloaded",
        title="All threads of the worker are taken",
        layer="capacity",
        judge=of_workers(walked(capacity.overloaded)),
        distinguishing="SETTINGS and PING are answered, a method that cannot exist too, and Health is not.",
        remedies=("add-threads", "restart-worker"),
        source=_PYTHON,
        shown_by="worker-capacity",
        inspect=ASK_HEALTH,
        look_alikes=("worker-frozen", "cpu-throttled", "concurrency-limit-reached"),
    ),
    Cause(
        id="cpu-throttled",
        title="The worker's container has too little processor time",
        layer="capacity",
        judge=of_workers(walked(capacity.throttled)),
        distinguishing="nr_throttled rises, and even the first frame comes late.",
        remedies=("raise-cpu-limit",),
        source="Linux: Documentation/scheduler/sched-bwc.rst, cpu.stat",
        severity="warning",
        shown_by="worker-capacity",
        inspect=CPU,
        look_alikes=("worker-overloaded", "worker-frozen"),
    ),
    Cause(
        id="stream-limit-low",
        title="The worker allows few calls at once on a connection",
        layer="capacity",
        judge=of_workers(walked(capacity.stream_limit)),
        distinguishing="MAX_CONCURRENT_STREAMS is small, and a connection of one's own answers at once.",
        remedies=("raise-stream-limit",),
        source="RFC 9113, 6.5.2; gRPC core: GRPC_ARG_MAX_CONCURRENT_STREAMS",
        severity="warning",
        shown_by="worker-capacity",
        inspect=ASK_HEALTH,
        look_alikes=("worker-overloaded",),
    ),
    Cause(
        id="message-too-large",
        title="A message is larger than one side takes",
        layer="capacity",
        judge=of_first(capacity.message_too_large),
        distinguishing="The text: Received message larger than max; its prefix says whose limit.",
        remedies=("raise-message-limit",),
        source=f"{_CORE}, GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH",
        shown_by="worker-limits",
        inspect=LOG,
        look_alikes=("concurrency-limit-reached", "metadata-too-large"),
    ),
    Cause(
        id="keepalive-too-many-pings",
        title="The orchestrator pings more often than the worker allows",
        layer="capacity",
        judge=of_workers(capacity.keepalive),
        distinguishing=(
            "The text or a GOAWAY says: too many pings; the client's keepalive is below the server's."
        ),
        remedies=("ping-less-often",),
        source="gRPC: doc/keepalive.md",
        shown_by="worker-limits",
        inspect=LOG,
        look_alikes=("connection-age-goaway",),
    ),
    *(
        Cause(
            id=id_,
            title=title,
            layer="capacity",
            judge=of_first(capacity.by_text(id_, sentence)),
            distinguishing=seen,
            remedies=(remedy,),
            source=_CORE,
            shown_by="worker-limits",
            inspect=LOG,
        )
        for id_, title, sentence, seen, remedy in _TEXT_ROWS
    ),
    Cause(
        id="deadline-too-short",
        title="The deadline is too short for some calls",
        layer="capacity",
        judge=of_workers(walked(capacity.deadline_too_short)),
        distinguishing="Health is quick, and the log has calls that take longer than the deadline.",
        remedies=("raise-deadline",),
        source="gRPC: Deadlines",
        shown_by="worker-limits",
        inspect=LOG,
        look_alikes=("worker-overloaded",),
    ),
    Cause(
        id="connection-age-goaway",
        title="The worker ends connections that have grown old",
        layer="capacity",
        judge=of_first(
            capacity.by_text("connection-age-goaway", "The worker ends connections at a certain age")
        ),
        distinguishing="The text speaks of max_age, or a GOAWAY without an error.",
        remedies=("retry-unavailable",),
        source=f"{_CORE}, GRPC_ARG_MAX_CONNECTION_AGE_MS",
        severity="warning",
        shown_by="worker-limits",
        inspect=LOG,
        look_alikes=("keepalive-too-many-pings",),
    ),
)
