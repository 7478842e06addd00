"""Kinds that ask a server of one sort."""

from __future__ import annotations

from runbooklab.domains.generic.kinds.kind import (
    MS,
    PROBES,
    REFUSED,
    SERVER,
    TIMED_OUT,
    UNRESOLVED,
    Field,
    Kind,
    Option,
)

SERVERS: tuple[Kind, ...] = (
    Kind(
        name="sql",
        says="The answer of a PostgreSQL server to one statement that only reads.",
        subject="The statement",
        example="SELECT count(*) FROM pg_stat_activity",
        expects="value < 90",
        fields=(
            Field("rows", "number", "Number of rows", "rows == 0", aside=True),
            Field("value", "json", "The first column of the first row", "value > 90"),
            Field("column", "json", "A column of the first row", "column.state == active", has_names=True),
            Field(
                "error", "text", "What the server or the connection says instead", 'error contains "too many"'
            ),
            Field("code", "text", "SQLSTATE of that error", 'code == "53300"'),
            Field("user", "text", "Role in the server's URL", "user == app"),
            Field("database", "text", "Database in the server's URL", "database == shop"),
            Field("host", "text", "Host in the server's URL, or folder of its socket", "host == localhost"),
            Field("port", "text", "Port in the server's URL", 'port == "5432"'),
            MS,
            REFUSED,
            TIMED_OUT,
            UNRESOLVED,
        ),
        options=(Option("server", SERVER, "${pg_url}", required=True),),
        library="sqlglot",
        module=f"{PROBES}sql",
    ),
    Kind(
        name="promql",
        says="The answer of Prometheus to a query.",
        subject="The query",
        example='sum(rate(http_requests_total{code=~"5.."}[5m]))',
        expects="value < 0.05",
        fields=(
            Field("value", "number", "The latest value of the first series", "value > 0.05"),
            Field("min", "number", "The smallest latest value of all series", "min > 0"),
            Field("max", "number", "The largest latest value of all series", "max > 0.9"),
            Field("series", "number", "Number of series", "series == 0"),
            Field("age", "number", "Age of the oldest of these samples", "age > 5min", unit="s"),
            Field(
                "error", "text", "What the server or the connection says instead", 'error contains "parse"'
            ),
            REFUSED,
            TIMED_OUT,
            UNRESOLVED,
        ),
        options=(
            Option("server", "URL of Prometheus", "http://prometheus:9090", required=True),
            Option("bearer", "A bearer token: use a secret parameter", "${token}"),
        ),
        module=f"{PROBES}promql",
    ),
    Kind(
        name="redis",
        says="The reply of a Redis server to one command that only reads.",
        subject="The command",
        example="LLEN jobs",
        expects="number < 1000",
        fields=(
            Field("reply", "text", "The reply as text", "reply == PONG"),
            Field("number", "number", "The reply as a number", "number > 1000"),
            Field(
                "field",
                "json",
                "A value of INFO or CONFIG GET, by its name",
                'field.role == "master"',
                has_names=True,
            ),
            Field("error", "text", "The error that it is instead", 'error contains "NOAUTH"'),
            Field("database", "text", "Number of its database, by the URL", 'database == "0"', aside=True),
            Field("host", "text", "Host in the URL, or file of its socket", "host == localhost", aside=True),
            Field("port", "text", "Port in the URL", 'port == "6379"', aside=True),
            MS,
            REFUSED,
            TIMED_OUT,
            UNRESOLVED,
        ),
        options=(Option("server", SERVER, "${redis_url}", required=True),),
        module=f"{PROBES}redis",
    ),
)
