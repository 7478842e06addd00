"""The catalogue of causes: one row each, a file for each subject.

``remedies`` are ids of the table of remedies, the recommended one first. ``source`` names the page or the
observation that the rule comes from. ``look_alikes`` are the causes that show the same face to the
client; the judges tell them apart by evidence.
"""

from __future__ import annotations

from dataclasses import replace

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes.table import (
    address,
    around,
    container,
    conversation,
    registrations,
    server,
    transport,
)

_SUBJECTS = (address, container, transport, conversation, server, registrations, around)

#: Every cause; a row that names a whole group as its look-alikes does not look like itself.
CATALOGUE: tuple[Cause, ...] = tuple(
    replace(row, look_alikes=tuple(id_ for id_ in row.look_alikes if id_ != row.id))
    for subject in _SUBJECTS
    for row in subject.ROWS
)
