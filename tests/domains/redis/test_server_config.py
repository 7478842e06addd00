"""A server's settings as its command line and files give them, and what they make of a URL's credentials."""

from __future__ import annotations

import hashlib

import pytest

from runbooklab.domains.redis.probes.server_config import (
    credentials,
    directives,
    file_lines,
    server_words,
    users,
)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["redis-server", "--port", "7000"], ["--port", "7000"]),
        (["docker-entrypoint.sh", "redis-server", "/etc/redis.conf"], ["/etc/redis.conf"]),
        (["docker-entrypoint.sh", "--requirepass", "x y"], ["--requirepass", "x y"]),
        (["/usr/bin/valkey-server", "--save", ""], ["--save", ""]),
        (["sh", "-c", "sleep 1; exec redis-server --port 7000 2>&1"], ["--port", "7000"]),
        (["sh", "-c", "redis-server --requirepass 'a b' & wait"], ["--requirepass", "a b"]),
        (["/opt/bitnami/scripts/redis/run.sh"], None),
        (["sleep", "600"], None),
        ([], None),
    ],
)
def test_what_a_server_is_started_with(command: list[str], words: list[str] | None) -> None:
    """The words after the server's name, within a shell's line too; None if nobody can say."""
    found = server_words(command)
    assert (found[: len(words)] if found and words else found) == words


def test_a_configuration_file_is_read_as_redis_reads_it() -> None:
    """Comments are left out, quotes taken off, letter case of a directive means nothing."""
    text = '# requirepass old\n\nRequirePass "two words"\nbind 127.0.0.1 -::1\n'
    assert list(file_lines(text, "/c")) == [
        ("requirepass", "two words", "/c:3"),
        ("bind", "127.0.0.1 -::1", "/c:4"),
    ]
    assert list(directives(["--save", "", "--port", "0"])) == [
        ("save", "", "command line"),
        ("port", "0", "command line"),
    ]


HASHED = f"#{hashlib.sha256(b'secret').hexdigest()}"


@pytest.mark.parametrize(
    ("user", "password", "settings", "acl", "outcome"),
    [
        ("", "", {}, "", "fit"),
        ("", "secret", {}, "", "none-set"),
        ("", "", {"requirepass": "secret"}, "", "missing"),
        ("", "other", {"requirepass": "secret"}, "", "wrong"),
        ("default", "secret", {"requirepass": "secret"}, "", "fit"),
        ("app", "secret", {"requirepass": "secret"}, "", "wrong"),
        ("app", "secret", {}, "user app on >secret ~* +@all", "fit"),
        ("app", "secret", {}, f"user app on {HASHED} ~* +@all", "fit"),
        ("app", "secret", {}, "user app off >secret ~* +@all", "wrong"),
        ("app", "other", {}, "user app on >secret", "wrong"),
        ("", "", {}, "user default off", "wrong"),
        ("", "", {}, "user default on nopass ~* +@all", "fit"),
        ("", "", {}, "user default on >secret", "missing"),
    ],
)
def test_credentials_against_the_servers_own_settings(
    user: str, password: str, settings: dict[str, str], acl: str, outcome: str
) -> None:
    """ACL users come before requirepass; a digest is compared as a digest."""
    assert credentials(user, password, settings, users([], acl)) == outcome
