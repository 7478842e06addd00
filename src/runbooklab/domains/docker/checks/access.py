"""Whether the engine answers."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.model.conclusions import Judgement

_OUTCOMES: dict[str, str] = {
    "permission-denied": "may not be used by this user",
    "unreachable": "does not answer: nothing listens there",
    "unresponsive": "accepts the connection and does not answer",
    "api-version": "speaks an API version that does not fit",
    "context-missing": "is named by a Docker context that does not exist",
    "unusable": "is named in a form that this tool cannot use",
}


def docker_access(e: Evidence) -> Judgement:
    seen = e.docker.value
    if seen is None:
        return absent(e, e.docker, "Docker")
    facts = {"Endpoint": seen.endpoint, "Engine": " ".join(filter(None, (seen.engine, seen.server_version)))}
    facts = {label: value for label, value in (facts | {"API version": seen.api_version}).items() if value}
    if seen.outcome == "ok":
        return ok(f"{seen.engine or 'Docker'} {seen.server_version} answers at {seen.endpoint}.", facts=facts)
    return critical(f"Docker at {seen.endpoint} {_OUTCOMES[seen.outcome]}.", facts=facts, text=seen.message)
