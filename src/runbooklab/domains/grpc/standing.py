"""What a verdict on workers rests on, and the sentence of healthy ones."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domain.verdict import Ground, Standing, always
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings.worker import Worker, workers
from runbooklab.model.conclusions import Finding
from runbooklab.words import listed, milliseconds, plural


def _no_tls(e: Evidence) -> bool:
    return e.workers.value is not None and not e.workers.value.settings.tls


def _named(e: Evidence) -> bool:
    return bool(e.target.worker_container)


#: docs/verdict.md shows it.
GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground(
        "worker-orchestrator",
        "the orchestrator's container runs",
        lambda e: bool(e.target.orchestrator_container),
        "if `orchestrator_container` is named",
    ),
    Ground("grpc-workers", "it is known which workers to call"),
    Ground("worker-container", "the worker's container runs", _named, "if `worker_container` is named"),
    Ground(
        "worker-name",
        "the worker's name leads somewhere",
        may_be_skipped=always,
        skipped_when="if it is an address",
    ),
    Ground("worker-proxy", "gRPC goes there itself, or by a proxy that lets it through"),
    Ground("worker-port", "the port takes connections"),
    Ground("worker-answer", "HTTP/2 or TLS answers, as it is called"),
    Ground("worker-tls", "TLS is agreed and trusted", may_be_skipped=_no_tls, skipped_when="if it is off"),
    Ground("worker-http2", "HTTP/2 settings have come"),
    Ground("worker-authentication", "the caller is accepted"),
    Ground(
        "worker-service",
        "the service is offered",
        may_be_skipped=always,
        skipped_when="if none is named, or nobody can be asked",
    ),
    Ground("worker-identity", "one kind of server answers"),
    Ground("worker-health", "it says that it serves, or has no Health service to ask"),
    Ground("worker-capacity", "calls are answered"),
)


def healthy_summary(e: Evidence) -> str:
    """How many workers answer, where, and how soon."""
    found = workers(e)
    if not found:
        return "The workers answer."
    named = [each.end.address for each in found]
    answer = "answers" if len(named) == 1 else "answer"
    tls = " over TLS" if found[0].settings.tls else ""
    client = found[0].client
    service = f" and offers {found[0].settings.service}" if len(found) == 1 and _offers(found[0]) else ""
    return (
        f"{plural(len(named), 'worker')} {answer}{tls} {client}: {listed(named, 3)}{_how(found[0])}{service}."
    )


def _how(w: Worker) -> str:
    call = w.call("health")
    if call is None or call.code != "OK":
        return ", which speaks gRPC"
    return f" ({call.serving} after {milliseconds(call.ms)})"


def _offers(w: Worker) -> bool:
    asked, wanted = w.call("health-service"), w.settings.service
    return bool(wanted) and (wanted in w.services or (asked is not None and asked.code == "OK"))


def not_called(e: Evidence, findings: Sequence[Finding]) -> list[str]:
    """The workers that are registered and were not called, in a sentence."""
    seen = e.workers.value
    return (
        [f"{plural(seen.left_out, 'more worker')} not called."] if seen is not None and seen.left_out else []
    )


STANDING: Standing[Evidence] = Standing(
    claim="the workers can be called",
    grounds=GROUNDS,
    healthy=healthy_summary,
    also_unseen=not_called,
    validation=("worker-container", "worker-port", "worker-answer", "worker-health"),
)
