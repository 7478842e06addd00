"""The catalogue of a project's surroundings: one row a cause; :class:`Cause` says what a row holds."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.environment.causes.inspect import inspected
from runbooklab.domains.environment.causes.rows_of_host import ROWS as OF_HOST
from runbooklab.domains.environment.causes.rows_of_python import ROWS as OF_PYTHON
from runbooklab.domains.environment.causes.rows_of_settings import ROWS as OF_SETTINGS
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.spoken_of import spoken_of

ROWS: tuple[Cause[Evidence], ...] = tuple(
    inspected(spoken_of(row)) for row in (*OF_SETTINGS, *OF_PYTHON, *OF_HOST)
)
