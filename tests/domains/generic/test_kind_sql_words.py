"""The SQL that a check may send: judged as a tree, with its values bound."""

from __future__ import annotations

import pytest

from asking import asked, command, module, refused, text
from runbooklab.domains.generic.probes.sql_address import Server, server_in
from runbooklab.domains.generic.probes.sql_functions import may_be_called
from runbooklab.domains.generic.probes.sql_reading import Statement, statement_in

TOKEN = "***secret-1a2b3c4d***"
SERVER = {"server": f"postgresql://me:{TOKEN}@db:5432/app"}

READING = (
    "SELECT 1",
    "select count(*) from pg_stat_activity where state = 'idle in transaction'",
    "SELECT pid, now() - xact_start AS a FROM pg_stat_activity WHERE xact_start < now() - interval '5 min';",
    "WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT 2 ORDER BY 1 LIMIT 3",
    "VALUES (1, 'a'), (2, 'b')",
    "TABLE pg_stat_archiver",
    "SHOW max_connections",
    "EXPLAIN SELECT * FROM pg_class",
    "EXPLAIN (FORMAT JSON, COSTS OFF) SELECT 1",
    "SELECT max(100.0 * n / s) FROM (SELECT count(*) n, 3 s FROM pg_locks GROUP BY mode) t",
    "SELECT pg_size_pretty(pg_database_size(current_database())), pg_catalog.pg_is_in_recovery()",
    "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::int AS lag",
    "SELECT a.pid, b.pid FROM pg_locks a JOIN pg_locks b ON a.relation = b.relation AND NOT b.granted",
    "SELECT relname, n_dead_tup::float / nullif(n_live_tup, 0) FROM pg_stat_user_tables WHERE a > 1e4",
    "SELECT CASE WHEN pg_is_in_recovery() THEN 'r' ELSE 'p' END, coalesce(NULL, 1), '--', '/*;*/'",
    "SELECT x, rank() OVER (PARTITION BY y ORDER BY x DESC) FROM (VALUES (1, 2)) AS t(x, y)",
    "SELECT * FROM generate_series(1, 3) g, LATERAL (SELECT g * 2) d WHERE g BETWEEN 1 AND 2 OR g IN (3)",
    "SELECT data->>'a', data #>> '{b,c}', data @> '{}' FROM events WHERE data ? 'x'",
    "SELECT array_agg(pid ORDER BY pid) FILTER (WHERE pid > 1), bool_or(true) FROM pg_stat_activity",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM pg_class) AND 1 = ANY (ARRAY[1, 2]) AND 'a' ~ 'b' AND a ILIKE '%'",
    "SELECT count(*) FROM pg_stat_replication WHERE pg_wal_lsn_diff(sent_lsn, replay_lsn) > 16777216",
)  # fmt: skip

