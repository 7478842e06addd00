"""The connection ladder arranged for drawing: a row a rung, a column a vantage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbooklab.model import Rung
from runbooklab.report.words import VANTAGE_WORDS, worst


@dataclass(frozen=True)
class LadderRow:
    name: str
    status: str  # the worst of its cells
    cells: tuple[Rung | None, ...]  # one a vantage
    first_failing: bool


@dataclass(frozen=True)
class LadderPicture:
    vantages: tuple[str, ...]
    rows: tuple[LadderRow, ...]

    @property
    def first_failing(self) -> LadderRow | None:
        """The rung where the connection breaks."""
        return next((row for row in self.rows if row.first_failing), None)


def ladder_picture(rungs: Sequence[Rung]) -> LadderPicture:
    """``rungs`` in the order climbed, as a grid. A vantage that saw nothing has no column.

    The first failing rung is the first critical one; where none is critical, the first with a warning.
    """
    vantages = tuple(name for name in VANTAGE_WORDS if any(rung.vantage == name for rung in rungs))
    seen: dict[str, dict[str, Rung]] = {}
    for rung in rungs:
        seen.setdefault(rung.name, {})[rung.vantage] = rung
    statuses = {name: worst(rung.status for rung in by_vantage.values()) for name, by_vantage in seen.items()}
    failing = next((name for bad in ("critical", "warning") for name in seen if statuses[name] == bad), "")
    return LadderPicture(
        vantages,
        tuple(
            LadderRow(
                name, statuses[name], tuple(by_vantage.get(vantage) for vantage in vantages), name == failing
            )
            for name, by_vantage in seen.items()
        ),
    )
