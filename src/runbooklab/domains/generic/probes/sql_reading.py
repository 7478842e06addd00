"""A check's SQL, judged: one statement that only reads, and its values as bound parameters. Pure.

What is judged is what runs: whatever PostgreSQL and the parser here could read differently (comments,
escape strings, dollar quotes) is refused, so both see the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import sqlglot
from msgspec import Struct
from sqlglot import exp
from sqlglot.errors import SqlglotError

from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.probes.sql_functions import may_be_called
from runbooklab.domains.generic.records import Text

#: Longest statement, and most values in it.
MOST_SQL = 8_000
MOST_VALUES = 50

#: What a statement that reads is made of: everything else (INSERT, INTO, FOR UPDATE, COPY ...) is refused.
READS: tuple[type[Any], ...] = (
    exp.Select, exp.SetOperation, exp.Values, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join,
    exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Fetch,
    exp.LimitOptions, exp.Distinct, exp.Table, exp.TableAlias, exp.TableSample, exp.Lateral, exp.Column,
    exp.ColumnDef, exp.Identifier, exp.Star, exp.Alias, exp.Aliases, exp.Literal, exp.Boolean, exp.Null,
    exp.Parameter, exp.DataType, exp.DataTypeParam, exp.Interval, exp.IntervalSpan, exp.Var, exp.Tuple,
    exp.Bracket, exp.Slice, exp.Kwarg, exp.PropertyEQ, exp.Window, exp.WindowSpec, exp.Filter,
    exp.WithinGroup, exp.Cube, exp.Rollup, exp.GroupingSets, exp.AtTimeZone, exp.JSONPath, exp.JSONPathPart,
    exp.SubqueryPredicate, exp.Predicate, exp.Binary, exp.Unary, exp.Between, exp.In, exp.Func,
    exp.PseudoType, exp.ObjectIdentifier, exp.National, exp.BitString, exp.HexString, exp.TsOrDsToDate,
)  # fmt: skip

#: Tables with passwords or their hashes. Source: PostgreSQL 17, chapters 51 and 52.
_PASSWORDS = frozenset(("pg_authid", "pg_shadow", "pg_user_mapping", "pg_user_mappings", "pg_subscription"))

_SHOW = re.compile(r"\s*SHOW\s+([A-Za-z_][A-Za-z0-9_.]{0,80})\s*", re.IGNORECASE)
_EXPLAIN = re.compile(r"\s*EXPLAIN\s+(?:\((?P<options>[^()]*)\)\s*|(?P<verbose>VERBOSE)\s+)?", re.IGNORECASE)
#: Options of EXPLAIN with which nothing is run. Source: PostgreSQL, EXPLAIN.
_EXPLAINS = re.compile(
    r"\s*(?:(?:VERBOSE|COSTS|SETTINGS|BUFFERS|SUMMARY|GENERIC_PLAN)(?:\s+(?:TRUE|FALSE|ON|OFF|0|1))?"
    r"|FORMAT\s+(?:TEXT|JSON|XML|YAML))\s*",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\s*\(*\s*(?:SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE)
#: A quoted text or name as a whole; what is left of the statement is outside of quotes.
_QUOTED = re.compile(r"(?P<before>[A-Za-z0-9_&]*)'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
#: Outside of quotes PostgreSQL and other readers may differ about these, by what is said of each.
_UNCLEAR = (
    (re.compile(r"--|/\*"), "The statement holds a comment: write it in the runbook's text."),
    (re.compile(r"\\"), "The statement holds a backslash outside of quotes."),
    (re.compile(r"\$[A-Za-z_]*\$"), "The statement holds a text between dollars: put it between quotes."),
    (re.compile(r"['\"]"), "A quote in the statement is not closed."),
    (re.compile(r"[\x00-\x08\x0b-\x1f]"), "The statement holds a control character."),
    (re.compile(r";\s*\S"), "One check sends one statement: make a check of each."),
)
_PLAIN_PREFIX = re.compile(r"(?i)|b|x")
_NAMED = re.compile(r"[A-Za-z0-9_$]")

_PLACE_OF_VALUE = (
    "A parameter's value stands inside quotes or next to a word, where it would be spliced in:"
    " write it alone, with a cast if its type is not plain, such as ${age}::interval."
)


class Statement(Struct, frozen=True):
    """A statement that may be sent, with ``$1`` for its first value."""

    sql: str
    values: tuple[str, ...] = ()
    #: Whether it gives rows that a cursor can fetch; SHOW and EXPLAIN do not.
    has_cursor: bool = True


def statement_in(text: Text) -> Statement | str:
    """The statement that ``text`` holds, or one sentence on why it is refused."""
    if refused := refused_values(text):
        return refused
    if len(text.values) > MOST_VALUES:
        return f"The statement holds more than {MOST_VALUES} values."
    if any(_touches(text.pieces, at) for at in range(len(text.values))):
        return _PLACE_OF_VALUE
    sql = "".join(_numbered(text.pieces)).strip()
    while sql.endswith(";"):
        sql = sql[:-1].rstrip()
    if len(sql) > MOST_SQL:
        return f"The statement is longer than {MOST_SQL:,} characters."
    return _unclear(sql) or _judged(sql, text.values)


def _touches(pieces: tuple[str, ...], at: int) -> bool:
    """Whether the value after this piece would become a part of a word."""
    before, after = pieces[at][-1:], pieces[at + 1][:1]
    alone = at == 0 or pieces[at] != ""
    return not alone or _NAMED.match(before) is not None or _NAMED.match(after) is not None


def _numbered(pieces: tuple[str, ...]) -> Iterator[str]:
    for at, piece in enumerate(pieces):
        yield f"${at}{piece}" if at else piece


def _unclear(sql: str) -> str:
    """Why two readers could read this statement differently; "" if they can't."""
    for quoted in _QUOTED.finditer(sql):
        before = quoted["before"]
        if before is not None and not _PLAIN_PREFIX.fullmatch(before) and not _is_word(before):
            return "The statement holds an escape string (E'...' or U&'...'): write a plain one."
    outside = _QUOTED.sub(lambda quoted: f"{quoted['before'] or ''} ", sql)
    return next((said for pattern, said in _UNCLEAR if pattern.search(outside)), "")


