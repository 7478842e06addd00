"""The causes of Docker's set-up; :class:`~runbooklab.domain.cause.Cause` says what a row holds."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.docker.causes.table.access import ACCESS
from runbooklab.domains.docker.causes.table.containers import CONTAINERS
from runbooklab.domains.docker.causes.table.engine import ENGINE
from runbooklab.domains.docker.causes.table.files import FILES
from runbooklab.domains.docker.evidence import Evidence

CAUSES: tuple[Cause[Evidence], ...] = (*ACCESS, *ENGINE, *FILES, *CONTAINERS)
