"""How the engine is out of reach."""

from __future__ import annotations

from runbooklab.domains.container.evidence import Evidence

#: By the outcome of a call; of others the probe's own words say it.
_WORDS = {
    "unreachable": "is not running or cannot be reached",
    "permission-denied": "does not let this user in",
    "unresponsive": "accepts connections and does not answer",
    "api-version": "speaks another API version",
    "context-missing": "is not found: the configured context does not exist",
}


def is_in_words(outcome: str) -> bool:
    """Whether words of ours say what Docker does, so that its message says more."""
    return outcome in _WORDS


def what_docker_does(e: Evidence) -> str:
    """Goes on after "Docker", of one that does not answer."""
    seen = e.docker.value
    if seen is None:
        return ""
    return _WORDS.get(seen.outcome) or f"is not checked: {seen.message.rstrip('.')}"
