"""Redaction: which part of a text is a secret, and how text is made safe to show."""

from __future__ import annotations

import pytest

from runbooklab.redaction.text import clean, clean_argv, find_secrets, visible
from runbooklab.redaction.vault import TOKEN, Vault

SECRET = "s3cr3tValue"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


URLS = {
    "redis://:{}@localhost:6379/0": SECRET,
    "redis://default:{}@localhost:6379": SECRET,
    "rediss://user:{}@redis.example.org:6380/1?timeout=3": SECRET,
    "redis://user:{}@[::1]:6379": SECRET,
    "redis://user:{}@[fe80::1%eth0]:6379/2": SECRET,
    "unix://user:{}@/run/redis.sock?db=1": SECRET,
    "redis://u:{}@host:6379?client_name=me@here": SECRET,
    "redis://{}@localhost": SECRET,
    "url: 'redis://:{}@db'": SECRET,
    'url: "redis://:{}@db:6379/0" # comment': SECRET,
    "postgresql://app:{}@db/app": SECRET,
    "https://user:{}@example.org/path": SECRET,
    "https://{}@github.com/org/repo": "abcdefghijklmnopqrst",
    "sentinel redis-sentinel://:{}@h1:26379,h2:26379/0": SECRET,
    # as people mistype them
    "redis://:{}@localhost:6379": "p@s3cr3t@x",
    "redis://:{}@localhost:6380": "s3/cr3t",
    "redis://:{}@localhost:6381": "s3#cr3t",
    "redis://:{}@localhost:6382": "s3?cr3t",
    "redis://:{}@localhost:6383": "s3%40cr%23t",
    "redis://:{}@localhost:6384": "s3[cr]3t",
    "redis://:{}@localhost:6385": "s3 cr3t",
    "redis://:{}@localhost:6386": 's3"cr3t',
    "redis://user:{}@localhost:6387": "s3:cr3t",
    "redis://:{}@localhost:6388": "p@ss/w#rd",
    "redis://:{}": SECRET,
    "redis://user:{}": SECRET,
    "user:{}@localhost:6379": SECRET,
    ":{}@localhost:6379/0": SECRET,
    "redis:/:{}@localhost:6379": SECRET,
    "redis//:{}@localhost:6379": SECRET,
    "redis:://:{}@localhost:6379": SECRET,
    "redi://:{}@localhost": SECRET,
    "REDIS_URL=redis://:{}@localhost": SECRET,
    "url=user:{}@localhost": SECRET,
    # what clients say of them
    "ValueError: Port could not be cast to integer value as '{}'": "s3cr3t",
    'parse "redis://h": invalid port ":{}" after host': "s3cr3t",
    "netloc 'user:{}@host' contains invalid characters under NFKC normalization": SECRET,
}

TEXTS = {
    "requirepass {}": SECRET,
    'requirepass "{}"': SECRET,
    "masterauth {}": SECRET,
    '1) "requirepass"\n2) "{}"\n3) "port"': SECRET,
    "requirepass\n{}\nport\n6379": SECRET,
    "REDIS_AUTH={}": SECRET,
    "password: {}  ": "1234",
    "requirepass {} ": "redis",
    "password: {} ": "redis",
    "PASSWORD={} ": "default",
    "CONFIG SET requirepass {}": SECRET,
    'redis-cli CONFIG SET requirepass "{}"': SECRET,
    "redis-server --requirepass {} --port 6379": SECRET,
    "'--requirepass', '{}', '--appendonly'": SECRET,
    '["redis-server","--requirepass","{}"]': SECRET,
    "redis-cli -h localhost -a {} ping": SECRET,
    "redis-cli --pass {} ping": SECRET,
    "REDISCLI_AUTH={} redis-cli ping": SECRET,
    "AUTH {}": SECRET,
    "AUTH default {}": SECRET,
    "HELLO 3 AUTH default {} SETNAME x": SECRET,
    '1700000000.1 [0 127.0.0.1:5000] "AUTH" "{}"': SECRET,
    '"auth" "alice" "{}"': SECRET,
    "user alice on >{} ~* +@all": SECRET,
    "ACL SETUSER alice on >{} ~* +@all": SECRET,
    '["redis-server","--user","default on >{} ~* +@all"]': SECRET,
    "default on >{} ~* &* +@all": SECRET,
    "user default on #{} ~* &* +@all": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    "password={}": SECRET,
    "password: {}": SECRET,
    "  password: '{}'": "it is a secret",
    "  password: {}": "several words of it",
    '{{"password": "{}"}}': SECRET,
    '{{"db_password" : "{}", "x": 1}}': SECRET,
    "redis_password => {}": SECRET,
    "POSTGRES_PASSWORD={}": SECRET,
    "?password={}&db=1": SECRET,
    "passwd = {}": SECRET,
    "client_secret: {}": SECRET,
    "api_key={}": SECRET,
    "apiKey: {}": SECRET,
    "AWS_SECRET_ACCESS_KEY={}": SECRET,
    "access-token={}": SECRET,
    "credentials={}": SECRET,
    "auth: {}": SECRET,
    "redis_pass={}": SECRET,
    "Authorization: Bearer {}": "abcdef.0123456789-xyz",
    "key {} in text": "AKIAIOSFODNN7EXAMPLE",
    "with {} inside": "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
    "cookie {};": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXRleHQ",
}


