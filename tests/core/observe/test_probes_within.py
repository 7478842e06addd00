"""The longest that probes may take where many runbooks are asked at once."""

from __future__ import annotations

from runbooklab.domain.probe import Probe
from runbooklab.observe.collect import within

PROBES = (Probe("usual", str), Probe("short", str, timeout_s=1.0), Probe("long", str, timeout_s=60.0))


def test_no_probe_takes_longer_than_allowed() -> None:
    """A longer time of its own is cut; a shorter one, and the usual one, stay."""
    assert [probe.timeout_s for probe in within(PROBES, 6.0)] == [None, 1.0, 6.0]


def test_without_a_bound_each_row_counts() -> None:
    """A run of one runbook waits as long as its checks say."""
    assert within(PROBES, None) == PROBES
