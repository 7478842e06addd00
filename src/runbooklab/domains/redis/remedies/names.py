"""Names of Redis' own that go into no command, beside those of Docker."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies import names as docker
from runbooklab.domains.endpoint.remedies import names as ports
from runbooklab.domains.redis.evidence import Evidence


def refused(steps: Steps, e: Evidence) -> Steps:
    """``steps`` without the names that can't be."""
    return docker.refused(steps, e, _named(e))


def _named(e: Evidence) -> Iterator[docker.Named]:
    talk = e.redis.value
    yield from ports.named(e)
    yield "Redis' data folder", docker.FOLDER, [talk.settings.get("dir", "")] if talk else []
    yield "Redis' master", docker.NETWORK, [talk.info.get("master_host", "")] if talk else []
