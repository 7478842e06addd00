"""The lab of PostgreSQL connections: the table of its faults, and of targets that are odd and well."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domains.generic.lab.postgres_situations import (
    APP,
    LOCK,
    TABLE,
    as_standby,
    as_target,
    blocked,
    by_socket,
    closed_database,
    disk_full,
    dropped,
    full,
    full_of_queries,
    hanging,
    limited,
    long_query,
    missing_database,
    missing_role,
    nearly_full,
    no_connect,
    no_login,
    no_tls,
    open_transaction,
    over_tls,
    own_server,
    read_only,
    recovering,
    refused_by_hba,
    stopped,
    unknown_name,
    url_of,
    web_server,
    working,
    wrong_certificate,
    wrong_password,
)
from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.lab import Lab
from runbooklab.lab.testbed import Testbed

FAULTS: tuple[Fault[DeclaredTestbed], ...] = (
    Fault("pg-name-unknown", "The name in the URL does not exist.", unknown_name),
    Fault("pg-not-running", "The server is stopped.", stopped),
    Fault("pg-unreachable", "A firewall drops packets to the port.", dropped, tools=("iptables",)),
    Fault("pg-hangs", "All processes of the server are stopped.", hanging),
    Fault("pg-other-program", "A web server listens on the port.", web_server),
    Fault("pg-not-ready", "The server is in recovery and lets nobody in.", recovering),
    Fault("pg-disk-full", "The data's file system is full, and the server has ended.", disk_full),
    Fault("pg-password-wrong", "The password is another one.", wrong_password),
    Fault(
        "pg-password-wrong/no-role",
        "The role does not exist; the server does not say so.",
        lambda testbed: as_target(
            testbed, server := own_server(testbed), pg_url=url_of(server, user="shop_new")
        ),
    ),
    Fault("pg-role-missing", "The role does not exist, and needs no password.", missing_role),
    Fault("pg-role-missing/no-login", "The role may not log in.", no_login),
    Fault("pg-hba-refuses", "No line of pg_hba.conf fits.", lambda testbed: refused_by_hba(testbed)),
    Fault(
        "pg-hba-refuses/rejects",
        "A line of pg_hba.conf rejects the client.",
        lambda testbed: refused_by_hba(testbed, "host all all 127.0.0.1/32 reject"),
    ),
    Fault(
        "pg-hba-refuses/wants-tls",
        "The only line of pg_hba.conf is for connections with TLS.",
        lambda testbed: refused_by_hba(testbed, "hostssl all all 127.0.0.1/32 scram-sha-256"),
    ),
    Fault("pg-tls-refused", "The URL demands TLS, and the server has none.", no_tls),
    Fault("pg-certificate-refused", "The server's certificate is for another name.", wrong_certificate),
    Fault("pg-database-missing", "The database does not exist.", missing_database),
    Fault("pg-connect-denied", "The role may not connect to the database.", no_connect),
    Fault("pg-database-closed", "The database allows no connections.", closed_database),
    Fault(
        "pg-too-many-connections",
        "Idle sessions hold every connection, and nobody gives a superuser's URL.",
        lambda testbed: full(testbed, admin=False),
    ),
    Fault("pg-too-many-connections/queries", "Running queries hold every connection.", full_of_queries),
    Fault(
        "pg-open-transactions-fill",
        "Sessions that are idle in a transaction hold every connection.",
        lambda testbed: full(testbed, "BEGIN", "SELECT 1"),
        also=("pg-too-many-connections",),
    ),
    Fault(
        "pg-pools-too-large",
        "Idle sessions hold every connection.",
        lambda testbed: full(testbed, "SELECT 1"),
        also=("pg-too-many-connections",),
    ),
    Fault(
        "pg-role-limit",
        "The role may have one connection, and has it.",
        lambda testbed: limited(testbed, f"ALTER ROLE {APP} CONNECTION LIMIT 1"),
    ),
    Fault(
        "pg-database-limit",
        "The database takes one connection, and has it.",
        lambda testbed: limited(testbed, "ALTER DATABASE shop CONNECTION LIMIT 1"),
    ),
    Fault("pg-nearly-full", "Eight of ten connections are taken.", nearly_full),
    Fault(
        "pg-read-only",
        "The URL leads to a standby.",
        lambda testbed: as_standby(testbed, {}, waits=True),
    ),
    Fault("pg-read-only/by-default", "The database's transactions are read-only by default.", read_only),
    Fault(
        "pg-blocked-by-open-transaction",
        "A session that is idle in a transaction holds a row that another one wants.",
        lambda testbed: blocked(testbed, is_busy=False),
    ),
    Fault(
        "pg-blocked-by-query",
        "A session with a running query holds a row that another one wants.",
        lambda testbed: blocked(testbed, is_busy=True),
    ),
    Fault("pg-open-transaction", "A transaction is open and does nothing.", open_transaction),
    Fault("pg-long-query", "A query runs for longer than it should.", long_query),
)


HEALTHY: tuple[Healthy[DeclaredTestbed], ...] = (
    Healthy("well", "A small server with one session.", working),
    Healthy(
        "short-transaction",
        "A transaction is open, and younger than the limit.",
        lambda testbed: working(testbed, "BEGIN", "SELECT 1"),
    ),
    Healthy(
        "lock-held-and-not-wanted",
        "A transaction holds a lock that nobody waits for.",
        lambda testbed: working(testbed, *TABLE, *LOCK),
    ),
    Healthy(
        "standby-for-reading",
        "A standby, for an application that only reads.",
        lambda testbed: as_standby(testbed, {}, waits=True, needs_write=False),
    ),
    Healthy(
        "superuser-known",
        "Nothing is wrong, and the run knows a superuser's URL.",
        lambda testbed: as_target(testbed, own_server(testbed), admin=True),
    ),
    Healthy("over-tls", "The server lets clients in with TLS alone, and has a certificate.", over_tls),
    Healthy("by-socket", "The application comes through the unix socket.", by_socket),
    Healthy(
        "superuser",
        "The application is a superuser, and other sessions are idle.",
        lambda testbed: as_target(testbed, server := own_server(testbed), pg_url=server.url),
    ),
)


def psql(words: list[str], testbed: Testbed) -> bool:
    """A statement for the drill's own server, whose address is in a variable."""
    return len(words) > 1 and words[1] in ("$PG_URL", "$ADMIN_URL")


#: Text in a command that makes it a manual step, and why.
MANUAL_SIGNS: Sequence[tuple[str, str]] = (
    (r"\password", "a person types the password"),
    ("pg_hba_file_rules", "a person edits the file"),
    ("<admin_url>", "it takes a superuser"),
)

LAB: Lab[DeclaredTestbed] = Lab(
    title="PostgreSQL connections",
    runbook="postgres-connections",
    domains=None,
    faults=FAULTS,
    healthy=HEALTHY,
    testbed=DeclaredTestbed,
    manual_signs=MANUAL_SIGNS,
    commands={"psql": psql, "echo": lambda words, testbed: True},
)
