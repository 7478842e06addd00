"""What an sql check sees of a real PostgreSQL; and of servers that hang, or are none."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

import fake_servers
from asking import asked, context, looked, module
from machine import lacking
from runbooklab.domains.generic.lab.servers import Postgres, postgres
from runbooklab.domains.generic.probes.sql_functions import may_be_called
from runbooklab.domains.generic.records import Seen
from runbooklab.domains.redis.lab.certificates import Authority
from runbooklab.lab.testbed import Testbed, Unavailable
from runbooklab.redaction import Vault

#: Functions that PostgreSQL itself counts as volatile, and why each of them is allowed all the same.
VOLATILE = {
    "current_query": "the text of its own statement", "pg_jit_available": "reads a flag",
    "gen_random_uuid": "as random()",
    "random": "gives another number each time, and changes nothing outside its own connection",
    "timeofday": "the clock", "clock_timestamp": "the clock",
    "pg_notification_queue_usage": "reads a counter", "pg_is_in_recovery": "reads a flag",
    "pg_xact_commit_timestamp": "reads a table of times", "pg_last_committed_xact": "as above",
    "pg_is_wal_replay_paused": "reads a flag", "pg_get_wal_replay_pause_state": "reads a flag",
    "pg_current_wal_flush_lsn": "reads a position", "pg_current_wal_insert_lsn": "as above",
    "pg_current_wal_lsn": "as above", "pg_last_wal_receive_lsn": "as above",
    "pg_last_wal_replay_lsn": "as above", "pg_last_xact_replay_timestamp": "as above",
    "pg_blocking_pids": "reads the table of locks", "pg_safe_snapshot_blocking_pids": "as above",
    "pg_lock_status": "as above", "pg_prepared_xact": "reads the prepared transactions",
    "pg_show_all_file_settings": "reads the server's own settings", "pg_hba_file_rules": "as above",
    "pg_database_size": "adds up sizes", "pg_tablespace_size": "as above", "pg_table_size": "as above",
    "pg_indexes_size": "as above", "pg_total_relation_size": "as above", "pg_relation_size": "as above",
    "pg_partition_tree": "reads the catalogue", "pg_partition_ancestors": "as above",
    "pg_control_checkpoint": "reads the control file's record", "pg_control_init": "as above",
    "pg_control_recovery": "as above", "pg_control_system": "as above",
    "pg_tablespace_databases": "lists databases", "pg_timezone_names": "lists time zones",
    "pg_timezone_abbrevs": "as above", "txid_status": "reads the state of a transaction",
    "pg_xact_status": "as above", "pg_get_shmem_allocations": "reads the table of shared memory",
    "pg_get_backend_memory_contexts": "reads the memory of its own connection",
    "pg_get_replication_slots": "reads the slots", "pg_get_multixact_members": "reads a table",
    "pg_get_process_memory_contexts": "reads memory", "pg_trigger_depth": "reads a counter",
}  # fmt: skip


@pytest.fixture(scope="module")
def bed() -> Iterator[Testbed]:
    """A testbed without an engine."""
    with Testbed() as bed:
        yield bed


@pytest.fixture(scope="module")
def server(bed: Testbed) -> Postgres:
    """A real PostgreSQL with a table and a user whose password is known."""
    try:
        server = postgres(bed, {"max_connections": "10", "superuser_reserved_connections": "3"})
    except Unavailable as error:
        lacking(str(error))
    server.run(
        "CREATE TABLE jobs (id int PRIMARY KEY, state text, api_key text)",
        "INSERT INTO jobs VALUES (1, 'queued', 'hunter2-of-the-row'), (2, 'done', NULL)",
        "CREATE SEQUENCE numbers",
        "CREATE ROLE app LOGIN PASSWORD 'app-password'",
        "GRANT SELECT ON jobs TO app",
        "CREATE FUNCTION sneaky() RETURNS int LANGUAGE sql AS 'DELETE FROM jobs RETURNING 1'",
        "CREATE VIEW writing AS SELECT nextval('numbers') AS number",
    )
    return server


def ask(server: Postgres, sql: str, url: str = "", timeout_s: float = 5.0, **values: str) -> Seen:
    """What a check sees of a server, logged in as the superuser unless another URL is given."""
    vault = Vault(b"a key for tests")
    plain = url or server.url
    address = plain.replace(f":{server.password}@", f":{vault.learn(server.password)}@")
    question = asked("sql", sql, {"server": "${url}"}, timeout_s=timeout_s, url=address, **values)
    return looked(question, context(vault))


def test_rows_come_with_their_types(server: Postgres) -> None:
    """The first row by column, its first value, and how many rows there are."""
    seen = ask(
        server, "SELECT id, state, 1.5::numeric AS half, true AS yes, NULL AS none FROM jobs ORDER BY id"
    )
    assert seen.values["rows"] == 2
    assert seen.values["value"] == 1
    assert seen.values["column"] == {"id": 1, "state": "queued", "half": 1.5, "yes": True, "none": None}
    assert (seen.values["error"], seen.values["refused"]) == ("", False)
    assert seen.values["ms"] > 0
    assert seen.shown.splitlines()[:2] == ["id | state | half | yes | none", "1 | queued | 1.5 | True | NULL"]


def test_what_the_url_names_is_seen_also_without_a_login(server: Postgres) -> None:
    """Role, database, host and port are there for a remedy to name; the password is not."""
    ctx = context()
    password = ctx.vault.learn("not-the-right-one")
    url = f"postgresql://shop%40new:{password}@127.0.0.1:{server.port}/no%20such"
    seen = looked(asked("sql", "SELECT 1", {"server": url}), ctx)
    named = {name: seen.values[name] for name in ("user", "database", "host", "port")}
    assert named == {"user": "shop@new", "database": "no such", "host": "127.0.0.1", "port": str(server.port)}
    assert seen.values["code"] == "28P01"


def test_no_rows_have_no_value(server: Postgres) -> None:
    """An answer without rows is an answer; there is no first value in it."""
    seen = ask(server, "SELECT id FROM jobs WHERE id > 9")
    assert seen.values["rows"] == 0
    assert "value" not in seen.values


@pytest.mark.parametrize("evil", ["x'; DROP TABLE jobs; --", "queued", "\\", "' OR '1'='1", "💥"])
def test_values_are_bound(server: Postgres, evil: str) -> None:
    """A value is compared, and never a part of the statement."""
    seen = ask(server, "SELECT id FROM jobs WHERE state = ${state}", state=evil)
    assert seen.values["rows"] == (1 if evil == "queued" else 0)
    assert ask(server, "SELECT count(*) FROM jobs").values["value"] == 2
    assert ask(server, "SELECT now() - ${age}::interval < now() AND 1 = ${n}", age="5 min", n="1").values[
        "value"
    ]


def test_a_secret_in_a_row_is_a_token(server: Postgres) -> None:
    """A column whose name means a secret gives its values as tokens."""
    seen = ask(server, "SELECT api_key FROM jobs ORDER BY id")
    assert "hunter2" not in repr(seen)
    assert seen.values["value"].startswith("***secret-")


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SHOW max_connections", "10"),
        ("EXPLAIN SELECT * FROM jobs", "Seq Scan on jobs"), ("TABLE jobs", "queued"),
    ],
)  # fmt: skip
def test_other_forms_that_read_are_answered(server: Postgres, sql: str, shown: str) -> None:
    """SHOW, EXPLAIN and TABLE have rows as a SELECT has."""
    seen = ask(server, sql)
    assert seen.values["rows"] > 0
    assert shown in seen.shown


def test_many_rows_are_counted_and_not_fetched(server: Postgres) -> None:
    """The count is exact up to a million; beyond it nothing is said of it."""
    assert ask(server, "SELECT * FROM generate_series(1, 200) n").values["rows"] == 200
    assert ask(server, "SELECT * FROM generate_series(1, 123456) n").values["rows"] == 123456
    seen = ask(server, "SELECT * FROM generate_series(1, 3000000) n", timeout_s=20.0)
    assert "rows" in seen.unobserved
    assert seen.values["value"] == 1


def test_an_answer_of_any_length_is_not_read(server: Postgres) -> None:
    """A row of eight MiB says nothing but that."""
    seen = ask(
        server,
        "SELECT string_agg(repeat, '') FROM (SELECT 'abcdefgh' AS repeat FROM generate_series(1, 1000000)) t",
    )
    assert set(seen.unobserved) == {"rows", "value", "column"}


def test_what_slips_past_the_words_is_stopped_by_the_transaction(server: Postgres) -> None:
    """A function or a view that writes is refused by the server: the second wall."""
    seen = ask(server, "SELECT number FROM writing")
    assert seen.values["code"] == "25006"
    assert "read-only transaction" in seen.values["error"]
    assert server.run("SELECT is_called FROM numbers", "SELECT count(*) FROM jobs") == "f\n2"


def test_a_statement_that_takes_too_long_is_ended_at_the_server(server: Postgres) -> None:
    """Its own time is over: the server stops it, and nothing of ours is left there."""
    seen = ask(server, "SELECT count(*) FROM generate_series(1, 1000000000) a", timeout_s=1.0)
    assert seen.values["timed_out"] is True
    assert seen.values["code"] == "57014"
    ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'runbooklab'"
    with Testbed() as bed:
        bed.until(lambda: server.run(ours) == "0")


def test_a_lock_is_not_waited_for(server: Postgres) -> None:
    """A table that somebody holds locked: an error with its code, in time."""
    holder = subprocess.Popen(
        ["psql", server.url, "-X", "-q", "-c", "BEGIN", "-c", "LOCK TABLE jobs", "-c", "SELECT pg_sleep(30)"],
        stdout=subprocess.DEVNULL,
    )
    try:
        with Testbed() as bed:
            locked = "SELECT count(*) FROM pg_locks WHERE relation = 'jobs'::regclass"
            bed.until(lambda: server.run(locked) != "0")
        seen = ask(server, "SELECT * FROM jobs", timeout_s=1.0)
    finally:
        holder.kill()
        holder.wait()
        server.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'jobs'::regclass")
    assert seen.values["timed_out"] is True
    assert seen.values["code"] in ("55P03", "57014")


@pytest.mark.parametrize(
    ("user", "password", "database", "code"),
    [
        ("app", "wrong-password", "postgres", "28P01"),
        ("nobody-here", "x-password", "postgres", "28P01"),
        ("app", "app-password", "no_such_database", "3D000"),
        ("app", "app-password", "postgres", None),
    ],
)
def test_what_the_server_refuses_is_an_error_with_its_code(
    server: Postgres, user: str, password: str, database: str, code: str | None
) -> None:
    """A wrong password, user or database is data; the password is nowhere."""
    vault = Vault(b"a key for tests")
    url = server.url_of(database, user, vault.learn(password))
    seen = looked(asked("sql", "SELECT 1", {"server": url}), context(vault))
    assert seen.values.get("code") == code
    assert bool(seen.values["error"]) is (code is not None)
    assert password not in repr(seen)


def test_a_table_that_may_not_be_read_and_a_mistake_are_errors(server: Postgres) -> None:
    """The server's words with their code; the value that was not there is not in it."""
    vault = Vault(b"a key for tests")
    url = server.url_of(user="app", password=vault.learn("app-password"))
    denied = looked(asked("sql", "SELECT * FROM pg_statistic", {"server": url}), context(vault))
    assert denied.values["code"] == "42501"
    wrong = looked(asked("sql", "SELECT no_such_column FROM jobs", {"server": url}), context(vault))
    assert wrong.values["code"] == "42703"
    assert "value" not in wrong.values
    assert wrong.note == f'127.0.0.1:{server.port}: column "no_such_column" does not exist.'


