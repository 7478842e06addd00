"""The lab of PostgreSQL connections: a server of its own, and sessions that do what they should not."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

from pg8000.native import Connection

from runbooklab.domains.generic.lab.servers import Postgres, nginx, postgres, restarted
from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.lab import Lab
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import NotReady, Situation, Testbed

#: A small server: three connections are for everybody, three more for superusers.
SMALL = {"max_connections": "6", "superuser_reserved_connections": "3", "max_wal_senders": "0"}
PASSWORD = "p@ss/word:of?the#app"
APP = "app"


def _server(testbed: DeclaredTestbed, settings: Mapping[str, str] = {}, *statements: str) -> Postgres:
    """A server with a role and a database of an application."""
    server = postgres(testbed, {"max_wal_senders": "0"} | dict(settings))
    server.run(
        f"CREATE ROLE {APP} LOGIN PASSWORD '{PASSWORD}'", f"CREATE DATABASE shop OWNER {APP}", *statements
    )
    return server


def _url(server: Postgres, **other: str) -> str:
    given = {"database": "shop", "user": APP, "password": quote(PASSWORD, safe="")} | other
    return server.url_of(**given)


def _of(testbed: DeclaredTestbed, server: Postgres, *, admin: bool = False, **parameters: Any) -> Situation:
    """The server as a target, as its application sees it; the shell of a person has the two URLs."""
    url = str(parameters.pop("pg_url", _url(server)))
    situation = testbed.of(pg_url=url, admin_url=server.url if admin else "", **parameters)
    return Situation(situation.parameters, variables={"PG_URL": url, "ADMIN_URL": server.url})


def _connection(testbed: DeclaredTestbed, server: Postgres, *statements: str) -> Connection:
    """A connection of the application that has done this, and stays open."""
    connection = Connection(
        APP, "127.0.0.1", "shop", server.port, PASSWORD, application_name="shop-web", timeout=20
    )
    testbed.later(lambda: _closed(connection))
    for statement in statements:
        connection.run(statement)
    return connection


def _closed(connection: Connection) -> None:
    with suppress(Exception):  # a remedy may have ended it
        connection.close()


def _busy(testbed: DeclaredTestbed, server: Postgres, statement: str) -> None:
    """A process that runs this, as the application; it is running when this returns."""
    marked = f"{statement} -- {len(statement)}-{free_port()}"
    testbed.process(["psql", _url(server), "-X", "-c", marked])
    sign = marked.rpartition(" ")[2]
    asked = f"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%{sign}' AND pid <> pg_backend_pid()"
    testbed.until(lambda: server.run(asked) != "0")


def _older_than(server: Postgres, seconds: int, condition: str) -> None:
    """Wait at the server until a session for which this is true is so old."""
    server.run(
        "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE "
        f"{condition} AND now() - state_change > interval '{seconds} s') LOOP "
        "PERFORM pg_sleep(0.1); PERFORM pg_stat_clear_snapshot(); COMMIT; END LOOP; END $$"
    )


# --- no server


def _unknown_name(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(pg_url=f"postgresql://{APP}:secret@db.runbooklab.invalid:5432/shop")


def _stopped(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    server.ended()
    return _of(testbed, server)


def _dropped(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    testbed.firewall("INPUT", "-i", "lo", "-p", "tcp", "--dport", str(server.port), "-j", "DROP")
    return _of(testbed, server)


def _hanging(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    server.send(signal.SIGSTOP)
    testbed.later(lambda: server.send(signal.SIGCONT))
    return _of(testbed, server)


def _web_server(testbed: DeclaredTestbed) -> Situation:
    web = nginx(testbed, "server { listen 127.0.0.1:@PORT@; location / { return 200; } }")
    return testbed.of(pg_url=f"postgresql://{APP}:secret@127.0.0.1:{web.port}/shop")


def _as_standby(
    testbed: DeclaredTestbed, settings: Mapping[str, str], *, waits: bool, **parameters: Any
) -> Situation:
    """A server that waits for a primary which there is not."""
    server = _server(testbed)
    server.ended()
    server.give(_written(server.folder / "data" / "standby.signal"))
    return _of(testbed, restarted(testbed, server, settings, waits=waits), **parameters)


def _written(path: Path) -> Path:
    path.touch()
    return path


def _recovering(testbed: DeclaredTestbed) -> Situation:
    return _as_standby(testbed, {"hot_standby": "off"}, waits=False)


def _disk_full(testbed: DeclaredTestbed) -> Situation:
    """A server whose data is on a file system without any room: it cannot start again."""
    server = _server(testbed)
    server.ended()
    data = server.folder / "data"
    small = testbed.mounted("small", "size=100m")
    testbed.run(["cp", "-a", f"{data}/.", str(small)])
    testbed.mount(["--bind", str(small)], data)
    testbed.fill(data)
    with suppress(NotReady):
        restarted(testbed, server, waits=False)
    return _of(testbed, server, data_folder=str(data))


# --- the login


def _hba(server: Postgres, *lines: str) -> None:
    """A pg_hba.conf with only these lines, and what the lab itself needs."""
    own = "host postgres postgres 127.0.0.1/32 scram-sha-256"
    (server.folder / "data" / "pg_hba.conf").write_text("\n".join([own, *lines, ""]))
    server.run("SELECT pg_reload_conf()")


def _refused_by_hba(testbed: DeclaredTestbed, *lines: str) -> Situation:
    server = _server(testbed)
    _hba(server, *lines)
    return _of(testbed, server)


def _wrong_password(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    return _of(testbed, server, pg_url=_url(server, password="not-the-password"))


def _missing_role(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    _hba(server, "host all all 127.0.0.1/32 trust")
    return _of(testbed, server, pg_url=_url(server, user="shop_new"))


def _no_login(testbed: DeclaredTestbed) -> Situation:
    return _of(testbed, _server(testbed, {}, f"ALTER ROLE {APP} NOLOGIN"))


def _no_tls(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    return _of(testbed, server, pg_url=f"{_url(server)}?sslmode=require")


def _tls(testbed: DeclaredTestbed, *names: str) -> tuple[Postgres, str]:
    """A server with TLS, and the file of its authority."""
    issuer = testbed.authority()
    certificate, key = issuer.issue("server", *names)
    server = _server(testbed)
    for name in (certificate, key):
        server.give(Path(name))
    files = {"ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": key}
    return restarted(testbed, server, files), issuer.file


def _wrong_certificate(testbed: DeclaredTestbed) -> Situation:
    server, ca = _tls(testbed, "db.example.org")
    return _of(testbed, server, pg_url=f"{_url(server)}?sslmode=verify-full&sslrootcert={ca}")


def _missing_database(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    return _of(testbed, server, pg_url=_url(server, database="shop_production"))


def _no_connect(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed, {}, "CREATE DATABASE other", "REVOKE CONNECT ON DATABASE other FROM public")
    return _of(testbed, server, pg_url=_url(server, database="other"))


def _closed_database(testbed: DeclaredTestbed) -> Situation:
    return _of(testbed, _server(testbed, {}, "ALTER DATABASE shop ALLOW_CONNECTIONS false"))


# --- full


def _full(testbed: DeclaredTestbed, *statements: str, admin: bool = True) -> Situation:
    """All connections taken by sessions that have done this."""
    server = _server(testbed, SMALL)
    for _ in range(3):
        _connection(testbed, server, *statements)
    return _of(testbed, server, admin=admin, idle_s=0)


def _full_of_queries(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed, SMALL)
    for _ in range(3):
        connection = _connection(testbed, server)
        Thread(target=_running, args=(connection, "SELECT pg_sleep(60)"), daemon=True).start()
    testbed.until(
        lambda: server.run("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "3"
    )
    return _of(testbed, server, admin=True)


def _running(connection: Connection, statement: str) -> None:
    with suppress(Exception):  # it ends with the server
        connection.run(statement)


def _limited(testbed: DeclaredTestbed, statement: str) -> Situation:
    server = _server(testbed, {}, statement)
    _connection(testbed, server)
    return _of(testbed, server)


def _nearly_full(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed, {"max_connections": "13", "superuser_reserved_connections": "3"})
    for _ in range(8):
        _connection(testbed, server)
    return _of(testbed, server)


# --- the work


def _read_only(testbed: DeclaredTestbed) -> Situation:
    return _of(testbed, _server(testbed, {}, "ALTER DATABASE shop SET default_transaction_read_only = on"))


_TABLE = ("CREATE TABLE orders (id int PRIMARY KEY, state text)", "INSERT INTO orders VALUES (1, 'new')")
_LOCK = ("BEGIN", "UPDATE orders SET state = 'paid' WHERE id = 1")


def _blocked(testbed: DeclaredTestbed, *, is_busy: bool) -> Situation:
    server = _server(testbed)
    _connection(testbed, server, *_TABLE)
    if is_busy:
        held = "BEGIN; UPDATE orders SET state = 'paid' WHERE id = 1; SELECT pg_sleep(60)"
        _busy(testbed, server, held)
    else:
        _connection(testbed, server, *_LOCK)
    _busy(testbed, server, "UPDATE orders SET state = 'sent' WHERE id = 1")
    _older_than(server, 1, "wait_event_type = 'Lock'")
    return _of(testbed, server, lock_wait_s=0)


def _open_transaction(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    _connection(testbed, server, "BEGIN", "SELECT 1")
    _older_than(server, 1, "state = 'idle in transaction'")
    return _of(testbed, server, idle_s=0)


def _long_query(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    _busy(testbed, server, "SELECT pg_sleep(60)")
    _older_than(server, 1, "state = 'active' AND pid <> pg_backend_pid()")
    return _of(testbed, server, long_query_s=0)


FAULTS: tuple[Fault[DeclaredTestbed], ...] = (
    Fault("pg-name-unknown", "The name in the URL does not exist.", _unknown_name),
    Fault("pg-not-running", "The server is stopped.", _stopped),
    Fault("pg-unreachable", "A firewall drops packets to the port.", _dropped, tools=("iptables",)),
    Fault("pg-hangs", "All processes of the server are stopped.", _hanging),
    Fault("pg-other-program", "A web server listens on the port.", _web_server),
    Fault("pg-not-ready", "The server is in recovery and lets nobody in.", _recovering),
    Fault("pg-disk-full", "The data's file system is full, and the server has ended.", _disk_full),
    Fault("pg-password-wrong", "The password is another one.", _wrong_password),
    Fault(
        "pg-password-wrong/no-role",
        "The role does not exist; the server does not say so.",
        lambda testbed: _of(testbed, server := _server(testbed), pg_url=_url(server, user="shop_new")),
    ),
    Fault("pg-role-missing", "The role does not exist, and needs no password.", _missing_role),
    Fault("pg-role-missing/no-login", "The role may not log in.", _no_login),
    Fault("pg-hba-refuses", "No line of pg_hba.conf fits.", lambda testbed: _refused_by_hba(testbed)),
    Fault(
        "pg-hba-refuses/rejects",
        "A line of pg_hba.conf rejects the client.",
        lambda testbed: _refused_by_hba(testbed, "host all all 127.0.0.1/32 reject"),
    ),
    Fault(
        "pg-hba-refuses/wants-tls",
        "The only line of pg_hba.conf is for connections with TLS.",
        lambda testbed: _refused_by_hba(testbed, "hostssl all all 127.0.0.1/32 scram-sha-256"),
    ),
    Fault("pg-tls-refused", "The URL demands TLS, and the server has none.", _no_tls),
    Fault("pg-certificate-refused", "The server's certificate is for another name.", _wrong_certificate),
    Fault("pg-database-missing", "The database does not exist.", _missing_database),
    Fault("pg-connect-denied", "The role may not connect to the database.", _no_connect),
    Fault("pg-database-closed", "The database allows no connections.", _closed_database),
    Fault(
        "pg-too-many-connections",
        "Idle sessions hold every connection, and nobody gives a superuser's URL.",
        lambda testbed: _full(testbed, admin=False),
    ),
    Fault("pg-too-many-connections/queries", "Running queries hold every connection.", _full_of_queries),
    Fault(
        "pg-open-transactions-fill",
        "Sessions that are idle in a transaction hold every connection.",
        lambda testbed: _full(testbed, "BEGIN", "SELECT 1"),
        also=("pg-too-many-connections",),
    ),
    Fault(
        "pg-pools-too-large",
        "Idle sessions hold every connection.",
        lambda testbed: _full(testbed, "SELECT 1"),
        also=("pg-too-many-connections",),
    ),
    Fault(
        "pg-role-limit",
        "The role may have one connection, and has it.",
        lambda testbed: _limited(testbed, f"ALTER ROLE {APP} CONNECTION LIMIT 1"),
    ),
    Fault(
        "pg-database-limit",
        "The database takes one connection, and has it.",
        lambda testbed: _limited(testbed, "ALTER DATABASE shop CONNECTION LIMIT 1"),
    ),
    Fault("pg-nearly-full", "Eight of ten connections are taken.", _nearly_full),
    Fault(
        "pg-read-only",
        "The URL leads to a standby.",
        lambda testbed: _as_standby(testbed, {}, waits=True),
    ),
    Fault("pg-read-only/by-default", "The database's transactions are read-only by default.", _read_only),
    Fault(
        "pg-blocked-by-open-transaction",
        "A session that is idle in a transaction holds a row that another one wants.",
        lambda testbed: _blocked(testbed, is_busy=False),
    ),
    Fault(
        "pg-blocked-by-query",
        "A session with a running query holds a row that another one wants.",
        lambda testbed: _blocked(testbed, is_busy=True),
    ),
    Fault("pg-open-transaction", "A transaction is open and does nothing.", _open_transaction),
    Fault("pg-long-query", "A query runs for longer than it should.", _long_query),
)


def _working(testbed: DeclaredTestbed, *statements: str, **parameters: Any) -> Situation:
    server = _server(testbed)
    _connection(testbed, server, *statements)
    return _of(testbed, server, **parameters)


def _over_tls(testbed: DeclaredTestbed) -> Situation:
    server, ca = _tls(testbed, "127.0.0.1", "localhost")
    _hba(server, "hostssl all all 127.0.0.1/32 scram-sha-256")
    return _of(testbed, server, pg_url=f"{_url(server)}?sslmode=verify-full&sslrootcert={ca}")


def _by_socket(testbed: DeclaredTestbed) -> Situation:
    server = _server(testbed)
    password = quote(PASSWORD, safe="")
    url = f"postgresql://{APP}:{password}@/shop?host={server.folder}&port={server.port}"
    return _of(testbed, server, pg_url=url)


HEALTHY: tuple[Healthy[DeclaredTestbed], ...] = (
    Healthy("well", "A small server with one session.", _working),
    Healthy(
        "short-transaction",
        "A transaction is open, and younger than the limit.",
        lambda testbed: _working(testbed, "BEGIN", "SELECT 1"),
    ),
    Healthy(
        "lock-held-and-not-wanted",
        "A transaction holds a lock that nobody waits for.",
        lambda testbed: _working(testbed, *_TABLE, *_LOCK),
    ),
    Healthy(
        "standby-for-reading",
        "A standby, for an application that only reads.",
        lambda testbed: _as_standby(testbed, {}, waits=True, needs_write=False),
    ),
    Healthy(
        "superuser-known",
        "Nothing is wrong, and the run knows a superuser's URL.",
        lambda testbed: _of(testbed, _server(testbed), admin=True),
    ),
    Healthy("over-tls", "The server lets clients in with TLS alone, and has a certificate.", _over_tls),
    Healthy("by-socket", "The application comes through the unix socket.", _by_socket),
    Healthy(
        "superuser",
        "The application is a superuser, and other sessions are idle.",
        lambda testbed: _of(testbed, server := _server(testbed), pg_url=server.url),
    ),
)


def psql(words: list[str], testbed: Testbed) -> bool:
    """A statement for the drill's own server, whose address is in a variable."""
    return len(words) > 1 and words[1] in ("$PG_URL", "$ADMIN_URL")


#: Text in a command that makes it a manual step, and why.
MANUAL_SIGNS: Sequence[tuple[str, str]] = (
    (r"\password", "a person types the password"),
    ("ROLE ROLE", "a person puts the role's name in"),
    ("DATABASE DATABASE", "a person puts the database's name in"),
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
