"""The Redis URL: taken apart as redis-py does it, and refused with the reason."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from redis.connection import parse_url

from judging import target_with
from runbooklab.domains.address import redis_url
from runbooklab.domains.address.probes.address import address
from runbooklab.domains.address.records import ConfigFile, RedisAddress
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.context import Context, NotObserved
from runbooklab.redaction import Vault, clean

USABLE = [
    "redis://localhost:6379/0", "redis://db", "redis://", "redis:///2", "redis://Host:0",
    "redis://db/workers",
    "redis://:pw@db:1/3?db=4", "redis://user:p%40ss@db", "redis://:p@ss@db", "redis://:p ss@db",
    "redis://user@db",
    "redis://[::1]:6380/1", "rediss://u:p@[fe80::1]", "unix:///run/redis.sock?db=1", "unix://u:p@/run/redis.sock",
    "redis://db:6379/0 ",
]  # fmt: skip


@pytest.mark.parametrize("text", USABLE)
def test_a_usable_url_is_read_as_the_client_reads_it(text: str) -> None:
    """Host, port, path, database and credentials are those that redis-py would use."""
    ours, theirs = redis_url.parse(text), parse_url(text)
    assert ours.problem is None, ours.message
    assert (ours.username, ours.password) == (theirs.get("username"), theirs.get("password"))
    assert (ours.db or 0) == theirs.get("db", 0)
    if ours.scheme == "unix":
        assert ours.socket_path == theirs["path"]
    else:
        assert (ours.host, ours.port) == (theirs.get("host", "localhost"), theirs.get("port", 6379))


#: URL -> what is wrong with it, and a URL that would do.
REFUSED = {
    "localhost:6379": ("scheme-invalid", "redis://localhost:6379"),
    "redis": ("scheme-invalid", "redis://redis"),
    "user:pw@db:6379/1": ("scheme-invalid", "redis://user:pw@db:6379/1"),
    "'redis://db'": ("scheme-invalid", "redis://db"),
    '"redis://db:6379"': ("scheme-invalid", "redis://db:6379"),
    " redis://db": ("scheme-invalid", "redis://db"),
    "redi://db": ("scheme-invalid", "redis://db"),
    "Redis://db": ("scheme-invalid", "redis://db"),
    "redis:/db:6379": ("scheme-invalid", "redis://db:6379"),
    "redis//db": ("scheme-invalid", "redis://db"),
    "http://db:6379": ("scheme-invalid", "redis://db:6379"),
    "https://db:6380": ("scheme-invalid", "rediss://db:6380"),
    "tcp://db:6379": ("scheme-invalid", "redis://db:6379"),
    "": ("scheme-invalid", ""),
    "None": ("scheme-invalid", ""),
    "${REDIS_URL}": ("scheme-invalid", ""),
    "redis://db:port": ("malformed", ""),
    "redis://db:70000": ("malformed", ""),
    "redis://db:-1": ("malformed", ""),
    "redis://db:6379 ": ("malformed", "redis://db:6379"),
    "redis://my db:6379": ("malformed", ""),
    "redis://[::1:6379": ("malformed", ""),
    "redis://:p#ss@db:6379": ("malformed", "redis://:p%23ss@db:6379"),
    "redis://:p/ss@db:6379/1": ("malformed", "redis://:p%2Fss@db:6379/1"),
    "redis://:12/34@db": ("malformed", "redis://:12%2F34@db"),
    "redis://:p?ss@db": ("malformed", "redis://:p%3Fss@db"),
    "redis://:p[ss@db": ("malformed", "redis://:p%5Bss@db"),
    "redis://db?db=first": ("malformed", ""),
    # what follows keeps host, port, password and TLS as they are, or proposes nothing
    "redis://redis:tcp://172.17.0.7:6379/0": ("malformed", ""),
    "redis://tcp://10.0.0.1:6379": ("malformed", "redis://10.0.0.1:6379"),
    "redis://redis://db:6380/1": ("malformed", "redis://db:6380/1"),
    "redis://rediss://db:6380/1": ("malformed", ""),
    'redis://"127.0.0.1":6380/0': ("malformed", "redis://127.0.0.1:6380/0"),
    "redis://'db'": ("malformed", "redis://db"),
    "redis://a:6379,b:6379": ("malformed", ""),
    "redis://a,b": ("malformed", ""),
    "redis://${REDIS_HOST}:6379": ("malformed", ""),
    "redis://db:${REDIS_PORT:-6379}/0": ("malformed", ""),
    "redis://db:6379;": ("malformed", "redis://db:6379"),
    "REDIS_URL=redis://db:6380/0": ("scheme-invalid", "redis://db:6380/0"),
    "export CACHE_URL='rediss://:pw@db:6380'": ("scheme-invalid", "rediss://:pw@db:6380"),
    "url: redis://db": ("scheme-invalid", "redis://db"),
    "\ufeffredis://db": ("scheme-invalid", "redis://db"),
    "redis+sentinel://:pw@s1:26379,s2:26379/mymaster/0": ("scheme-invalid", ""),
    "redis-sentinel://s1:26379#mymaster": ("scheme-invalid", ""),
    "redis-cluster://a:7000": ("scheme-invalid", ""),
    "redis-socket:///tmp/x.sock": ("scheme-invalid", "unix:///tmp/x.sock"),
    "redis+socket:///run/x.sock?db=1": ("scheme-invalid", "unix:///run/x.sock?db=1"),
    "unix:/run/redis.sock": ("scheme-invalid", "unix:///run/redis.sock"),
    "valkeys://:pw@db:6380": ("scheme-invalid", "rediss://:pw@db:6380"),
    "tls://db:6380": ("scheme-invalid", "rediss://db:6380"),
    "amqp://guest@rabbit:5672": ("scheme-invalid", ""),
    "https://quick-owl-1.upstash.io": ("scheme-invalid", ""),
    "http://db": ("scheme-invalid", ""),
    "cache:6380,password=pw,ssl=True,abortConnect=False": ("scheme-invalid", "rediss://:pw@cache:6380"),
    "cache:6379,defaultDatabase=2": ("scheme-invalid", "redis://cache:6379/2"),
    "a:6379,b:6379,password=pw": ("scheme-invalid", ""),
    "redis://cache:6379,password=pw": ("malformed", ""),
    "redis-cli -u redis://db:6380": ("scheme-invalid", "redis://db:6380"),
    '{"url": "redis://db:6380"}': ("scheme-invalid", "redis://db:6380"),
    "jdbc:redis://db:6380": ("scheme-invalid", "redis://db:6380"),
    "“redis://db”": ("scheme-invalid", "redis://db"),
    "/run/redis.sock": ("scheme-invalid", "unix:///run/redis.sock"),
    "redis-cli -h db -p 6380 -a pw": ("scheme-invalid", ""),
    "redis://db:6379 --pass pw": ("malformed", ""),
    "{{ redis_url }}": ("scheme-invalid", ""),
    "%(url)s": ("scheme-invalid", ""),
    "<%= ENV['REDIS_URL'] %>": ("scheme-invalid", ""),
}

#: Refused here because redis-py would look for a host that nobody means.
TAKEN_FOR_A_HOST = {
    "redis://my db:6379", "redis://:12/34@db", "redis://tcp://10.0.0.1:6379", "redis://redis://db:6380/1",
    "redis://rediss://db:6380/1", 'redis://"127.0.0.1":6380/0', "redis://'db'", "redis://a,b", "redis://${REDIS_HOST}:6379",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REFUSED.items())
def test_a_refused_url_says_why_and_what_would_do(text: str, expected: tuple[str, str]) -> None:
    """The problem's kind, and the URL that was most likely meant; that one is usable."""
    url = redis_url.parse(text)
    assert (url.problem, url.suggestion) == expected
    assert url.message
    if url.suggestion:
        assert redis_url.parse(url.suggestion).problem is None


