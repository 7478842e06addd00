"""The name of a run's folder: its start in UTC and the beginning of its id."""

from __future__ import annotations

import re

RUN_NAME = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")


def folder_name(started_at: str, run_id: str) -> str:
    """``20261122T210000Z-1a2b3c4d`` for an ISO time in UTC and a run's id."""
    seconds = started_at.partition(".")[0].rstrip("Z")
    return f"{seconds.replace('-', '').replace(':', '')}Z-{run_id[:8]}"
