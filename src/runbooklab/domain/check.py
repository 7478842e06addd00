"""What a check is: a pure function from evidence to a judgement, and the table row that names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runbooklab.model.conclusions import Judgement
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Vantage


@dataclass(frozen=True)
class Check:
    id: str
    title: str
    judge: Callable[[Evidence], Judgement]
    #: Names of the probes it rests on: what a second run of its cell probes again, and what it waits for.
    needs: tuple[str, ...]
    vantage: Vantage = "host"
