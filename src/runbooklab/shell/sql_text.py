"""Whether SQL only reads, as far as its first word says. A domain that knows SQL supplies a real judge."""

from __future__ import annotations

import re

_READING = re.compile(r"\s*(?:select|show|table|values|explain(?!\s*\(?[^;]*\banal))\b", re.IGNORECASE)
#: psql's own questions: what there is (``\dt``, ``\l``, ``\conninfo``).
_LISTING = re.compile(r"\s*\\(?:d[A-Za-z]{0,3}[S+]*|l\+?|conninfo)(?:\s+[\w.*\"]+)?\s*")
_WRITING = re.compile(r"\b(?:into|for\s+(?:no\s+key\s+)?(?:update|share|key)|\w*\s*\()", re.IGNORECASE)
#: Functions that only compute. All others may act: pg_terminate_backend, dblink, nextval, lo_import.
_COMPUTING = re.compile(
    r"\b(?:count|sum|min|max|avg|now|version|round|coalesce|pg_size_pretty|pg_database_size|pg_relation_size|"
    r"pg_total_relation_size|pg_is_in_recovery|pg_last_xact_replay_timestamp|pg_wal_lsn_diff|age|extract|"
    r"current_setting|lower|upper|length|substring|to_char|date_trunc|in|and|or|not|exists|any|as|from|where)\s*\(",
    re.IGNORECASE,
)


def not_reading_sql(text: str) -> str:
    """ "" if ``text`` is one SELECT, SHOW or EXPLAIN that calls known functions alone, else why it isn't."""
    if _LISTING.fullmatch(text):
        return ""
    if "\\" in text:
        return "a command of psql"
    if not _READING.match(text):
        return "SQL that begins with none of SELECT, SHOW, EXPLAIN"
    if ";" in text.strip().rstrip(";"):
        return "several statements of SQL"
    if found := _WRITING.search(_COMPUTING.sub("", text)):
        return f"{found[0].strip()!r} in SQL may change something"
    return ""
