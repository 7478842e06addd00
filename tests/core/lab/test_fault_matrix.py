"""The fault matrix shows what drills have shown, misses and false alarms too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from runbooklab.domain.rules import Rules
from runbooklab.domains.redis.domain import DOMAIN
from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.drill import Result
from runbooklab.lab.lab import Lab
from runbooklab.lab.matrix import page
from runbooklab.lab.registry import cases
from runbooklab.lab.remediate import Remediation, Step

GOLDEN = Path(__file__).parents[2] / "golden" / "fault-matrix.md"
PUBLISHED = Path(__file__).parents[3] / "docs" / "fault-matrix.md"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

STARTED = Remediation("ok", (Step("container-stopped", "start-container", "applied"),))
BY_HAND = Remediation(
    "critical", left=("auth-required",), remedy="set-credentials", by_hand="a person types it"
)
NO_HELP = Remediation("critical", failed="unpause-container (applied) did not help: Redis is paused.")


def drilled(case: str, *named: str, verdict: str = "critical", **fields: Any) -> Result:
    """A drill that named these causes, the primary one first."""
    expected = "" if case.startswith("healthy/") else case.partition("/")[0]
    return Result(case, expected, verdict=verdict, supported=named, diagnosed_in_s=0.2, **fields)


RESULTS = [
    drilled("container-stopped", "container-stopped", remediation=STARTED),
    drilled("container-paused", "container-paused", remediation=NO_HELP),
    drilled("auth-required", "auth-required", remediation=BY_HAND),
    drilled("container-killed", "container-stopped", "container-killed"),
    drilled("loading", verdict="unknown"),
    drilled("tls-expired", skipped="needs openssl"),
    drilled("redis-crashed", failed="NotReady: it did not come up"),
    drilled("url-malformed/and-container-stopped", "url-malformed", also=("container-stopped",)),
    drilled("healthy/plain", verdict="ok"),
    drilled("healthy/tls", "tls-expired", verdict="warning"),
]


def small_lab(title: str = "Redis") -> Lab[RedisTestbed]:
    """The lab with the causes that these drills are about, and no others."""
    causes = tuple(
        cause for cause in LAB.rules.causes.values() if cause.id in {row.expected for row in RESULTS}
    )
    domain = replace(DOMAIN, causes=causes)

    class Small(Lab[RedisTestbed]):
        rules = Rules((domain,), (domain,))

    return Small(**{name: getattr(LAB, name) for name in LAB.__struct_fields__} | {"title": title})


def test_every_cause_can_be_brought_about() -> None:
    """Each row of the catalogue has a drill."""
    assert {cause.id for cause in LAB.rules.causes.values()} == {fault.cause for fault in LAB.faults}


def test_causes_brought_about_together_are_of_the_catalogue() -> None:
    """What a fault brings about besides is a cause too, and not the same one."""
    known = {cause.id for cause in LAB.rules.causes.values()}
    for fault in LAB.faults:
        assert set(fault.also) <= known - {fault.cause}


def test_page_says_what_was_missed_and_what_was_a_false_alarm() -> None:
    """Hits, misses, drills that could not be carried out and false alarms each show as what they are."""
    text = page([(small_lab(), RESULTS)], AT, "runbooklab 0.1.0, Redis 7.0.15")
    assert text == GOLDEN.read_text()


def test_page_of_several_labs_has_a_heading_for_each() -> None:
    """With more than one lab, each has its own part below its title."""
    text = page([(small_lab(), RESULTS), (small_lab("Another"), RESULTS[:1])], AT, "runbooklab 0.1.0")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    parts = ["### Fault by fault", "### Look-alikes", "### Healthy, but odd"]
    together = [parts[0], "### Two causes at once", *parts[1:]]
    assert headings == ["# Fault matrix", "## Redis", *together, "## Another", *parts]


def test_published_matrix_has_every_case() -> None:
    """docs/fault-matrix.md shows all faults and healthy targets of the lab's tables, and no others."""
    rows = [line.split("`")[1] for line in PUBLISHED.read_text().splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(case.id for _, case in cases().values())


def test_published_matrix_has_no_miss() -> None:
    """What was published had every injected fault named first, and no false alarm."""
    numbers = dict(
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PUBLISHED.read_text().splitlines()
        if line.startswith("| ") and line.count("|") == 3
    )
    assert numbers["named first"] == numbers["faults injected"]
    assert numbers["missed, or named after another"] == "0"
    assert numbers["false alarms"] == "0"
