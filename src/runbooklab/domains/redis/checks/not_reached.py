"""What a check says if it could not get to what it judges: no URL, no connection, no answer, no Docker."""

from __future__ import annotations

from typing import Any

from runbooklab.domain.judgement import absent, skipped, unseen
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import failed_stage, failure, refuses_info
from runbooklab.domains.redis.readings.destination import from_elsewhere, outside_docker
from runbooklab.model.conclusions import Judgement
from runbooklab.model.observation import Observation


def skip_host_path(e: Evidence) -> Judgement:
    """Said of every check from this host along a way that only the orchestrator's container has to go."""
    return skipped(
        f"{place(e)} cannot be judged from this host: the orchestrator runs in container "
        f"{e.target.orchestrator_container}, which is checked from separately."
    )


def no_talk(e: Evidence) -> Judgement | None:
    """The judgement if no conversation was observed, or none can be from here; else None."""
    stop = no_url(e)
    if stop:
        return stop
    if from_elsewhere(e):
        return skip_host_path(e)
    return absent(e, e.redis, f"Redis at {place(e)}") if e.redis.value is None else None


def no_info(e: Evidence, what: str) -> Judgement:
    """The judgement of a check that needs INFO, if there is none: not reached, refused or not observed."""
    stop, failed, talk = no_url(e), failed_stage(e), e.redis.value
    if stop:
        return stop
    if failed is not None:
        return skipped(f"{what}: not reached ({failure(failed)}).")
    if talk is None:
        if from_elsewhere(e):
            return unseen(what, inside_docker_only(e))
        return absent(e, e.redis, what)
    if refuses_info(e):
        return unseen(what, f"Redis refuses INFO: {talk.denied['INFO']}")
    if "INFO" in talk.denied:
        return unseen(what, "Redis did not answer INFO")
    return unseen(what, "Redis said nothing of itself")


def inside_docker_only(e: Evidence) -> str:
    """Why this host cannot check the orchestrator's way, to finish a sentence with."""
    return f"{place(e)} leads to Redis inside Docker only"


def absent_in_docker(e: Evidence, seen: Observation[Any], what: str) -> Judgement:
    """As :func:`absent`, of something seen through Docker: if Redis is elsewhere, it does not matter."""
    elsewhere = outside_docker(e)
    return skipped(f"{what}: not needed ({elsewhere}).") if elsewhere else absent(e, seen, what)