@pytest.mark.parametrize("text", REFUSED)
def test_the_client_refuses_it_too(text: str) -> None:
    """Nothing is called refused that the client would take, except a host that cannot be or is cut short."""
    if text not in TAKEN_FOR_A_HOST:
        with pytest.raises(ValueError, match=r"URL|Port|Invalid"):
            parse_url(text)


@pytest.mark.parametrize("text", REFUSED)
def test_a_proposal_changes_no_host_port_password_or_tls(text: str) -> None:
    """What was proposed has the host, the port, the password and the TLS that were written."""
    proposed = redis_url.parse(text).suggestion
    if proposed:
        url = redis_url.parse(proposed)
        assert url.host in text or url.scheme == "unix"
        assert str(url.port) in text or url.port in (6379, 0)
        assert url.password is None or (url.password in text)
        assert (url.scheme == "rediss") == any(
            word in text for word in ("rediss", "tls", "https", "valkeys", "ssl")
        )


def test_a_url_that_ends_with_a_space_or_a_line_break_is_remarked_on() -> None:
    """redis-py passes over it; other clients do not."""
    assert "a space" in redis_url.parse("redis://db:6379/0 ").remark
    assert "a line break" in redis_url.parse("redis://db:6379/0\n").remark
    assert redis_url.parse("redis://db:6379/0").remark == ""


