"""What the error text alone points to: all there is to go by if no worker is known."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import Cause, Ruling, Supported
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings.said import pointed_to
from runbooklab.domains.grpc.readings.worker import workers
from runbooklab.domains.grpc.thresholds import NAMED_BY_TEXT_CONFIDENCE, SHARED_BY_TEXT_CONFIDENCE


def by_text_too(row: Cause[Evidence]) -> Cause[Evidence]:
    """The row, judged by the error text if there is no worker whose state could tell."""

    def judge(e: Evidence) -> Ruling:
        ruling = row.judge(e)
        if isinstance(ruling, Supported) or workers(e):
            return ruling
        found = pointed_to(e)
        if found is None or found.cause != row.id:
            return ruling
        return Supported(
            f"The error text says: {found.line.rstrip('.')}. No worker was called.",
            ("worker-limits",),
            SHARED_BY_TEXT_CONFIDENCE if found.is_shared else NAMED_BY_TEXT_CONFIDENCE,
            f"{row.title}, by the error text alone: no worker was called.",
            severity="warning",
        )

    return replace(row, judge=judge)
