"""Of the importer: which statement becomes a check of which kind, and with which query."""

from __future__ import annotations

import pytest

from foreign_runbooks import cells, fence, front, imported, rows
from runbooklab.importing.placeholders import Parameters
from runbooklab.importing.reading_sql import only_reads, split_sql
from runbooklab.importing.typed import typed


@pytest.mark.parametrize(
    ("text", "expected", "refused"),
    [
        ("SELECT 1 WHERE a = '<x>'", "SELECT 1 WHERE a = ${x}", False),
        ("SELECT 1 FROM <table>", "SELECT 1 FROM <table>", True),
        ("SELECT 1 WHERE a < 1 AND b > 2", "SELECT 1 WHERE a < 1 AND b > 2", False),
    ],
)
def test_in_sql_a_parameter_stands_for_a_whole_value(text: str, expected: str, refused: bool) -> None:
    """It is bound, so it can be no name of a table."""
    found = Parameters().in_sql(text)
    assert (found.text, bool(found.refused)) == (expected, refused)


@pytest.mark.parametrize(
    ("text", "expected", "refused"),
    [
        ('up{a="<x>"}', 'up{a="${x}"}', False),
        ('up{a="$x"}', 'up{a="${x}"}', False),
        ("rate(a[$__interval])", "rate(a[$__interval])", True),
        ("a < 1 > 2", "a < 1 > 2", False),
    ],
)
def test_in_promql_a_parameter_stands_in_a_labels_value(text: str, expected: str, refused: bool) -> None:
    """Elsewhere it could be any part of the query."""
    found = Parameters().in_promql(text)
    assert (found.text, bool(found.refused)) == (expected, refused)


@pytest.mark.parametrize(
    ("text", "kind", "subject", "options"),
    [
        ("curl http://a/b", "http", "http://a/b", {}),
        ("curl -sSk -I -m 5 'https://a/?c'", "http", "https://a/?c", {"certificate", "method", "timeout"}),
        ("curl localhost:9090/-/healthy", "http", "http://localhost:9090/-/healthy", {}),
        ("df -h /var", "disk", "/var", {}),
        ("sudo df -i /", "disk", "/", {}),
        ("nc -zv db 5432", "tcp", "db:5432", {}),
        ("nc -z -w 3 db 5432", "tcp", "db:5432", {"timeout"}),
        ("dig +short example.org", "dns", "example.org", {}),
        ("dig @10.0.0.2 example.org MX", "dns", "example.org", {"server", "type"}),
        ("systemctl status nginx --no-pager", "service", "nginx", {}),
        ("sudo systemctl is-active nginx", "service", "nginx", {}),
        ("docker inspect api", "container", "api", {}),
        ("docker ps -a --filter name=api", "container", "api", {}),
        ("openssl s_client -connect a:443 </dev/null", "tls", "a:443", {}),
        ("echo | openssl s_client -connect a:443 -servername b | openssl x509 -noout -dates", "tls", "a:443",
         {"server name"}),
        ("psql -c 'SELECT 1;'", "sql", "SELECT 1", {"server"}),
    ],
)  # fmt: skip
def test_a_typed_kind_is_taken_where_it_does_the_same(
    text: str, kind: str, subject: str, options: set[str]
) -> None:
    """The kind, what it looks at, and the options that it needs."""
    found = typed(text, ())
    assert found is not None
    assert (found.kind, found.subject, set(found.options)) == (kind, subject, set(options))


@pytest.mark.parametrize(
    "text",
    [
        "curl -X POST http://a",
        "curl -d x http://a",
        "curl -o f http://a",
        "curl -L http://a",
        "curl http://a http://b",
        "curl http://u:p@a",
        "curl http://a/-/reload",
        "curl 'http://a/x?action=restart'",
        "curl -H 'Authorization: x' http://a",
        "curl file:///etc/passwd",
        "curl http://a/$X",
        "curl http://a/{1,2}",
        "curl http://a | jq .",
        "curl http://a > f",
        "df",
        "df -h",
        "df -h /a /b",
        "df -h /v*",
        "nc db 5432",
        "nc -l -z db 5432",
        "dig -x 1.1.1.1",
        "dig a b",
        "systemctl restart nginx",
        "systemctl status",
        "systemctl --user status x",
        "docker ps",
        "docker inspect a b",
        "docker inspect -f '{{.Config.Env}}' a",
        "docker rm a",
        "openssl s_client -connect a:443 -starttls smtp",
        "openssl s_client -connect a:443 | openssl x509 -noout -out f",
        "psql -c 'DELETE FROM x'",
        "psql -c 'SELECT pg_terminate_backend(1)'",
        "psql -h db -c 'SELECT 1'",
        "df /a; df /b",
        "df /a && df /b",
        "A=1 df /a",
    ],
)
def test_what_is_not_the_same_is_not_typed(text: str) -> None:
    """More options, more places, another stage: a command stays a command."""
    assert typed(text, ()) is None


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("SELECT 1", True),
        ("select 'delete; drop' from a", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a;", True),
        ("SHOW max_connections", True),
        ("DELETE FROM a", False),
        ("SELECT 1; DROP TABLE a", False),
        ("WITH a AS (DELETE FROM b RETURNING *) SELECT 1", False),
        ("SELECT * INTO b FROM a", False),
        ("SELECT 1 FOR UPDATE", False),
        ("SELECT nextval('a')", False),
        ("SELECT pg_cancel_backend(1)", False),
        ("EXPLAIN ANALYZE SELECT 1", False),
        ("", False),
    ],
)
def test_sql_that_plainly_reads(text: str, reads: bool) -> None:
    """What may do more is text."""
    assert (only_reads(text) == "") is reads


def test_sql_is_split_outside_of_quotes() -> None:
    """Each statement keeps the line on which it begins."""
    assert split_sql("SELECT ';';\n\n-- a; b\nSELECT 2") == [(0, "SELECT ';';"), (2, "-- a; b\nSELECT 2")]


def test_a_query_is_sent_without_its_comments() -> None:
    """They stay in the fence, and the first is its title."""
    found = imported(fence("-- Who waits\nSELECT count(*)\n-- now\nFROM pg_locks;", "sql")).text
    (check,) = cells(found).values()
    assert (check["title"], check["sql"]) == ("Who waits now", "SELECT count(*)\nFROM pg_locks\n")
    assert "# -- Who waits\n# -- now\n" in found


def test_what_a_kind_itself_refuses_stays_text() -> None:
    """Its judge knows more than the importer: an address that acts, a function that may write, a bad port."""
    for content, language in (
        ("curl http://web/failover", "bash"),
        ("SELECT txid_current()", "sql"),
        ("nc -z web 99999", "bash"),
        ("curl -m 99 http://web/", "bash"),
    ):
        assert [row.became for row in rows(content, language)] == ["text"]


def test_the_database_is_a_secret_parameter() -> None:
    """Its address may hold a password."""
    found = imported(fence("SELECT count(*) FROM jobs;\n\nDELETE FROM jobs;", "sql"))
    assert [row.became for row in found.rows] == ["check", "text"]
    (check,) = cells(found.text).values()
    assert (check["sql"], check["server"]) == ("SELECT count(*) FROM jobs", "${database_url}")
    (parameter,) = front(found.text)["parameters"]
    assert (parameter["name"], parameter["secret"]) == ("database_url", True)
