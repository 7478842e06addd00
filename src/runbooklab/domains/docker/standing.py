"""What a verdict on Docker's set-up rests on, and the sentence of a healthy one."""

from __future__ import annotations

from runbooklab.domain.verdict import Ground, Standing, always
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.endings import is_done
from runbooklab.domains.docker.readings.focus import found
from runbooklab.words import listed, plural

GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("docker-access", "the engine answers"),
    Ground(
        "docker-daemon-config",
        "its configuration is valid",
        may_be_skipped=always,
        skipped_when="if there is none, or this user may not read it",
    ),
    Ground("docker-storage", "it has room", may_be_skipped=always, skipped_when="if it is on another host"),
    Ground("docker-engine", "its host lets it work"),
    Ground(
        "docker-compose-file",
        "the Compose file is valid",
        may_be_skipped=always,
        skipped_when="if there is none",
    ),
    Ground(
        "docker-compose-engine",
        "the names that it asks for are free",
        may_be_skipped=always,
        skipped_when="if there is no Compose file",
    ),
    Ground("docker-networks", "there are subnets, and the networks that are named exist"),
    Ground(
        "docker-mounts",
        "what is mounted can be used",
        may_be_skipped=always,
        skipped_when="if nothing is mounted",
    ),
    Ground("docker-resources", "nothing asks for more than the engine has"),
    Ground(
        "docker-images",
        "the images that are asked for are there",
        may_be_skipped=always,
        skipped_when="if none is asked for",
    ),
    Ground(
        "docker-containers",
        "the containers in question run",
        may_be_skipped=always,
        skipped_when="if none is named, and the Compose file has none",
    ),
    Ground(
        "docker-container-health",
        "no health check fails",
        may_be_skipped=always,
        skipped_when="if there is none",
    ),
)


def healthy_summary(e: Evidence) -> str:
    """What is well, with its numbers."""
    engine, compose = e.docker.value, e.compose.value
    said = [
        f"{(engine.engine if engine else '') or 'Docker'} {engine.server_version if engine else ''}".rstrip()
        + " answers"
    ]
    if compose is not None and compose.there:
        said.append(f"{compose.path} is valid")
    up = [known.name for _, known in found(e) if known.state == "running"]
    done = [known.name for view, known in found(e) if is_done(view, known)]
    if up:
        said.append(f"{plural(len(up), 'container')} {'runs' if len(up) == 1 else 'run'} ({listed(up)})")
    if done:
        said.append(f"{listed(done)} did {'its' if len(done) == 1 else 'their'} work")
    return f"{', '.join(said)}."


STANDING: Standing[Evidence] = Standing(
    claim="Docker and its containers are set up",
    grounds=GROUNDS,
    healthy=healthy_summary,
    validation=(
        "docker-access",
        "docker-containers",
        "docker-container-health",
        "docker-networks",
        "docker-compose-file",
    ),
)
