"""What could not be observed and would have mattered, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbooklab.diagnosis.verdict import PREVENTION
from runbooklab.domain.judgement import why
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Finding
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import AnyKey, Missing
from runbooklab.words import listed, mid_sentence


def not_observed(
    rules: Rules, e: Evidence, findings: Sequence[Finding], missing: Sequence[str] = ()
) -> tuple[str, ...]:
    """What could not be observed, one sentence each; probes missing for one reason share a sentence.

    Audits of prevention don't count.
    """
    groups: dict[str, dict[str, None]] = {}
    rest: list[str] = []
    # What we look through is a reason for a gap, and none itself.
    explaining = {check for row in rules.layers.values() if row.explains_missing for check in row.checks}
    for finding in findings:
        if finding.status != "unknown" or finding.id.startswith(PREVENTION) or finding.id not in rules.checks:
            continue
        gaps = list(_gaps(e, rules.checks[finding.id].needs))
        for key, gap in gaps:
            probe = rules.probes.get(key.name)
            groups.setdefault(why(e, gap), {})[probe.looks_at if probe else key.name] = None
        if finding.missing and not gaps:
            groups.setdefault(finding.missing.reason, {})[mid_sentence(finding.missing.thing)] = None
        elif not gaps and finding.id not in explaining:
            rest.append(finding.summary)
    grouped = [f"Not observed: {listed(list(names), 10)} ({reason})." for reason, names in groups.items()]
    return tuple(dict.fromkeys((*missing, *grouped, *rest)))


def _gaps(e: Evidence, keys: Iterable[AnyKey]) -> Iterable[tuple[AnyKey, Missing]]:
    """The probes that should have observed something and did not."""
    for key in keys:
        missing = e[key].missing
        if missing is not None and missing.reason != "not-applicable":
            yield key, missing
