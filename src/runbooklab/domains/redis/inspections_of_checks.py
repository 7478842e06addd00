"""Commands by which a person sees what a check sees of Redis: they read and change nothing.

What is about the connection goes the URL's way; what is about the server is asked in its container, if it
has one.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from runbooklab.domain.steps import Steps
from runbooklab.domains.address.inspections import CONFIG, resolve
from runbooklab.domains.address.readings.address import url
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.inspections import ALL_CONTAINERS
from runbooklab.domains.container.remedies.site import again, given
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.identity import run_ids
from runbooklab.domains.redis.remedies.names import refused
from runbooklab.domains.redis.remedies.site import PLACES, Site
from runbooklab.domains.redis.target import WORKER_KEY_PATTERN
from runbooklab.redaction import TOKEN

Command = Callable[[Evidence], str]

#: Says what is missing, before redis-cli says NOAUTH.
_GUARD = ': "${REDISCLI_AUTH:?export the password first}" && '


def _at_site(words: Callable[[Site], str]) -> Command:
    """The command of a target; one with a name in it that no object can have is refused, as in a remedy."""

    def filled(e: Evidence) -> str:
        site = Site(e)
        line = refused(Steps((words(site),), ""), e).commands[0]
        return _GUARD + line if site.needs_password and "redis-cli" in line else line

    return filled


def by_url(*words: str) -> Command:
    """A command to the Redis that the URL leads to, on the URL's way."""
    return _at_site(lambda site: site.cli_at_url(*words))


def of_server(*words: str) -> Command:
    """A command to Redis, in its container if that is where the URL leads."""
    return _at_site(lambda site: _of_server(site, *words))


def _of_server(site: Site, *words: str) -> str:
    here, there = run_ids(site.e)
    is_another = bool(here and there) and here != there
    return site.cli_at_url(*words) if is_another else site.cli(*words)


def _in_database(site: Site, *words: str) -> str:
    """The same, in the URL's database."""
    address = url(site.e)
    database = ("-n", str(address.db)) if address is not None and address.db else ()
    return _of_server(site, *database, *words)


# --- the way there


def _name(e: Evidence) -> str:
    return refused(Steps((resolve(e, in_client=in_container(e)),), ""), e).commands[0]


def _python(site: Site) -> str:
    """The client library that services use. A URL with a password in it is taken from the environment."""
    address = url(site.e)
    if address is None:
        return CONFIG(site.e)
    hidden = address.has_password or TOKEN.search(address.text) is not None
    # as JSON writes a text, Python reads it too, and no single quote has to be escaped for the shell
    place = 'os.environ["REDIS_URL"]' if hidden else json.dumps(address.text, ensure_ascii=False)
    database = f", db={address.db}" if address.db and address.db_in_url is None else ""
    modules = "os, redis" if hidden else "redis"
    code = f"import {modules}; print(redis.from_url({place}{database}, socket_timeout=5).ping())"
    guard = ': "${REDIS_URL:?export the URL first}" && ' if hidden else ""
    return guard + command("python3", "-c", code)


def _preflight(e: Evidence) -> str:
    """The whole check again, with the parameters that this run was given."""
    where = e.target.redis_url
    url_again = "env:REDIS_URL" if TOKEN.search(where) else where
    line = again("runbook preflight", {"redis_url": (url_again, "")} | given(e.target, PLACES))
    return refused(Steps((line,), ""), e).commands[0]


NAME: Command = _name
PING = by_url("ping")
PING_INSIDE = _at_site(lambda site: site.cli("ping") if site.by_exec else ALL_CONTAINERS)
PING_ORCHESTRATOR = _at_site(lambda site: site.ping)
WHO_AM_I = by_url("ACL", "WHOAMI")
DATABASE = _at_site(lambda site: _database(site))
IDENTITY = by_url("INFO", "server")
#: --raw: one second's sample, and no display that runs until it is stopped.
LATENCY = by_url("--raw", "--latency")
PYTHON = _at_site(_python)
PREFLIGHT: Command = _preflight


def _database(site: Site) -> str:
    address = url(site.e)
    return site.cli_at_url("-n", str(address.db if address is not None else 0), "DBSIZE")


# --- its use

#: What INFO has to say on an error code that a write gets.
_ON_REFUSED_WRITES = {"OOM": "memory", "MISCONF": "persistence"}


def _write(site: Site) -> str:
    """What decides on writes; none is sent, since a pasted one might change something."""
    talk = site.e.redis.value
    return _of_server(site, "INFO", _ON_REFUSED_WRITES.get(talk.why_not_write if talk else "", "replication"))


def _read(site: Site) -> str:
    key = _a_key(site)
    return _in_database(site, *(("TYPE", key) if key else ("RANDOMKEY",)))


def _a_key(site: Site) -> str:
    """A registration: one with a problem if there is one; "" if there is none."""
    seen = site.e.registrations.value
    keys = sorted(seen.keys, key=lambda key: not key.problem) if seen is not None else []
    return keys[0].key if keys else ""


def _registrations(site: Site) -> str:
    pattern = site.e.target.worker_key_pattern or WORKER_KEY_PATTERN.preset
    return _in_database(site, "--scan", "--pattern", pattern)


def _registration(site: Site) -> str:
    """One registration's content."""
    seen, key = site.e.registrations.value, _a_key(site)
    types = {each.key: each.type for each in seen.keys} if seen is not None else {}
    reads = {"string": "GET", "hash": "HGETALL"}.get(types.get(key, ""), "TYPE")
    return _in_database(site, reads, key) if key else _registrations(site)


def _watch(site: Site) -> str:
    """When one registration expires, five times in five seconds: it is renewed if the number goes up."""
    key = _a_key(site)
    return _in_database(site, "-r", "5", "-i", "1", "TTL", key) if key else _registrations(site)


READ = _at_site(_read)
WRITE = _at_site(_write)
REGISTRATIONS = _at_site(_registrations)
REGISTRATION = _at_site(_registration)
REGISTRATIONS_WATCHED = _at_site(_watch)