@pytest.mark.parametrize(("text", "secret"), [*URLS.items(), *TEXTS.items()])
def test_a_secret_is_found_and_the_text_around_it_kept(text: str, secret: str, vault: Vault) -> None:
    """Exactly the secret gives way to its token, and the last gate then finds nothing."""
    cleaned = clean(text.format(secret), vault)
    assert TOKEN.sub("{}", cleaned) == text.format("{}")
    assert not vault.leaks(cleaned.encode())


@pytest.mark.parametrize(
    "text",
    [
        "redis://localhost:6379/0",
        "redis://redis:6379",
        "rediss://[::1]:6380/0?ssl_cert_reqs=none",
        "unix:///run/redis/redis.sock?db=1",
        "redis://localhost:6379 from me@example.org",
        "redis://localhost:63790x/0",
        "redis:7-alpine@sha256:0123456789abcdef",
        "git@github.com:org/repo.git and mailto:me@example.org",
        "https://registry.example.org/@scope/package",
        "tcp://127.0.0.1:2375",
        "NOAUTH Authentication required.",
        "WRONGPASS invalid username-password pair or user is disabled.",
        "AUTH failed: WRONGPASS invalid username-password pair",
        "ERR AUTH <password> called without any password configured for the default user.",
        "AUTH called without any password configured",
        "password: required",
        "invalid password.",
        "requirepass is not set",
        "redis-server --requirepass $REDIS_PASSWORD",
        "redis-cli -a ${REDIS_PASSWORD} ping",
        "password: env:REDIS_PASSWORD",
        "docker ps -a | grep redis",
        "docker exec redis-tts redis-cli ping",
        "id=3 addr=127.0.0.1:5000 user=default cmd=auth",
        "Ready to accept connections",
        "user www-data on host x",
        "max_clients: 10000",
        "keyspace_hits:5",
        "a -> b; x > y",
        "monkey: banana",
        "max_tokens: 4096",
        "acl_access_denied_auth:0",
        "cmdstat_auth:calls=1,usec=5,usec_per_call=5.00",
        "errorstat_NOAUTH:count=1",
        "expired_keys:3",
        "requirepass\n\nport\n6379",
        "tls-auth-clients no",
        "CONFIG GET requirepass",
    ],
)
def test_text_without_a_secret_stays_as_it_is(text: str, vault: Vault) -> None:
    """Addresses, names, server replies and placeholders stay readable."""
    assert clean(text, vault) == text


def test_a_secret_seen_once_is_replaced_everywhere(vault: Vault) -> None:
    """What one place reveals as a secret is a secret in the rest of the text as well."""
    cleaned = clean(f"redis://:{SECRET}@db then a plain {SECRET} in the log", vault)
    assert SECRET not in cleaned
    assert len(set(TOKEN.findall(cleaned))) == 1


def test_escaped_quotes_belong_to_the_secret(vault: Vault) -> None:
    """A JSON string's escapes are undone: the secret itself is learned."""
    clean('{"password": "s3\\"cr3t\\\\x"}', vault)
    assert vault.leaks(b'the secret is s3"cr3t\\x')


def test_a_private_key_is_one_secret(vault: Vault) -> None:
    """A PEM block is replaced as a whole."""
    body = "\n".join(["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw"] * 3)
    text = f"before\n-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\nafter"
    assert TOKEN.sub("{}", clean(text, vault)) == "before\n{}\nafter"


def test_an_options_value_in_the_next_item_is_found(vault: Vault) -> None:
    """A command line is looked at as a whole, so that an item of its own is known to be a password."""
    cleaned = clean_argv(["redis-server", "--requirepass", "two words", "--port", "6379"], vault)
    assert cleaned == ("redis-server", "--requirepass", vault.learn("two words"), "--port", "6379")
    assert clean_argv(["redis-cli", "-a", "redis", "ping"], vault)[2] == vault.learn("redis")
    assert clean_argv(["docker", "ps", "-a", "redis"], vault) == ("docker", "ps", "-a", "redis")
    acl = clean_argv(["redis-server", "--user", f"app on >{SECRET} ~*"], vault)
    assert acl[2] == f"app on >{vault.learn(SECRET)} ~*"


def test_control_characters_are_written_out() -> None:
    """Terminal escapes, bidirectional controls, NUL and broken UTF-8 are shown, never acted on."""
    assert visible("a\x1b[31mb\x00\x9b") == "a\\x1b[31mb\\x00\\x9b"
    assert visible("\u202eevil\u2066\u200b\ufeff") == "\\u202eevil\\u2066\\u200b\\ufeff"
    assert visible(b"caf\xe9".decode(errors="surrogateescape")) == "caf\\xe9"
    assert visible("lone \ud800") == "lone \\ud800"
    assert visible("line\r\nnext\tcell\rover") == "line\nnext\tcell\\rover"
    assert visible("ordinary: äöü 漢字 🙂") == "ordinary: äöü 漢字 🙂"


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "piece", ["x", "://", "@:", "redis://:a@", "password=", "AUTH ", "user on >", "-a", '"\\', "redis-cli -"]
)
def test_a_line_of_a_megabyte_is_read_whole(piece: str) -> None:
    """A very long hostile line is searched to its end (pytest's own timeout catches a blow-up)."""
    text = piece * (1_000_000 // len(piece)) + f" password={SECRET}"
    assert find_secrets(text)[-1].value.endswith(SECRET)