CHANGING = (
    ("DELETE FROM jobs", "Only statements that read"),
    ("INSERT INTO a VALUES (1)", "Only statements that read"),
    ("COPY a TO PROGRAM 'id'", "Only statements that read"),
    ("DO $$ BEGIN END $$", "between dollars"),
    ("SET work_mem = 1", "Only statements that read"),
    ("LISTEN x", "Only statements that read"),
    ("SHOW a; DROP TABLE b", "one statement"),
    ("SELECT 1; DROP TABLE a", "one statement"),
    ("SELECT 1 INTO a", "INTO is not sent"),
    ("SELECT * FROM a FOR UPDATE", "FOR UPDATE is not sent"),
    ("SELECT * FROM a FOR SHARE SKIP LOCKED", "FOR UPDATE is not sent"),
    ("WITH d AS (DELETE FROM a RETURNING 1) SELECT * FROM d", "DELETE is not sent"),
    ("WITH d AS (UPDATE a SET b = 1 RETURNING 1) SELECT * FROM d", "UPDATE is not sent"),
    ("EXPLAIN ANALYZE SELECT 1", "Only statements that read"),
    ("EXPLAIN (ANALYZE) SELECT 1", "ANALYZE"),
    ("EXPLAIN (COSTS OFF, ANALYZE TRUE) SELECT 1", "ANALYZE"),
    ("EXPLAIN DELETE FROM a", "Only statements that read"),
    ("SELECT pg_terminate_backend(1)", "pg_terminate_backend() is not called"),
    ('SELECT "pg_terminate_backend"(1)', "pg_terminate_backend() is not called"),
    ("SELECT pg_catalog.pg_terminate_backend(1)", "pg_terminate_backend() is not called"),
    ("SELECT PG_CATALOG . PG_SLEEP (9)", "() is not called"),
    ("SELECT (pg_sleep(9))", "pg_sleep() is not called"),
    ("SELECT rolpassword FROM pg_catalog.pg_authid", "pg_authid is not read: it holds passwords"),
    ("TABLE pg_shadow", "pg_shadow is not read"),
    ("SELECT 1 FROM pg_sleep(9)", "pg_sleep() is not called"),
    ("SELECT 1 WHERE nextval('a') > 0", "nextval() is not called"),
    ("SELECT 1 ORDER BY set_config('a', 'b', false)", "set_config() is not called"),
    ("SELECT * FROM dblink('host=x', 'DROP TABLE a') AS t(a int)", "dblink() is not called"),
    ("SELECT * FROM ROWS FROM (pg_sleep(9))", ""),
    ("SELECT lo_export(1, '/tmp/x')", "lo_export() is not called"),
    ("SELECT pg_read_file('/etc/passwd')", "pg_read_file() is not called"),
    ("SELECT query_to_xml('DROP TABLE a', true, false, '')", "query_to_xml() is not called"),
    ("SELECT pg_advisory_lock(1)", "pg_advisory_lock() is not called"),
    ("SELECT txid_current()", "txid_current() is not called"),
    ("SELECT my_function()", "my_function() is not called"),
    ("SELECT evil.count(1)", "only PostgreSQL's own functions"),
    ("SELECT * FROM evil.generate_series(1, 2)", "only PostgreSQL's own functions"),
    ("SELECT a FROM b -- \rWHERE pg_sleep(9)", "comment"),
    ("SELECT 1 /* /* */ , pg_sleep(9) */", "comment"),
    ("SELECT E'\\'', pg_sleep(9) --'", "escape string"),
    ("SELECT U&'\\0027'", "escape string"),
    ("SELECT $x$ ' $x$, pg_sleep(9)", "between dollars"),
    ("SELECT 'a", "not closed"),
    ("SELECT FROM WHERE", "does not parse"),
    ("", "Only statements that read"),
    ("SELECT " + "(" * 3000 + "1" + ")" * 3000, ""),
    ("SELECT '" + "a" * 9000 + "'", "longer than 8,000"),
)  # fmt: skip


@pytest.mark.parametrize("sql", READING)
def test_what_reads_may_be_sent(sql: str) -> None:
    """Selections of every form, with functions that only read."""
    assert refused(asked("sql", sql, SERVER)) == ""


@pytest.mark.parametrize(("sql", "said"), CHANGING)
def test_what_may_change_wait_or_reach_elsewhere_is_refused(sql: str, said: str) -> None:
    """A statement, a clause or a function that is on no list is refused in one sentence."""
    why = refused(asked("sql", sql, SERVER))
    assert why
    assert said in why
    assert "\n" not in why


