"""The servers that the lab starts for declared checks are real, and gone when the testbed is."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator

import pytest

from machine import lacking
from runbooklab.domains.generic.lab.servers import postgres
from runbooklab.domains.generic.lab.web_server import nginx
from runbooklab.lab.testbed import NotReady, Testbed, Unavailable


@pytest.fixture
def bed() -> Iterator[Testbed]:
    """A testbed without an engine."""
    with Testbed() as bed:
        yield bed


def _is_open(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def test_a_postgres_answers_and_ends_with_its_testbed() -> None:
    """It takes statements with its own password and settings; after the testbed nothing listens."""
    with Testbed() as bed:
        try:
            server = postgres(bed, {"max_connections": "7"})
        except Unavailable as error:
            lacking(str(error))
        assert server.run("SELECT 6 * 7", "SHOW max_connections") == "42\n7"
        assert _is_open(server.port)
    assert not _is_open(server.port)
    assert not server.folder.exists()


def test_a_postgres_that_cannot_start_says_why(bed: Testbed) -> None:
    """A setting that it refuses is in the exception, from its own log."""
    try:
        with pytest.raises(NotReady, match="no_such_setting"):
            postgres(bed, {"no_such_setting": "1"})
    except Unavailable as error:
        lacking(str(error))


def test_an_nginx_serves_its_configuration(bed: Testbed) -> None:
    """What stands in the configuration is what it answers; a bad one says what is wrong."""
    try:
        server = nginx(bed, "server { listen 127.0.0.1:@PORT@; location / { return 200 'here\\n'; } }")
    except Unavailable as error:
        lacking(str(error))
    with urllib.request.urlopen(server.url, timeout=5) as answer:
        assert answer.read() == b"here\n"
    server.ended()
    assert not _is_open(server.port)
    with pytest.raises(NotReady, match="no_such_directive"):
        nginx(bed, "no_such_directive on;")


def test_an_nginx_that_a_person_starts_ends_with_its_testbed() -> None:
    """Started as a daemon in the place of the testbed's own one, it is gone with the testbed all the same."""
    with Testbed() as bed:
        try:
            server = nginx(bed, "server { listen 127.0.0.1:@PORT@; }")
        except Unavailable as error:
            lacking(str(error))
        server.ended()
        bed.run(["nginx", "-c", str(server.configuration), "-e", str(server.error_log)])
        bed.until(lambda: _is_open(server.port))
    assert not _is_open(server.port)
