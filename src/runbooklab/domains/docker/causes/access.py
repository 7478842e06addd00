"""Why the engine does not answer."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.docker.causes.preconditions import Judge
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.observe.docker.probe import DOCKER

#: What it is that Docker does, by the outcome of a call; of others the probe's own words say it.
_WORDS = {
    "unreachable": "is not running or cannot be reached",
    "permission-denied": "does not let this user in",
    "unresponsive": "accepts connections and does not answer",
    "api-version": "speaks another API version",
    "context-missing": "is not found: the configured context does not exist",
}


def what_docker_does(e: Evidence) -> str:
    """Goes on after "Docker", of one that does not answer."""
    seen = e.docker.value
    if seen is None:
        return ""
    return _WORDS.get(seen.outcome) or f"is not checked: {seen.message.rstrip('.')}"


def fails_by(outcome: str) -> Judge:
    """The judge of one way in which the engine is out of reach."""

    @needs(DOCKER)
    def judge(e: Evidence) -> Ruling:
        seen = e.docker.value
        assert seen is not None
        if seen.outcome != outcome:
            return RuledOut(f"Docker at {seen.endpoint}: {seen.outcome}.")
        what = what_docker_does(e)
        said = f" ({seen.message.rstrip('.')})" if outcome in _WORDS and seen.message else ""
        return Supported(
            f"Docker at {seen.endpoint} {what}{said}.", ("docker-access",), 0.97, f"Docker {what}."
        )

    return judge
