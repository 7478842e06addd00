"""What a layer is: a part of the path to the target that can fail; the ladder has a rung for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from runbooklab.domain.tuples import check_tuples
from runbooklab.model.conclusions import Finding, Rung, rank
from runbooklab.model.evidence import Evidence


class Layer(Struct, frozen=True):
    """One row. The table is in the order in which a client passes the layers, and in which they are fixed."""

    name: str
    word: str  # what the ladder calls it: "TCP connection"
    heading: str  # the heading of its causes in the catalogue's page
    plain: str  # what its failure means, for a reader who does not know the target
    #: Ids of the checks behind its rung as seen from this host: the rung's status is the worst of them.
    checks: tuple[str, ...] = ()
    is_rung: bool = True  # whether the ladder has a rung for it
    #: Whether it is what we observe through, not what we observe: its causes explain only missing evidence.
    explains_missing: bool = False

    def __post_init__(self) -> None:
        check_tuples(self)


def ladder_of(layers: Sequence[Layer]) -> Callable[[Evidence, Mapping[str, Finding]], tuple[Rung, ...]]:
    """A ladder with a rung for each layer, as its worst check says; below a failing one they are skipped."""

    def ladder(evidence: Evidence, findings: Mapping[str, Finding]) -> tuple[Rung, ...]:
        return tuple(_rungs(layers, findings))

    return ladder


def _rungs(layers: Sequence[Layer], findings: Mapping[str, Finding]) -> Iterator[Rung]:
    failed = ""
    for layer in layers:
        seen = [findings[check] for check in layer.checks if check in findings]
        if not layer.is_rung or not seen:
            continue
        worst = min(seen, key=lambda finding: rank(finding.status))
        if failed:
            yield Rung(layer.name, "host", "skipped", f"Not reached: the way ends at {failed}.")
            continue
        yield Rung(layer.name, worst.vantage, worst.status, worst.summary)
        failed = layer.word if worst.status == "critical" else ""
