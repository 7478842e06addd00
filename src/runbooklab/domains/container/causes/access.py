"""Why the engine does not answer."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.container.causes.preconditions import Judge
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.access import is_in_words, what_docker_does
from runbooklab.observe.docker.probe import DOCKER


def fails_by(outcome: str) -> Judge:
    """The judge of one way in which the engine is out of reach."""

    @needs(DOCKER)
    def judge(e: Evidence) -> Ruling:
        seen = e.docker.value
        assert seen is not None
        if seen.outcome != outcome:
            return RuledOut(f"Docker at {seen.endpoint}: {seen.outcome}.")
        what = what_docker_does(e)
        said = f" ({seen.message.rstrip('.')})" if is_in_words(outcome) and seen.message else ""
        return Supported(
            f"Docker at {seen.endpoint} {what}{said}.", ("docker-access",), 0.97, f"Docker {what}."
        )

    return judge
