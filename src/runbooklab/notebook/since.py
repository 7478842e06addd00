"""What a person reads beside an answer: the target, when it was looked at, and what is different since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from runbooklab.model.conclusions import Finding
from runbooklab.notebook.run import Run
from runbooklab.report.words import STATUS_WORDS, VERDICT_WORDS
from runbooklab.words import clock, count, duration_ms, listed

#: At most so many checks that changed are named.
MOST_NAMED = 3


def seen_at(run: Run) -> str:
    """The target, and when it was looked at: ``redis-tts. Looked at 06:08:22 UTC, in 0.4 s``."""
    evidence = run.evidence()
    took = max((seen.duration_ms for seen in evidence.observations.values()), default=0.0)
    looked = f"Looked at {clock(evidence.gathered_at)}, in {duration_ms(took)}"
    return f"{run.target_name}. {looked}" if run.target_name else looked


def finding_since(run: Run, finding: Finding) -> str:
    """How a finding was in the last look; "" if there was none."""
    if run.earlier is None:
        return ""
    was = next((each for each in run.earlier.diagnosis.findings if each.id == finding.id), None)
    at = clock(run.earlier.at)
    if was is None:
        return ""
    if was.status != finding.status:
        return f"At {at} it was {STATUS_WORDS[was.status]}: {was.summary}"
    return f"Unchanged since {at}." if was.summary == finding.summary else f"At {at}: {was.summary}"


def verdict_since(run: Run) -> str:
    """How the verdict was in the last look, and which findings are different; "" if there was none."""
    if run.earlier is None:
        return ""
    was, now, at = run.earlier.diagnosis, run.diagnosis(), clock(run.earlier.at)
    parts = [f"Verdict since {at}: {VERDICT_WORDS[was.verdict]} \u2192 {VERDICT_WORDS[now.verdict]}."]
    if was.verdict == now.verdict:
        parts = [f"Verdict as at {at}: {VERDICT_WORDS[now.verdict]}."]
    if was.primary and (now.primary is None or now.primary.id != was.primary.id):
        parts.append(f"No longer the cause: {was.primary.title}.")
    parts.extend(_different(was.findings, now.findings, run.rules.vocabulary.name_of))
    return " ".join(parts)


def _different(
    was: tuple[Finding, ...], now: tuple[Finding, ...], name_of: Callable[[Finding], str]
) -> list[str]:
    """The checks with another status: by name if they are few, else how many went from which to which."""
    before = {finding.id: finding.status for finding in was}
    changed = [each for each in now if each.id in before and before[each.id] != each.status]
    if not changed:
        return ["Every check is as it was."]
    steps = [f"{STATUS_WORDS[before[each.id]]} \u2192 {STATUS_WORDS[each.status]}" for each in changed]
    if len(changed) <= MOST_NAMED:
        named = (f"{name_of(each)} {step}" for each, step in zip(changed, steps, strict=True))
        return [f"{listed(list(named), MOST_NAMED)}."]
    counted = (f"{number} {step}" for step, number in Counter(steps).most_common())
    return [f"{count(len(changed), 'check')} changed: {', '.join(counted)}."]
