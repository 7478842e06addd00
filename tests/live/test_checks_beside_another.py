"""Checks of one run beside each other: what one lacks is not the others', and they share a scarce server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from asking import asked, context, looked
from declared_texts import declarations, fence
from machine import lacking
from runbooklab.domain.judgement import why
from runbooklab.domain.rules import Rules
from runbooklab.domains.generic.lab.servers import Postgres, postgres
from runbooklab.domains.generic.probes.sql import MOST_CONNECTIONS
from runbooklab.domains.generic.records import Seen
from runbooklab.domains.generic.world import key_of
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Testbed, Unavailable
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import Target
from runbooklab.observe.collect import Collection
from runbooklab.observe.context import NotObserved
from runbooklab.observe.turns import NoTurn, Turns
from runbooklab.redaction import Vault

CHECKS = fence("check", "tcp: 127.0.0.1:${port}\npass: open", "port") + fence(
    "check", "http: http://127.0.0.1:${port}/\nbearer: ${key}\npass: status == 200", "page"
)


def seen_of(values: dict[str, object], body: str = CHECKS) -> Collection:
    """A collection of the checks of a body, ended; ``key`` is a secret."""
    declared = declarations(body, **values)
    declared = replace(
        declared,
        parameters=tuple(replace(row, secret=row.name == "key") for row in declared.parameters),
    )
    rules = Rules.of((), declared)
    collection = Collection(
        Target().having(**values), Path.cwd(), Vault(b"k" * 16), probes=rules.probes.values()
    )
    collection.start()
    collection.evidence()
    return collection


def test_a_secret_that_is_missing_costs_only_the_checks_that_send_it() -> None:
    """A port is looked at whether or not somebody has set the password of a page."""
    evidence = seen_of({"port": free_port(), "key": "env:RUNBOOKLAB_NOT_SET"}).evidence()
    assert evidence[key_of("port")].value is not None
    missing = evidence[key_of("page")].missing
    assert missing is not None
    assert "RUNBOOKLAB_NOT_SET is not set" in missing.detail


def test_an_empty_secret_is_asked_for_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the secret must be there, the finding names the parameter and the place that is empty."""
    monkeypatch.setenv("RUNBOOKLAB_EMPTY", "")
    body = fence("check", "sql: SELECT 1\nserver: ${key}\npass: value == 1", "answer")
    missing = seen_of({"key": "env:RUNBOOKLAB_EMPTY"}, body).evidence()[key_of("answer")].missing
    assert missing is not None
    assert missing.detail == "fill in key: env:RUNBOOKLAB_EMPTY is empty"


def test_who_waits_for_a_turn_too_long_is_told_so() -> None:
    """As many as there are places are let in; the next waits, and is let in when one is free."""
    turns = Turns()
    with turns.at("db", 1, 1.0):
        with pytest.raises(NoTurn, match="nothing was sent"), turns.at("db", 1, 0.01):
            pass
        with turns.at("another", 1, 0.01):
            pass
    with turns.at("db", 1, 0.01):
        pass


def test_a_statement_waits_for_its_turn_at_the_server() -> None:
    """While others hold all connections that checks may have, none more is opened, and a finding says so."""
    ctx = context(seconds=0.5)
    question = asked("sql", "SELECT 1", {"server": "postgresql://127.0.0.1:1/d"}, timeout_s=0.5)
    with ExitStack() as held:
        for _ in range(MOST_CONNECTIONS):
            held.enter_context(ctx.turns.at("sql 127.0.0.1:1", MOST_CONNECTIONS, 1.0))
        with pytest.raises(NotObserved, match="nothing was sent") as raised:
            looked(question, ctx)
    said = why(Evidence(), raised.value.missing)
    assert said == "nothing was sent: 2 other questions to the server were not answered in time"
    assert looked(question, context()).values["refused"]


@pytest.fixture
def server() -> Postgres:
    """A PostgreSQL with room for few connections."""
    with Testbed() as bed:
        try:
            yield postgres(bed, {"max_connections": "8", "superuser_reserved_connections": "3"})  # type: ignore[misc] # a generator
        except Unavailable as error:
            lacking(str(error))


def test_many_checks_do_not_use_up_the_connections_of_a_server(server: Postgres) -> None:
    """More statements than the server has connections are all answered: they take turns."""
    ctx = context(Vault(b"a key for tests"))
    url = server.url.replace(f":{server.password}@", f":{ctx.vault.learn(server.password)}@")

    def ask(number: int) -> Seen:
        return looked(asked("sql", f"SELECT {number}", {"server": "${url}"}, timeout_s=15.0, url=url), ctx)

    with ThreadPoolExecutor(16) as pool:
        assert [each.values["value"] for each in pool.map(ask, range(16))] == list(range(16))
