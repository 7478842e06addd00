"""PostgreSQL servers of a drill, each broken in its own way or odd and well."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

from pg8000.native import Connection

from runbooklab.domains.generic.lab.servers import Postgres, postgres, restarted
from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import NotReady, Situation

#: A small server: three connections are for everybody, three more for superusers.
SMALL = {"max_connections": "6", "superuser_reserved_connections": "3", "max_wal_senders": "0"}
PASSWORD = "p@ss/word:of?the#app"
APP = "app"


def own_server(testbed: DeclaredTestbed, settings: Mapping[str, str] = {}, *statements: str) -> Postgres:
    """A server with a role and a database of an application."""
    server = postgres(testbed, {"max_wal_senders": "0"} | dict(settings))
    server.run(
        f"CREATE ROLE {APP} LOGIN PASSWORD '{PASSWORD}'", f"CREATE DATABASE shop OWNER {APP}", *statements
    )
    return server


def url_of(server: Postgres, **other: str) -> str:
    given = {"database": "shop", "user": APP, "password": quote(PASSWORD, safe="")} | other
    return server.url_of(**given)


def as_target(
    testbed: DeclaredTestbed, server: Postgres, *, admin: bool = False, **parameters: Any
) -> Situation:
    """The server as a target, as its application sees it; the shell of a person has the two URLs."""
    url = str(parameters.pop("pg_url", url_of(server)))
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
    testbed.process(["psql", url_of(server), "-X", "-c", marked])
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


def unknown_name(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(pg_url=f"postgresql://{APP}:secret@db.runbooklab.invalid:5432/shop")


def stopped(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    server.ended()
    return as_target(testbed, server)


def dropped(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    testbed.firewall("INPUT", "-i", "lo", "-p", "tcp", "--dport", str(server.port), "-j", "DROP")
    return as_target(testbed, server)


def hanging(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    server.send(signal.SIGSTOP)
    testbed.later(lambda: server.send(signal.SIGCONT))
    return as_target(testbed, server)


def web_server(testbed: DeclaredTestbed) -> Situation:
    web = testbed.nginx("server { listen 127.0.0.1:@PORT@; location / { return 200; } }")
    return testbed.of(pg_url=f"postgresql://{APP}:secret@127.0.0.1:{web.port}/shop")


def as_standby(
    testbed: DeclaredTestbed, settings: Mapping[str, str], *, waits: bool, **parameters: Any
) -> Situation:
    """A server that waits for a primary which there is not."""
    server = own_server(testbed)
    server.ended()
    server.give(_written(server.folder / "data" / "standby.signal"))
    return as_target(testbed, restarted(testbed, server, settings, waits=waits), **parameters)


def _written(path: Path) -> Path:
    path.touch()
    return path


def recovering(testbed: DeclaredTestbed) -> Situation:
    return as_standby(testbed, {"hot_standby": "off"}, waits=False)


def disk_full(testbed: DeclaredTestbed) -> Situation:
    """A server whose data is on a file system without any room: it cannot start again."""
    server = own_server(testbed)
    server.ended()
    data = server.folder / "data"
    small = testbed.mounted("small", "size=100m")
    testbed.run(["cp", "-a", f"{data}/.", str(small)])
    testbed.mount(["--bind", str(small)], data)
    testbed.fill(data)
    with suppress(NotReady):
        restarted(testbed, server, waits=False)
    return as_target(testbed, server, data_folder=str(data))


# --- the login


def _hba(server: Postgres, *lines: str) -> None:
    """A pg_hba.conf with only these lines, and what the lab itself needs."""
    own = "host postgres postgres 127.0.0.1/32 scram-sha-256"
    (server.folder / "data" / "pg_hba.conf").write_text("\n".join([own, *lines, ""]))
    server.run("SELECT pg_reload_conf()")


def refused_by_hba(testbed: DeclaredTestbed, *lines: str) -> Situation:
    server = own_server(testbed)
    _hba(server, *lines)
    return as_target(testbed, server)


def wrong_password(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    return as_target(testbed, server, pg_url=url_of(server, password="not-the-password"))


def missing_role(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    _hba(server, "host all all 127.0.0.1/32 trust")
    return as_target(testbed, server, admin=True, pg_url=url_of(server, user="shop_new"))


def no_login(testbed: DeclaredTestbed) -> Situation:
    return as_target(testbed, own_server(testbed, {}, f"ALTER ROLE {APP} NOLOGIN"), admin=True)


def no_tls(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    return as_target(testbed, server, pg_url=f"{url_of(server)}?sslmode=require")


def _tls(testbed: DeclaredTestbed, *names: str) -> tuple[Postgres, str]:
    """A server with TLS, and the file of its authority."""
    issuer = testbed.authority()
    certificate, key = issuer.issue("server", *names)
    server = own_server(testbed)
    for name in (certificate, key):
        server.give(Path(name))
    files = {"ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": key}
    return restarted(testbed, server, files), issuer.file


def wrong_certificate(testbed: DeclaredTestbed) -> Situation:
    server, ca = _tls(testbed, "db.example.org")
    return as_target(testbed, server, pg_url=f"{url_of(server)}?sslmode=verify-full&sslrootcert={ca}")


def missing_database(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    return as_target(testbed, server, pg_url=url_of(server, database="shop_production"))


def no_connect(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed, {}, "CREATE DATABASE other", "REVOKE CONNECT ON DATABASE other FROM public")
    return as_target(testbed, server, admin=True, pg_url=url_of(server, database="other"))


def closed_database(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed, {}, "ALTER DATABASE shop ALLOW_CONNECTIONS false")
    return as_target(testbed, server, admin=True)


# --- full


def full(testbed: DeclaredTestbed, *statements: str, admin: bool = True) -> Situation:
    """All connections taken by sessions that have done this."""
    server = own_server(testbed, SMALL)
    for _ in range(3):
        _connection(testbed, server, *statements)
    return as_target(testbed, server, admin=admin, idle_s=0)


def full_of_queries(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed, SMALL)
    for _ in range(3):
        connection = _connection(testbed, server)
        Thread(target=_running, args=(connection, "SELECT pg_sleep(60)"), daemon=True).start()
    testbed.until(
        lambda: server.run("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "3"
    )
    return as_target(testbed, server, admin=True)


def _running(connection: Connection, statement: str) -> None:
    with suppress(Exception):  # it ends with the server
        connection.run(statement)


def limited(testbed: DeclaredTestbed, statement: str) -> Situation:
    server = own_server(testbed, {}, statement)
    _connection(testbed, server)
    return as_target(testbed, server, admin=True)


def nearly_full(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed, {"max_connections": "13", "superuser_reserved_connections": "3"})
    for _ in range(8):
        _connection(testbed, server)
    return as_target(testbed, server)


# --- the work


def read_only(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed, {}, "ALTER DATABASE shop SET default_transaction_read_only = on")
    return as_target(testbed, server, admin=True)


TABLE = ("CREATE TABLE orders (id int PRIMARY KEY, state text)", "INSERT INTO orders VALUES (1, 'new')")
LOCK = ("BEGIN", "UPDATE orders SET state = 'paid' WHERE id = 1")


def blocked(testbed: DeclaredTestbed, *, is_busy: bool) -> Situation:
    server = own_server(testbed)
    _connection(testbed, server, *TABLE)
    if is_busy:
        held = "BEGIN; UPDATE orders SET state = 'paid' WHERE id = 1; SELECT pg_sleep(60)"
        _busy(testbed, server, held)
    else:
        _connection(testbed, server, *LOCK)
    _busy(testbed, server, "UPDATE orders SET state = 'sent' WHERE id = 1")
    _older_than(server, 1, "wait_event_type = 'Lock'")
    return as_target(testbed, server, lock_wait_s=0)


def open_transaction(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    _connection(testbed, server, "BEGIN", "SELECT 1")
    _older_than(server, 1, "state = 'idle in transaction'")
    return as_target(testbed, server, idle_s=0)


def long_query(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    _busy(testbed, server, "SELECT pg_sleep(60)")
    _older_than(server, 1, "state = 'active' AND pid <> pg_backend_pid()")
    return as_target(testbed, server, long_query_s=0)


def working(testbed: DeclaredTestbed, *statements: str, **parameters: Any) -> Situation:
    server = own_server(testbed)
    _connection(testbed, server, *statements)
    return as_target(testbed, server, **parameters)


def over_tls(testbed: DeclaredTestbed) -> Situation:
    server, ca = _tls(testbed, "127.0.0.1", "localhost")
    _hba(server, "hostssl all all 127.0.0.1/32 scram-sha-256")
    return as_target(testbed, server, pg_url=f"{url_of(server)}?sslmode=verify-full&sslrootcert={ca}")


def by_socket(testbed: DeclaredTestbed) -> Situation:
    server = own_server(testbed)
    password = quote(PASSWORD, safe="")
    url = f"postgresql://{APP}:{password}@/shop?host={server.folder}&port={server.port}"
    return as_target(testbed, server, pg_url=url)
