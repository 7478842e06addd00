"""Whether a value is a domain that keeps what the core takes for granted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

from runbooklab.domain.domain import AnyDomain, Domain
from runbooklab.domain.rules import Rules
from runbooklab.errors import UserError
from runbooklab.model.evidence import Evidence
from runbooklab.testing import loaded, names, references, sampled, unseen
from runbooklab.testing.mistake import Found, Mistake, Mistakes


def check_domain(
    domain: AnyDomain,
    *,
    samples: Mapping[str, Evidence] | None = None,
    healthy: Evidence | None = None,
    vaguer: Collection[str] = (),
) -> None:
    """Raise :class:`Mistakes` with all that is wrong with ``domain``; as a test, one line::

        def test_the_domain() -> None:
            check_domain(DOMAIN, samples=SAMPLES, healthy=HEALTHY)

    ``samples`` maps each cause's id, or ``cause/variant``, to evidence that must make it the primary cause;
    ``healthy`` is evidence of a target that works. ``vaguer`` are ids of causes that may take the place of a
    more exact one whose observation is missing: they say less, and are still true.
    """
    found = list(_mistakes(domain, samples, healthy, vaguer))
    if found:
        raise Mistakes(str(getattr(domain, "name", domain)), found)


def _mistakes(
    domain: Any, samples: Mapping[str, Evidence] | None, healthy: Evidence | None, vaguer: Collection[str]
) -> Found:
    if not isinstance(domain, Domain):
        yield Mistake(repr(domain), f"it is {type(domain).__name__}, no Domain", "give the value DOMAIN")
        return
    tables = list(names.tables(domain))
    yield from tables
    if tables:  # nothing can be read from tables that are none
        return
    try:
        rules = Rules((domain,), (*Rules.of(domain.uses).domains, domain))  # the only subject
    except UserError as error:
        yield Mistake(f"domain {domain.name}", str(error), "name installed domains in uses")
        return
    static = chain(names.mistakes(domain, rules), references.mistakes(domain, rules), loaded.mistakes(domain))
    before = list(static)
    yield from before
    yield from unseen.mistakes(domain, rules)
    if not before:  # samples are judged by rows that are complete
        yield from sampled.mistakes(domain, rules, samples, healthy, vaguer)
