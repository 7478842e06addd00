"""One statement for MySQL or MariaDB in a command line of a runbook: whether it only reads. Pure.

Refused is what the server or its client could read otherwise: comments (``/*! */`` runs), backslashes
(``\\!`` starts a program), several lines (a line may be a command of the client, such as ``system``).
"""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from runbooklab.domains.generic.probes.sql_reading import MOST_SQL, READS

#: What SHOW may show: nothing with an account's password or its hash (GRANTS, CREATE USER).
#: Source: MySQL 8.4 Reference Manual, 15.7.7; MariaDB, SHOW.
_SHOW = re.compile(
    r"SHOW\s+(?:FULL\s+)?(?:PROCESSLIST|(?:GLOBAL\s+|SESSION\s+)?(?:STATUS|VARIABLES)|(?:ALL\s+)?(?:SLAVES?|REPLICAS?)"
    r"(?:\s+(?:STATUS|HOSTS))?|(?:MASTER|BINARY\s+LOG)\s+STATUS|(?:MASTER|BINARY)\s+LOGS|DATABASES|SCHEMAS|TABLES"
    r"|OPEN\s+TABLES|TABLE\s+STATUS|COLUMNS|INDEX|INDEXES|KEYS|ENGINES|ENGINE\s+INNODB\s+(?:STATUS|MUTEX)|PLUGINS"
    r"|WARNINGS|ERRORS|TRIGGERS|EVENTS|CREATE\s+(?:TABLE|VIEW|DATABASE))\b[\w\s.`'\"%=-]*",
    re.IGNORECASE,
)
_END = re.compile(r"\s*(?:;|\\G)*\s*$")
_UNCLEAR = (
    (re.compile(r"--|/\*|#"), "a comment in SQL, which MySQL may run"),
    (re.compile(r"\\"), "a backslash in SQL"),
    (re.compile(r"[\x00-\x1f]"), "SQL of several lines"),
    (re.compile(r";"), "several statements of SQL"),
    (re.compile(r":="), "an assignment in SQL"),
)
#: Functions that only compute or say what the server is. Source: MySQL 8.4 Reference Manual, chapter 14.
_NAMES = """
now current_timestamp unix_timestamp from_unixtime timestampdiff version database schema connection_id
ifnull if format format_bytes format_pico_time sec_to_time time_to_sec hostname inet_ntoa uuid
"""
_FUNCTIONS = frozenset(_NAMES.split())
#: Where the server keeps the accounts with their hashes, also if the client's database is ``mysql``.
_ACCOUNTS = frozenset(
    ("user", "global_priv", "slave_master_info", "proxies_priv", "password_history", "servers")
)


def not_reading(text: str) -> str:
    """Why ``text`` may do more than read; "" if it is one SHOW or SELECT that only reads.

    >>> not_reading("SHOW REPLICA STATUS\\\\G"), not_reading("SET GLOBAL read_only = 1")
    ('', 'SQL that begins with neither SELECT nor SHOW')
    """
    sql = _END.sub("", text, count=1).strip()
    if len(sql) > MOST_SQL:
        return f"SQL of more than {MOST_SQL:,} characters"
    if unclear := next((said for pattern, said in _UNCLEAR if pattern.search(sql)), ""):
        return unclear
    if _SHOW.fullmatch(sql):
        return ""
    if not re.match(r"SELECT\b", sql, re.IGNORECASE):
        return "SQL that begins with neither SELECT nor SHOW"
    return _refused(sql)


def _refused(sql: str) -> str:
    try:
        trees = sqlglot.parse(sql, read="mysql")
    except (SqlglotError, RecursionError, ValueError):
        return "SQL that does not parse"
    if len(trees) != 1 or trees[0] is None:
        return "several statements of SQL"
    for node in trees[0].walk():
        if not isinstance(node, (*READS, exp.SessionParameter)):
            return f"{type(node).__name__.upper()} in SQL may change something"
        if (
            isinstance(node, exp.Table)
            and node.db.lower() in ("", "mysql")
            and node.name.lower() in _ACCOUNTS
        ):
            return "SQL that reads the server's accounts"
        if isinstance(node, exp.Anonymous) and node.name.lower() not in _FUNCTIONS:
            return f"{node.name}() in SQL is not known to only read"
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
            return "a function of a schema in SQL"
    return ""