def connected(url: str) -> subprocess.Popen[bytes]:
    """A client that holds its connection, or has been refused, after half a second."""
    client = subprocess.Popen(["psql", url, "-X"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    with suppress(subprocess.TimeoutExpired):
        client.wait(0.5)
    return client


def test_too_many_connections_are_an_error_with_its_code(bed: Testbed) -> None:
    """A server that is full says so: 53300."""
    try:
        full = postgres(bed, {"max_connections": "10", "superuser_reserved_connections": "3"})
    except Unavailable as error:
        lacking(str(error))
    full.run("CREATE ROLE app LOGIN PASSWORD 'app-password'")
    vault, url = Vault(b"a key for tests"), full.url_of(user="app", password="app-password")
    with ExitStack() as held:
        there = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
        for number in range(1, 8):  # three of ten are reserved for superusers

            def is_held(wanted: str = str(number)) -> bool:
                """Whether so many are connected: one that came while another was leaving is refused."""
                if full.run(there) != wanted:
                    held.enter_context(client := connected(url))
                    held.callback(client.kill)
                return full.run(there) == wanted

            bed.until(is_held)
        hidden = full.url_of(user="app", password=vault.learn("app-password"))
        seen = looked(asked("sql", "SELECT 1", {"server": hidden}), context(vault))
    assert seen.values["code"] == "53300"
    assert "remaining connection slots" in seen.values["error"]


def test_a_unix_socket_is_a_way_in(server: Postgres) -> None:
    """The folder of the socket stands in the URL; a socket that is not there is a refusal."""
    vault = Vault(b"a key for tests")
    url = f"postgresql://postgres:{vault.learn(server.password)}@/postgres?host={server.folder}&port={server.port}"
    assert looked(asked("sql", "SELECT 7", {"server": url}), context(vault)).values["value"] == 7
    gone = looked(
        asked("sql", "SELECT 7", {"server": url.replace(f"port={server.port}", "port=1")}), context(vault)
    )
    assert gone.values["refused"] is True


def test_a_secret_url_is_opened_when_it_is_used(server: Postgres) -> None:
    """The whole address may be a secret; its password is one of its own from then on."""
    vault = Vault(b"a key for tests")
    ctx = context(vault)
    seen = looked(asked("sql", "SELECT 7", {"server": "${url}"}, url=vault.learn(server.url)), ctx)
    assert seen.values["value"] == 7
    assert server.password not in repr(seen) + repr(ctx.ledger)


def test_nobody_there_is_data() -> None:
    """A closed port is refused."""
    port = fake_servers.closed_port()
    seen = looked(asked("sql", "SELECT 1", {"server": f"postgresql://me@127.0.0.1:{port}/app"}))
    assert seen.values["refused"] is True


def test_a_server_that_hangs_times_out(bed: Testbed) -> None:
    """Every process of it is stopped with SIGSTOP: the kernel still accepts the connection."""
    try:
        hung = postgres(bed)
    except Unavailable as error:
        lacking(str(error))
    hung.send(signal.SIGSTOP)
    try:
        seen = ask(hung, "SELECT 1", timeout_s=0.7)
    finally:
        hung.send(signal.SIGCONT)
    assert seen.values["timed_out"] is True
    assert "rows" not in seen.values
    assert ask(hung, "SELECT 1").values["value"] == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fake_servers.saying(b"HTTP/1.1 400 Bad Request"), "no PostgreSQL"),
        (fake_servers.endless(b"N", b"\xff" * 4096), ""),
        (fake_servers.endless(b"NR\0\0\0\x08\0\0\0\0", b"N\0\0\0\x06a\0"), ""),
        (fake_servers.endless(b"NR\x7f\xff\xff\xff", b"a" * 4096), "longer"),
        (fake_servers.endless(b"NZ\0\0\0\x05I", b"D\0\0\0\x06\0\0"), ""),
        (fake_servers.saying(b"NR\0\0\0\x08\0\0\0\x63"), "Authentication method 99"),
        (fake_servers.saying(b"N?\0\0\0\x05x"), "not PostgreSQL's protocol"),
        (lambda sock: sock.close(), ""),
        (fake_servers.dripping(b"N"), ""),
    ],
)  # fmt: skip
def test_what_is_no_postgres_is_told_in_time(answer: fake_servers.Answer, said: str) -> None:
    """Garbage, endless messages and announced lengths of two GiB: data, within the check's own time."""
    with fake_servers.serving(answer) as port:
        url = f"postgresql://me@127.0.0.1:{port}/app"
        seen = looked(asked("sql", "SELECT 1", {"server": url}, timeout_s=1.5))
    assert "value" not in seen.values
    assert seen.note
    assert said in seen.note


