"""Whether the engine answers."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.access import what_docker_does
from runbooklab.model.conclusions import Judgement


def docker_access(e: Evidence) -> Judgement:
    seen = e.docker.value
    if seen is None:
        return absent(e, e.docker, "Docker")
    facts = {"Endpoint": seen.endpoint, "Engine": " ".join(filter(None, (seen.engine, seen.server_version)))}
    facts = {label: value for label, value in (facts | {"API version": seen.api_version}).items() if value}
    if seen.outcome == "ok":
        return ok(f"{seen.engine or 'Docker'} {seen.server_version} answers at {seen.endpoint}.", facts=facts)
    return critical(f"Docker at {seen.endpoint} {what_docker_does(e)}.", facts=facts, text=seen.message)
