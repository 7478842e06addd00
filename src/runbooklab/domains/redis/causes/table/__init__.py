"""The catalogue of causes: one row each, a file for each subject; :class:`Cause` says what a row holds."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes.deeper import with_runbook
from runbooklab.domains.redis.causes.table import (
    access,
    answers,
    authentication,
    client,
    container,
    names,
    orchestrator,
    ports,
    protocol,
    registrations,
    role,
    start,
    tls,
    way,
)
from runbooklab.domains.redis.evidence import Evidence

_SUBJECTS = (
    names, container, start, ports, way, tls, protocol, authentication, answers, role,
    registrations, orchestrator, client, access,
)  # fmt: skip

#: Every cause; a row that names a whole group as its look-alikes does not look like itself.
CATALOGUE: tuple[Cause[Evidence], ...] = tuple(
    replace(with_runbook(row), look_alikes=tuple(id_ for id_ in row.look_alikes if id_ != row.id))
    for subject in _SUBJECTS
    for row in subject.ROWS
)
