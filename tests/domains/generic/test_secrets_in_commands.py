"""The line that a person pastes names the variable that has a check's secret, whatever says where that is."""

from __future__ import annotations

import pytest

from declared_texts import declarations, fence
from runbooklab.domains.generic import asking
from runbooklab.domains.generic.declared import DeclaredCheck
from runbooklab.domains.generic.reading import read_all

TOKEN = "***secret-1a2b3c4d***"
#: Where a secret may be -> the variable of a person who pastes the line.
PLACES = {"env:OTHER": "OTHER", "file:/run/secrets/one": "MY_SECRET", TOKEN: "MY_SECRET"}
CHECKS = {
    "sql: SELECT 1\nserver: ${my_secret}": "psql \"$NAME\" -X -c 'SELECT 1'",
    "redis: PING\nserver: ${my_secret}": 'redis-cli -u "$NAME" PING',
    "http: ${my_secret}/health": '"$NAME"',
    "http: http://api/\nbearer: ${my_secret}": '-H "Authorization: Bearer $NAME"',
    "http: http://api/\nheaders: {X-Key: 'a ${my_secret}'}": '-H "X-Key: a $NAME"',
    "promql: up\nserver: http://prom\nbearer: ${my_secret}": '-H "Authorization: Bearer $NAME"',
    "command: grep -c ${my_secret} /etc/hosts": 'grep -c "$NAME" /etc/hosts',
    "container: ${my_secret}": '"$NAME"',
}


def command(text: str, **values: str) -> str:
    """The line of a check with these values."""
    (check,) = read_all(declarations(fence("check", text), **values))
    assert isinstance(check, DeclaredCheck), check
    return asking.command(check, values, 3.0)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", CHECKS)
def test_a_secret_is_the_variable_that_has_it(text: str, place: str) -> None:
    """``env:OTHER`` is ``$OTHER``, any other one the parameter's name; nothing else stands for it."""
    line = command(text, my_secret=place)
    assert CHECKS[text].replace("NAME", PLACES[place]) in line
    others = ("PG_URL", "REDIS_URL", "$SECRET", "secret-", "env:", "file:")
    assert not [name for name in others if name in line]


def test_each_secret_has_its_own_variable() -> None:
    """Two secrets in one line do not get mixed up."""
    line = command("http: ${a}/x\nbearer: ${b}", a="env:BASE", b="env:KEY")
    assert '"Authorization: Bearer $KEY"' in line
    assert line.endswith('"$BASE"')


def test_a_url_without_a_password_is_written_out() -> None:
    """A person pastes the line as it is; one with a password never stands in a command."""
    server = "sql: SELECT 1\nserver: ${url}"
    assert command(server, url="postgresql://me@db/app").startswith("psql postgresql://me@db/app -X")
    assert command(server, url=f"postgresql://me:{TOKEN}@db/app").startswith('psql "$URL" -X')