def _is_word(before: str) -> bool:
    """Whether it is a type or a keyword before a text, as in ``interval'5 min'``."""
    return before.lower() not in ("e", "n") and "&" not in before


def _judged(sql: str, values: tuple[str, ...]) -> Statement | str:
    if _SHOW.fullmatch(sql):
        return Statement(sql, has_cursor=False)
    explain = _EXPLAIN.match(sql)
    asked = sql[explain.end() :] if explain else sql
    if explain and not all(_EXPLAINS.fullmatch(each) for each in (explain["options"] or "COSTS").split(",")):
        return "EXPLAIN runs what it explains with ANALYZE: leave out every option but the plain ones."
    if not _BEGINS.match(asked):
        return "Only statements that read are sent: SELECT, WITH, VALUES, TABLE, SHOW and EXPLAIN."
    try:
        trees = sqlglot.parse(asked, read="postgres")
    except (SqlglotError, RecursionError, ValueError) as error:
        return f"The statement does not parse: {_said(error)}"
    if len(trees) != 1 or trees[0] is None:
        return "One check sends one statement: make a check of each."
    tree = trees[0]
    if why := next((why for node in tree.walk() if (why := _refused(node))), ""):
        return why
    if len(list(tree.find_all(exp.Parameter))) != len(values):
        return _PLACE_OF_VALUE
    return Statement(sql, values, has_cursor=explain is None)


def _refused(node: exp.Expr) -> str:
    if not isinstance(node, READS):
        return f"{_kind(node)} is not sent: a check only reads."
    if isinstance(node, exp.Anonymous) and not may_be_called(node.name):
        return f"{node.name}() is not called: it is not on the list of functions that only read."
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
        own = node.this.name.lower() == "pg_catalog"
        return "" if own else f"{node.sql('postgres')} is not called: only PostgreSQL's own functions are."
    if isinstance(node, exp.Table) and node.name.lower() in _PASSWORDS:
        return f"{node.name} is not read: it holds passwords."
    if isinstance(node, exp.Table):
        if isinstance(node.this, exp.Parameter):
            return "A value cannot be the name of a table: write the name into the statement."
        if isinstance(node.this, exp.Func) and node.db.lower() not in ("", "pg_catalog"):
            return f"{node.db}.{node.this.name} is not called: only PostgreSQL's own functions are."
    return ""


def _kind(node: exp.Expr) -> str:
    """A node in the words of SQL: ``Lock`` is FOR UPDATE."""
    known = {"Lock": "FOR UPDATE", "Into": "INTO", "Command": "This statement"}
    name = type(node).__name__
    return known.get(name, name.upper())


def _said(error: Exception) -> str:
    first = str(error).splitlines()[0] if str(error) else type(error).__name__
    return re.sub(r"\x1b\[[0-9;]*m", "", first).rstrip(".") + "."
