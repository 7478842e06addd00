"""The source of a code cell loses its secrets and stays the program that it was."""

from __future__ import annotations

import ast
import re

import pytest

from runbooklab.execution.redact_source import source_without_secrets
from runbooklab.redaction import Vault

SECRET = "Zq7wV-bT9xKm2"

WITH_A_SECRET = [
    f'redis_url: str = "redis://:{SECRET}@db:6379/0"  # URL to diagnose',
    f"redis_url = 'redis://user:{SECRET}@db'\nprint(redis_url)",
    f'redis_password: str = "{SECRET}"  # The password',
    f"password = '{SECRET}'",
    f"settings['password'] = '{SECRET}'",
    f"settings = {{'password': '{SECRET}', 'host': 'db'}}",
    f"client = connect('db', password='{SECRET}')",
    f"# the password is redis://:{SECRET}@db\nx = 1",
    f"if (password := '{SECRET}'):\n    pass",
    f"ß = 'ü'; password = '{SECRET}'",
    f'url = f"redis://:{SECRET}@{{host}}"',
    f"start('x', redis_url='redis://:{SECRET}@db')",
    f'config = """\nrequirepass {SECRET}\n"""',
]


@pytest.mark.parametrize("source", WITH_A_SECRET)
def test_a_secret_in_python_becomes_its_token(source: str) -> None:
    """Assigned, passed, kept in a mapping, in a URL or a remark; what is left is Python and says the same."""
    vault = Vault(b"a key for tests")
    safe = source_without_secrets(source, vault)
    assert SECRET not in safe
    assert "***secret-" in safe
    assert ast.dump(ast.parse(vault.reveal(safe))) == ast.dump(ast.parse(source))
    assert source_without_secrets(safe, vault) == safe


NO_PYTHON = [
    f"!redis-cli -a {SECRET} ping",
    f"%%bash\nredis-cli -a {SECRET} ping",
    f"x = 1\n%env REDIS_PASSWORD={SECRET}",
    f"x = !redis-cli -a {SECRET} ping",
    f"password = '{SECRET}' if",
]


@pytest.mark.parametrize("source", NO_PYTHON)
def test_a_secret_in_what_is_no_python_becomes_its_token(source: str) -> None:
    """A line for the shell, a magic, a cell for another program, a cell with a mistake."""
    safe = source_without_secrets(source, Vault(b"a key for tests"))
    assert SECRET not in safe
    assert "***secret-" in safe


@pytest.mark.parametrize(
    "source",
    [
        'redis_password: str = ""  # Where the password is, such as env:REDIS_PASSWORD',
        "redis_password: str = 'env:REDIS_PASSWORD'",
        "password = ask()",
        "password = os.environ['REDIS_PASSWORD']",
        "start('x', redis_password=redis_password, redis_url=redis_url)",
        "token = response.token",
        "url = f'redis://:{password}@{host}'",
        "url = 'redis://:%s@db' % password",
        "url = 'redis://:{}@db'.format(password)",
        "!ls\npassword = ask()",
        "max_tokens = '4096'",
        "%%check api\nheaders:\n  Authorization: Bearer ${token}\n  X-Api-Key: ${api_key}",
        "%%check queue\nredis: LLEN jobs\nserver: redis://:${password}@${host}:6379",
        "%%check queue\nheaders: {X-Api-Key: v1-${api_key}}",
        "declare(('check', 'queue', 'server: redis://app:${password}@db\\n'))",
    ],
)
def test_code_is_no_secret(source: str) -> None:
    """A name, a call, a reference and a place to fill in stay as they are, and nothing is learned of them."""
    vault = Vault(b"a key for tests")
    assert source_without_secrets(source, vault) == source
    assert vault.export()["secrets"] == []


def test_a_secret_beside_a_parameter_is_taken_out() -> None:
    """What is written in a declaring cell beside a parameter gets a token, and the parameter stays."""
    safe = source_without_secrets("%%check q\nserver: redis://:hunter2${more}@db", Vault(b"a key for tests"))
    assert "hunter2" not in safe
    assert re.search(r"redis://:\*\*\*secret-\w+\*\*\*\$\{more\}@db", safe)