def test_tls_is_spoken_as_the_url_asks(bed: Testbed) -> None:
    """`verify-full` needs the authority and the name; `require` neither; without TLS `require` is refused."""
    authority = Authority.make(bed.folder / "sql-ca", bed.run)
    certificate = authority.sign("server", host="DNS:localhost")
    key = certificate.with_suffix(".key")
    try:
        plain = postgres(bed)
        plain.give(key)
        secure = postgres(bed, {"ssl": "on", "ssl_cert_file": str(certificate), "ssl_key_file": str(key)})
    except Unavailable as error:
        lacking(str(error))

    def with_mode(mode: str, host: str = "localhost", server: Postgres = secure) -> dict[str, Any]:
        url = server.url.replace("127.0.0.1", host)
        sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        return dict(ask(server, sql, url=f"{url}?sslmode={mode}&sslrootcert={authority.certificate}").values)

    assert with_mode("verify-full")["value"] is True
    assert with_mode("verify-ca", "127.0.0.1")["value"] is True
    assert with_mode("prefer", "127.0.0.1")["value"] is True
    assert with_mode("disable", "127.0.0.1")["value"] is False
    assert "match" in with_mode("verify-full", "127.0.0.1")["error"]
    assert with_mode("require", "127.0.0.1", plain)["error"] == "the server does not speak TLS"
    assert with_mode("prefer", "127.0.0.1", plain)["value"] is False


def test_every_volatile_function_of_the_server_is_refused_or_known(server: Postgres) -> None:
    """What PostgreSQL marks as volatile can have an effect: each one that is allowed has its reason."""
    names = server.run("SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v'").splitlines()
    assert len(names) > 200
    unknown = {
        name
        for name in names
        if may_be_called(name) and name not in VOLATILE and not name.startswith("pg_stat_get_")
    }
    assert unknown == set()


def test_no_function_that_waits_or_writes_gets_through_under_another_name(server: Postgres) -> None:
    """Each volatile function of the server, called in a statement, is refused unless it is listed."""
    names = server.run("SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v'").splitlines()
    let_in = {
        name
        for name in names
        if not may_be_called(name)
        and not module("sql").refused(asked("sql", f"SELECT {name}(1)", {"server": "postgresql://db"}))
    }
    assert let_in == set()
