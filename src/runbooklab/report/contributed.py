"""What the domains of a run hand over for its report: the one module here that knows domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbooklab.domains.docker.contributions import identity as docker_identity
from runbooklab.domains.docker.contributions import left_out as docker_left_out
from runbooklab.domains.docker.contributions import moments as docker_moments
from runbooklab.domains.environment.contributions import identity as environment_identity
from runbooklab.domains.redis.contributions import identity as redis_identity
from runbooklab.domains.redis.contributions import measures as redis_measures
from runbooklab.domains.redis.contributions import moments as redis_moments
from runbooklab.domains.redis.contributions import places as redis_places
from runbooklab.domains.redis.contributions import plots as redis_plots
from runbooklab.domains.redis.contributions import target as redis_target
from runbooklab.domains.redis.contributions.vocabulary import FOLLOW_UPS, VOCABULARY
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.drawing import Drawings, Fact, Measure, Vocabulary
from runbooklab.model.evidence import Evidence


def drawings(diagnosis: Diagnosis, evidence: Evidence | None) -> Drawings:
    """All that the report of a run is drawn with; what stands in the evidence only if there is some."""
    seen = evidence or Evidence()
    return Drawings(
        vocabulary=vocabulary(evidence),
        target=target_name(diagnosis.parameters, evidence),
        moments=(*docker_moments.moments(seen), *redis_moments.moments(seen)),
        plots=tuple(redis_plots.plots(seen)),
        places=redis_places.places(seen),
        left_out=tuple(docker_left_out.left_out(seen)),
        follow_ups=FOLLOW_UPS,
    )


def vocabulary(evidence: Evidence | None = None) -> Vocabulary:
    """The words for what was looked at."""
    return VOCABULARY


def target_name(parameters: Mapping[str, Any], evidence: Evidence | None = None) -> str:
    """What was looked at, by name; "" if nothing names it."""
    return redis_target.target_name(parameters, evidence)


def measures(evidence: Evidence) -> tuple[Measure, ...]:
    """The numbers that are compared between runs: the same ones, in the same order, of all evidence."""
    return redis_measures.measures(evidence)


def identity(evidence: Evidence) -> tuple[Fact, ...]:
    """What says which things were looked at, and how they are set up."""
    return (
        *environment_identity.identity(evidence),
        *docker_identity.identity(evidence),
        *redis_identity.identity(evidence),
    )


def examples() -> tuple[str, ...]:
    """Our own texts, in which what looks like a secret is none."""
    from runbooklab.domains.redis.contributions import examples as redis_examples  # plans every remedy

    return tuple(redis_examples.examples())
