"""What is said of a fault that no cause explains: none is in the catalogue, or some were not tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from runbooklab.model.conclusions import JudgedCause
from runbooklab.words import count, mid_sentence, short

NO_CAUSE = "No cause in the catalogue explains it."
#: So many reasons are said, the most frequent first; the report has all of them.
MOST_REASONS = 2
#: Most characters of one reason.
_MOST_REASON = 120


def unexplained(causes: Sequence[JudgedCause]) -> str:
    """That no cause is supported; of those that could not be tested, how many, and what was not observed."""
    untested = [cause for cause in causes if cause.state == "untested"]
    if not untested:
        return NO_CAUSE
    reasons = Counter(short(cause.reason, _MOST_REASON).rstrip(".") for cause in untested).most_common()
    said = [_with_number(reason, times, len(reasons)) for reason, times in reasons[:MOST_REASONS]]
    if rest := len(untested) - sum(times for _, times in reasons[:MOST_REASONS]):
        said.append(f"{count(rest, 'more', 'more')} for other reasons")
    return (
        f"No cause that could be tested explains it. {count(len(untested), 'cause')} could not be tested: "
        f"{'; '.join(said)}."
    )


def _with_number(reason: str, times: int, reasons: int) -> str:
    """A reason within a sentence; how many causes it has left open, if there are several reasons."""
    return f"{mid_sentence(reason)} ({times})" if reasons > 1 else mid_sentence(reason)
