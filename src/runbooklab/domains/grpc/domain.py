"""gRPC workers, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.container.verbs import VERBS
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.layers import LAYERS
from runbooklab.domains.grpc.probes.table import PROBES
from runbooklab.domains.grpc.signs import TABLE
from runbooklab.domains.grpc.standing import STANDING
from runbooklab.domains.grpc.target import PARAMETERS
from runbooklab.model.drawing import Vocabulary

_HERE = "runbooklab.domains.grpc"
_TARGET = f"{_HERE}.contributions.target"

VOCABULARY = Vocabulary(
    ladder="Way to the worker",
    vantages={"orchestrator-container": "Inside the orchestrator's container"},
    spellings={"grpc": "gRPC", "tls": "TLS", "http2": "HTTP/2", "docker": "Docker", "cpu": "CPU"},
)


def also_judged(e: Evidence) -> tuple[str, ...]:
    """The registry's own rules, if the workers are looked up there and it cannot be read.

    An error text that names a cause of gRPC is what the person asks about, whatever the registry does.
    """
    from runbooklab.domains.grpc.readings.said import pointed_to

    looked_up = not e.target.worker_address and e.workers.value is None
    return ("redis",) if looked_up and pointed_to(e) is None else ()


DOMAIN: Domain[Evidence] = Domain(
    name="grpc",
    title="gRPC workers",
    view=Evidence,
    runbook="grpc-worker-connectivity",
    uses=("redis/probes",),
    parameters=PARAMETERS,
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:CAUSES"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(
        in_error=later(f"{_HERE}.in_error:in_error"),
        ladder=later(f"{_HERE}.contributions.words:ladder"),
        own_words=later(f"{_HERE}.contributions.words:own_words"),
        also_judged=also_judged,
        name_to_confirm=later(f"{_TARGET}:name_to_confirm"),
        pinned=later(f"{_TARGET}:pinned"),
        moments=later(f"{_TARGET}:moments"),
        identity=later(f"{_TARGET}:identity"),
        target_name=later(f"{_TARGET}:target_name"),
        vocabulary=VOCABULARY,
    ),
    signs=TABLE,
    verbs=VERBS,
    lab=f"{_HERE}.lab.faults:LAB",
)
