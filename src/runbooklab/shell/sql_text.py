"""SQL within a command line: what psql itself answers is known here, the rest to a domain."""

from __future__ import annotations

import re
from importlib import import_module

from runbooklab.domains import JUDGE_OF_MYSQL, JUDGE_OF_SQL

#: psql's own questions: what there is (``\\dt``, ``\\l``, ``\\conninfo``).
_LISTING = re.compile(r"\s*\\(?:d[A-Za-z]{0,3}[S+]*|l\+?|conninfo)(?:\s+[\w.*\"]+)?\s*")


def not_reading_sql(text: str) -> str:
    """ "" if ``text`` is what psql lists itself or one statement of PostgreSQL that reads, else why not."""
    return "" if _LISTING.fullmatch(text) else _judged_at(JUDGE_OF_SQL, text)


def not_reading_mysql(text: str) -> str:
    """ "" if ``text`` is one statement of MySQL or MariaDB that reads, else why not."""
    return _judged_at(JUDGE_OF_MYSQL, text)


def _judged_at(place: str, text: str) -> str:
    """Asked by name when a command holds SQL: a parser of SQL is slow to load, and nothing here knows it."""
    module, _, name = place.partition(":")
    return str(getattr(import_module(module), name)(text))