@pytest.mark.parametrize(
    ("sql", "sent"),
    [
        ("SELECT 1 WHERE 'x' = ${a}", "SELECT 1 WHERE 'x' = $1"),
        ("SELECT ${a}::int + ${a}::int", "SELECT $1::int + $2::int"),
        ("SELECT now() - ${a}::interval LIMIT 3", "SELECT now() - $1::interval LIMIT 3"),
        ("SELECT 1 WHERE 'a' IN (${a}, ${a})", "SELECT 1 WHERE 'a' IN ($1, $2)"),
    ],
)  # fmt: skip
def test_values_are_bound_and_never_spliced(sql: str, sent: str) -> None:
    """However hostile a value is, the statement stays the same; the values go beside it."""
    evil = "x'; DROP TABLE a; --"
    statement = statement_in(text(sql, a=evil))
    assert isinstance(statement, Statement)
    assert statement.sql == sent
    assert set(statement.values) == {evil}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 WHERE 'x' = '${a}'",
        "SELECT 1 WHERE interval '${a}' > '1 min'",
        'SELECT "${a}" FROM b',
        "SELECT a${a} FROM b",
        "SELECT ${a}a FROM b",
        "SELECT ${a}${a}",
        "SELECT 1 FROM ${a}",
        "SELECT 1 FROM x.${a}",
        "SHOW ${a}",
        "${a}",
        "SELECT $1 WHERE 'x' = ${a}",
    ],
)
def test_a_value_in_a_place_that_cannot_be_bound_is_refused(sql: str) -> None:
    """Inside quotes, as a part of a word, as a name or the statement itself: it would be spliced in."""
    assert refused(asked("sql", sql, SERVER, a="v"))


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("postgresql://db", {"written": "db:5432", "user": "", "mode": "prefer"}),
        (
            "postgres://me@db:6432/app?sslmode=require",
            {"written": "db:6432", "user": "me", "mode": "require"},
        ),
        ("postgresql+psycopg2://me:" + TOKEN + "@[::1]/app", {"written": "[::1]:5432", "password": TOKEN}),
        ("postgresql://me@/app?host=/run/postgresql", {"written": "/run/postgresql/.s.PGSQL.5432"}),
        ("postgresql://%2Frun%2Fpg:5433/app", {"written": "/run/pg/.s.PGSQL.5433", "database": "app"}),
        ("postgresql://me%40x@db/my%20db", {"user": "me@x", "database": "my db"}),
    ],
)
def test_a_servers_url_is_read_as_libpq_does(url: str, server: dict[str, str]) -> None:
    """Names, ports, unix sockets, TLS modes and what is percent-encoded."""
    found = server_in(text(url))
    assert isinstance(found, Server)
    assert {name: getattr(found, name) for name in server} == server


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://db", "named by a URL"),
        ("host=db user=me", "named by a URL"),
        ("postgresql://me:hunter2@db", "password in clear"),
        ("postgresql://db?password=hunter2", "password in clear"),
        ("postgresql://db?sslmode=none", "`sslmode=none` is none"),
        ("postgresql://a,b/app", "host is none"),
        ("postgresql://-x/app", "host is none"),
        ("postgresql://db:99999/", "does not parse"),
        ("", "named by a URL"),
    ],
)
def test_a_servers_url_that_cannot_be_used_is_refused(url: str, said: str) -> None:
    """One sentence says what to write instead, without the password."""
    why = refused(asked("sql", "SELECT 1", {"server": url}))
    assert said in why
    assert "hunter2" not in why


def test_the_command_is_pasted_with_the_address_in_a_variable() -> None:
    """Values are quoted for SQL and the whole for the shell; no secret stands in it."""
    question = asked("sql", "SELECT 1 WHERE 'x' = ${a} AND 'y' = ${s}", SERVER, a="it's", s=TOKEN)
    line = command(question)
    assert line.startswith('psql "$PG_URL" -X -c ')
    assert "it''s" in line.replace("'\"'\"'", "'")
    assert "secret-" not in line
    assert module("sql").plan(question)[0].what.endswith("at db:5432")


@pytest.mark.parametrize(
    "name", ["pg_get_wal_records_info", "pg_stat_reset", "pg_stat_get_x;", "lo_get", "repeat"]
)
def test_a_function_is_refused_until_it_is_listed(name: str) -> None:
    """Neither a family's name nor a likely one lets a function in that changes, waits or reads files."""
    assert not may_be_called(name)
