"""The conformance suite: our own domains pass it, and each kind of mistake is named where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from broken_domains import BROKEN, FULL, SAMPLED, SAMPLES, cause, disk, raising
from cause_samples import VARIANTS
from evidence_samples import healthy
from runbook_disk.domain import DOMAIN
from runbook_disk.evidence import FILE_SYSTEM, DiskEvidence, FileSystem
from runbooklab.domain import Domain, RuledOut, Supported
from runbooklab.domain.registry import domain
from runbooklab.domains import BUILT_IN
from runbooklab.model import Evidence, Observation
from runbooklab.testing import Mistakes, check_domain


@pytest.mark.parametrize("name", [name for name in BUILT_IN if name != "redis"])
def test_our_own_domains_pass(name: str) -> None:
    """What is asked of others is kept by ourselves."""
    check_domain(domain(name))


@pytest.mark.exhaustive
def test_redis_passes_with_all_its_samples() -> None:
    """Each variant of each cause is named first, and nothing unseen adds one; three say less."""
    check_domain(
        domain("redis"),
        samples={name: build() for name, build in VARIANTS.items()},
        healthy=healthy(),
        # What a stop without its log comes to, twice; the third is inferred from a refused connection.
        vaguer=("redis-start-failed", "container-stopped", "bind-loopback-only"),
    )


def test_the_example_passes() -> None:
    """With its samples, and without."""
    check_domain(DOMAIN)
    check_domain(DOMAIN, samples=SAMPLES, healthy=disk(500))


def test_a_row_may_take_the_place_of_one_of_a_used_domain() -> None:
    """A domain that uses another may see the same thing more closely."""
    closer = domain("container").probes[0]
    check_domain(Domain(name="closer", title="Closer", view=Evidence, uses=("container",), probes=(closer,)))


def lines_of(broken: Any, **samples: Any) -> list[str]:
    with pytest.raises(Mistakes) as raised:
        check_domain(broken, **samples)
    return [str(mistake) for mistake in raised.value.found]


@pytest.mark.parametrize("kind", BROKEN)
def test_a_mistake_is_named_where_it_is(kind: str) -> None:
    """One line says which row, what is wrong with it, and what to do."""
    broken, line = BROKEN[kind]
    lines = lines_of(broken)
    assert [each for each in lines if each.startswith(line)], lines
    assert all(": " in each and "; " in each and "\n" not in each for each in lines)


def test_all_mistakes_are_named_at_once() -> None:
    """An author fixes them in one go: each has a line of the error's text."""
    broken = replace(cause(source="", remedies=()), title="Disk.")
    with pytest.raises(AssertionError) as raised:
        check_domain(broken)
    first, *lines = str(raised.value).splitlines()
    assert first == "3 mistakes in the domain 'disk':"
    assert sorted(line.partition(":")[0] for line in lines) == [
        "cause disk-full",
        "cause disk-full",
        "domain disk",
    ]


@pytest.mark.parametrize("kind", SAMPLED)
def test_a_sample_that_is_judged_otherwise_is_named(kind: str) -> None:
    """Samples show what tables cannot: which cause is named, and by what."""
    broken, given, line = SAMPLED[kind]
    lines = lines_of(broken, **given)
    assert [each for each in lines if each.startswith(line)], lines


def test_a_cause_that_missing_evidence_adds_is_named() -> None:
    """One observation less must not support a cause that the whole evidence does not."""
    other = replace(FILE_SYSTEM, name="other", looks_at="another thing")

    def hasty(e: DiskEvidence) -> Any:
        if e.file_system.value is None or e[other].value is not None:
            return RuledOut("It was looked at.")
        return Supported("It was not looked at.", ("disk-room",), 0.9)

    broken = replace(cause(judge=hasty), probes=(FILE_SYSTEM, other))
    whole = disk(500).having(Observation("other", value=FileSystem(1, 1, False)))
    added = "sample healthy: without the observation other it supports disk-full; "
    assert [line for line in lines_of(broken, healthy=whole) if line.startswith(added)]


def test_a_judge_that_breaks_in_part_is_named() -> None:
    """What raises on a sample is named with the sample; the diagnosis itself would hide it."""
    broken = replace(DOMAIN, causes=(DOMAIN.causes[0], replace(FULL, judge=raising("seen"))))
    samples: Mapping[str, Evidence] = {"disk-full": disk(20)}
    assert any("could not be judged: KeyError" in line for line in lines_of(broken, samples=samples))
