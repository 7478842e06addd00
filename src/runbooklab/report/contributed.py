"""What the domains of a run provide for its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.drawing import Drawings, Fact, Measure, Vocabulary
from runbooklab.model.evidence import Evidence


def drawings(diagnosis: Diagnosis, evidence: Evidence | None) -> Drawings:
    """Everything a run's report is drawn with; parts that need evidence are empty without it."""
    seen = evidence or Evidence()
    parts = Rules.installed_of(evidence).contributions
    return Drawings(
        vocabulary=vocabulary(evidence),
        target=target_name(diagnosis.parameters, evidence),
        moments=tuple(moment for part in parts for moment in part.moments(seen)),
        plots=tuple(plot for part in parts for plot in part.plots(seen)),
        places=tuple(place for part in reversed(parts) for place in part.places(seen)),
        left_out=tuple(sentence for part in parts for sentence in part.left_out(seen)),
        follow_ups={check: words for part in parts for check, words in part.follow_ups.items()},
    )


def vocabulary(evidence: Evidence | None) -> Vocabulary:
    """The vocabulary of the run's domains; without evidence, that of the default ones."""
    return Rules.installed_of(evidence).vocabulary


def target_name(parameters: Mapping[str, Any], evidence: Evidence | None = None) -> str:
    """The name of what was observed; "" if nothing names it."""
    return Rules.installed_of(evidence).target_name(parameters, evidence)


def measures(evidence: Evidence) -> tuple[Measure, ...]:
    """The numbers that are compared between runs: the same ones, in the same order, of all evidence."""
    parts = Rules.installed_of(evidence).contributions
    return tuple(measure for part in parts for measure in part.measures(evidence))


def identity(evidence: Evidence) -> tuple[Fact, ...]:
    """What identifies the things that were observed, and how they are set up."""
    parts = Rules.installed_of(evidence).contributions
    return tuple(fact for part in parts for fact in part.identity(evidence))


def examples(evidence: Evidence | None = None) -> tuple[str, ...]:
    """Our own texts: what resembles a secret in them is not one."""
    parts = Rules.installed_of(evidence).contributions
    return tuple(text for part in parts for text in part.examples())