def test_a_path_that_is_no_database_is_remarked_on() -> None:
    """redis-py takes database 0 then; a socket's path needs its third slash."""
    assert "takes database 0" in redis_url.parse("redis:///run/redis.sock").remark
    assert "takes database 0" in redis_url.parse("redis://db/workers").remark
    assert "third slash" in redis_url.parse("unix://run/redis.sock").remark
    for usual in ("redis://db/", "redis://db/1", "redis://:a/b@db", "unix:///run/x.sock", "redis://db?db=1"):
        assert redis_url.parse(usual).remark == ""


# --- the probe -------------------------------------------------------------------------------


def observed(
    redis_url: str = "", config: ConfigFile | None = None, *, vault: Vault | None = None
) -> RedisAddress:
    vault = vault or Vault(b"key")

    def wait(name: str) -> Observation[Any]:
        return Observation(name, value=config, missing=None if config else Missing("error", "none"))

    target = target_with(redis_url=clean(redis_url, vault))
    return address(Context(target, Path("/"), vault, time.monotonic() + 3, wait))


def test_the_parameter_goes_before_the_configuration() -> None:
    """redis_url is the target if it is given; the configuration's database is then no part of it."""
    config = ConfigFile("x", url="redis://from-config", db=3)
    assert (observed("redis://db/1", config).host, observed("redis://db", config).db) == ("db", 0)
    found = observed("", config)
    assert (found.host, found.source, found.db) == ("from-config", "config", 3)


@pytest.mark.parametrize(
    ("url", "in_config", "expected"),
    [("redis://db", None, 0), ("redis://db", 2, 2), ("redis://db/1", 2, 1), ("redis://db?db=4", 2, 4),
     ("redis://db/workers", 2, 0)],
)  # fmt: skip
def test_the_database_that_a_client_would_use(url: str, in_config: int | None, expected: int) -> None:
    """What the URL says wins over the configuration's db; a path that is no number is database 0."""
    found = observed("", ConfigFile("x", url=url, db=in_config))
    assert (found.db, found.db_in_config) == (expected, in_config)


def test_the_password_is_used_and_never_kept() -> None:
    """The record holds tokens only, its text gives the exact URL back, and a suggestion leaks nothing."""
    vault = Vault(b"key")
    url = "redis://app:p%40ss%23word@db:6379/0"
    found = observed(url, vault=vault)
    assert (found.username, found.has_password) == ("app", True)
    assert vault.reveal(found.text) == url
    assert not vault.leaks(repr(found).encode())
    broken = observed("redis://:raw#s3cret/x@db:6379", vault=vault)
    assert broken.problem == "malformed"
    assert broken.suggestion
    assert not vault.leaks(repr(broken).encode())
    assert "s3cret" not in repr(broken)
    assert "raw" not in broken.message.replace("a raw", "")


def test_a_lone_user_name_may_be_the_password() -> None:
    """redis://secret@host: what stands there is treated as a secret, a common name isn't."""
    assert observed("redis://s3cr3t-words@db").username != "s3cr3t-words"
    assert observed("redis://default@db").username == "default"


def test_a_reference_names_where_the_url_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """env:NAME and file:/path are read when they are used; one that cannot be read is not observed."""
    monkeypatch.setenv("MY_REDIS_URL", "redis://:s3cr3t-words@from-env")
    path = tmp_path / "url"
    path.write_text("redis://from-file\n")
    assert observed("env:MY_REDIS_URL").host == "from-env"
    assert "s3cr3t-words" not in repr(observed("env:MY_REDIS_URL"))
    assert observed(f"file:{path}").host == "from-file"
    with pytest.raises(NotObserved) as caught:
        observed("env:NOT_SET_ANYWHERE")
    assert "NOT_SET_ANYWHERE" in caught.value.missing.detail


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("redis://db?socket_timeout=3&client_name=x&protocol=3", None),
        ("redis://db?max_connections=10&timeout=5", None),
        ("rediss://db?ssl_cert_reqs=none", None),
        ("unix:///run/redis.sock?db=3", None),
        ("redis://db?colour=red", "option-unknown"),
        ("redis://db?ssl_cert_reqs=none", "option-unknown"),
        ("redis://db?ssl=true", "option-unknown"),
        ("redis://db?protocol=4", "malformed"),
        ("redis://db?socket_timeout=soon", "malformed"),
        ("rediss://db?ssl_cert_reqs=maybe", "malformed"),
    ],
)
def test_options_are_those_of_the_installed_client(url: str, problem: str | None) -> None:
    """Options that the client's connection does not take, or whose value it refuses."""
    found = observed(url)
    assert (found.problem, bool(found.message)) == (problem, problem is not None)


def test_without_a_url_there_is_no_address() -> None:
    """A configuration that cannot be used leaves nothing to look at."""
    with pytest.raises(NotObserved) as caught:
        observed("", ConfigFile("x", problem="missing", message="x does not exist"))
    assert caught.value.missing.reason == "not-applicable"
    assert "x does not exist" in caught.value.missing.detail
