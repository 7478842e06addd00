"""SQL in a command line of a runbook, by the rules of the kind sql: one statement that only reads. Pure."""

from __future__ import annotations

from runbooklab.domains.generic.probes.sql_reading import statement_in
from runbooklab.domains.generic.records import Text


def not_reading(text: str) -> str:
    """Why ``text`` may do more than read; "" if it only reads.

    >>> not_reading("SELECT count(*) FROM jobs"), not_reading("DELETE FROM jobs")
    ('', 'Only statements that read are sent: SELECT, WITH, VALUES, TABLE, SHOW and EXPLAIN.')
    """
    found = statement_in(Text((text,)))
    return found if isinstance(found, str) else ""
