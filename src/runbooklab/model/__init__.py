"""Records that cross the core: observations, evidence, conclusions. Imports nothing of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.model.conclusions import (
        Diagnosis,
        Finding,
        JudgedCause,
        Judgement,
        NextCause,
        RemedyPlan,
        Rung,
        Table,
        Unseen,
    )
    from runbooklab.model.drawing import Bar, BarPlot, Fact, Measure, Moment, Place, Vocabulary
    from runbooklab.model.error_text import ErrorText
    from runbooklab.model.evidence import Evidence, LedgerEntry, seen
    from runbooklab.model.observation import Key, LogLine, Missing, Observation
    from runbooklab.model.parameter import Parameter, Target
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "conclusions": (
                "Diagnosis",
                "Finding",
                "JudgedCause",
                "Judgement",
                "NextCause",
                "RemedyPlan",
                "Rung",
                "Table",
                "Unseen",
            ),
            "drawing": ("Bar", "BarPlot", "Fact", "Measure", "Moment", "Place", "Vocabulary"),
            "error_text": ("ErrorText",),
            "evidence": ("Evidence", "LedgerEntry", "seen"),
            "observation": ("Key", "LogLine", "Missing", "Observation"),
            "parameter": ("Parameter", "Target"),
        },
    )

__all__ = [
    "Bar",
    "BarPlot",
    "Diagnosis",
    "ErrorText",
    "Evidence",
    "Fact",
    "Finding",
    "JudgedCause",
    "Judgement",
    "Key",
    "LedgerEntry",
    "LogLine",
    "Measure",
    "Missing",
    "Moment",
    "NextCause",
    "Observation",
    "Parameter",
    "Place",
    "RemedyPlan",
    "Rung",
    "Table",
    "Target",
    "Unseen",
    "Vocabulary",
    "seen",
]
