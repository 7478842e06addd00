"""The connection ladder arranged for drawing: one row per rung, one column per vantage."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from runbooklab.model.conclusions import Rung, worst


class LadderCell(Struct, frozen=True):
    """One rung from one vantage; ``rail`` says how the ladder's rail runs past it."""

    rung: Rung | None
    rail: str  # "first", "last", "only", "through", or "" if this vantage has no rung here or beyond
    state: str  # of the rail: "sound" to the last rung that is well, "broken" from a failure on, "unsure"


class LadderRow(Struct, frozen=True):
    name: str
    status: str  # the worst of its cells
    cells: tuple[LadderCell, ...]  # one a vantage
    first_failing: bool

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The rungs there are in this row."""
        return tuple(cell.rung for cell in self.cells if cell.rung)


class LadderPicture(Struct, frozen=True):
    vantages: tuple[str, ...]
    rows: tuple[LadderRow, ...]

    @property
    def first_failing(self) -> LadderRow | None:
        """The rung at which the connection breaks."""
        return next((row for row in self.rows if row.first_failing), None)


def ladder_picture(rungs: Sequence[Rung]) -> LadderPicture:
    """``rungs`` in the order climbed, as a grid. A vantage that saw nothing has no column.

    The first failing rung is the first critical one; if none is critical, the first with a warning.
    """
    vantages = tuple(dict.fromkeys(rung.vantage for rung in rungs))
    seen: dict[str, dict[str, Rung]] = {}
    for rung in rungs:
        seen.setdefault(rung.name, {})[rung.vantage] = rung
    columns = [_column([by_vantage.get(vantage) for by_vantage in seen.values()]) for vantage in vantages]
    statuses = {name: worst(rung.status for rung in by_vantage.values()) for name, by_vantage in seen.items()}
    failing = next((name for bad in ("critical", "warning") for name in seen if statuses[name] == bad), "")
    return LadderPicture(
        vantages,
        tuple(
            LadderRow(name, statuses[name], tuple(column[row] for column in columns), name == failing)
            for row, name in enumerate(seen)
        ),
    )


def _column(rungs: Sequence[Rung | None]) -> list[LadderCell]:
    """The cells of one vantage, top down."""
    filled = [index for index, rung in enumerate(rungs) if rung]
    broken_at = next(
        (index for index, rung in enumerate(rungs) if rung and rung.status == "critical"), len(rungs)
    )
    sound_to = max((index for index, rung in enumerate(rungs) if rung and rung.status in _SOUND), default=-1)
    return [
        LadderCell(
            rung,
            _rail(index, filled[0], filled[-1]),
            "broken" if index >= broken_at else "sound" if index <= sound_to else "unsure",
        )
        for index, rung in enumerate(rungs)
    ]


_SOUND = ("ok", "warning")


def _rail(index: int, first: int, last: int) -> str:
    if not first <= index <= last:
        return ""
    ends = (index == first, index == last)
    return {(True, True): "only", (True, False): "first", (False, True): "last"}.get(ends, "through")
