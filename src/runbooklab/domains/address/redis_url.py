"""A Redis URL taken apart the way redis-py does it, with the reason if the client would refuse it.

The rules are those of ``redis.connection.parse_url`` (redis-py 5 to 8) and ``urllib.parse``: the
scheme is matched as written, a missing host means ``localhost``, port 0 means 6379, ``db`` in the
query string wins over the path, and a path that is no number silently means database 0.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from runbooklab.domains.address import redis_url_repair as repair
from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.address.redis_url_repair import SCHEMES

UrlProblem = Literal["scheme-invalid", "malformed", "option-unknown"]


class RedisUrl(Struct, frozen=True):
    """The parts of a URL. It holds the password: it must not outlive its use."""

    problem: UrlProblem | None = None
    message: str = ""
    suggestion: str = ""
    remark: str = ""  # what is odd about a URL that is usable all the same
    scheme: str = ""
    host: str = ""
    port: int = DEFAULT_PORT
    socket_path: str = ""
    db: int | None = None  # None: the URL names none
    username: str | None = None
    password: str | None = None
    options: dict[str, str] = field(default_factory=dict)

    @property
    def is_usable(self) -> bool:
        return self.problem is None


def parse(text: str) -> RedisUrl:
    """The parts of ``text``; if the client would refuse it, what is wrong and a URL that would do.

    >>> parse("redis://:secret@db:6380/2").host
    'db'
    >>> parse("localhost:6379").suggestion
    'redis://localhost:6379'
    """
    if not text.startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        return RedisUrl(
            problem="scheme-invalid", message=repair.reason(text), suggestion=suggestion(text),
            scheme=_scheme_as_written(text),
        )  # fmt: skip
    try:
        _refuse_two_addresses(text)
        return replace(_parts(text), remark=repair.remark(text))
    except ValueError as error:
        return RedisUrl(
            problem="malformed",
            message=repair.malformed(text, str(error)),
            suggestion=suggestion(text),
            scheme=text.partition(":")[0],
        )


def suggestion(text: str) -> str:
    """A URL that the client would accept and that means what ``text`` means, or nothing."""
    return repair.proposal(text, lambda made: parse(made).is_usable)


def without_options(text: str, names: Collection[str]) -> str:
    """``text`` without the options ``names``; "" if one of them may have meant TLS."""
    address, _, query = text.partition("?")
    if text.startswith("redis:") and any(re.match("ssl|tls", name) for name in names):
        return ""
    kept = [item for item in query.split("&") if unquote(item.partition("=")[0]) not in names]
    return f"{address}?{'&'.join(kept)}" if kept else address


def _scheme_as_written(text: str) -> str:
    found = re.match(r"[\s\"'`]*([A-Za-z][\w+.-]*):?//", text)
    return found[1].lower() if found else ""


# --- well-formed -----------------------------------------------------------------------------


def _parts(text: str) -> RedisUrl:
    url = urlsplit(text)
    options = {name: values[0] for name, values in parse_qs(url.query).items()}
    db = _db(url, options)
    # What stands before the @ wins over the query string.
    username = _decoded(url.username) or options.get("username")
    password = _decoded(url.password) or options.get("password")
    if url.scheme == "unix":
        return RedisUrl(
            scheme=url.scheme, socket_path=unquote(url.path), port=0, db=db, options=options,
            username=username, password=password,
        )  # fmt: skip
    _refuse_cut_short(url)
    host = unquote(url.hostname or "localhost")
    if re.search(r"[\s\"'<>]", host):
        raise ValueError(f"the host name {host!r} holds a space or a quote")
    return RedisUrl(
        scheme=url.scheme, host=host, port=url.port or DEFAULT_PORT, db=db, options=options,
        username=username, password=password,
    )  # fmt: skip


def _refuse_two_addresses(text: str) -> None:
    """``redis://tcp://host``, ``redis://a,b``, ``redis://${HOST}``: redis-py would look for such a host."""
    nested = re.match(r"rediss?://([a-z][a-z0-9+]*)://", text)
    if nested:
        raise ValueError(f"there is a second scheme, {nested[1]}://, behind the first")
    place = text.partition("://")[2].partition("?")[0].rpartition("@")[2].partition("/")[0]
    if "," in place and not text.startswith("unix:"):
        raise ValueError("several addresses")
    if repair.placeholder(place):
        raise ValueError(f"the variable {repair.placeholder(place)} was not replaced by its value")


def _decoded(text: str | None) -> str | None:
    return unquote(text) if text else None


def _db(url: SplitResult, options: dict[str, str]) -> int | None:
    if "db" in options:
        try:
            return int(options["db"])
        except ValueError:
            raise ValueError("Invalid value for 'db' in connection URL.") from None
    if url.scheme == "unix" or not url.path.strip("/"):
        return None
    try:
        return int(unquote(url.path).replace("/", ""))
    except ValueError:
        return 0  # redis-py passes over a path that is no number


def _refuse_cut_short(url: SplitResult) -> None:
    """A raw ``#``, ``/`` or ``?`` in the password ends the address: what follows is not read as host."""
    rest = f"{url.path}#{url.fragment}"
    if "@" not in url.netloc and "@" in rest + url.query.partition("=")[0]:
        _ = url.port  # raises if what is left of the address is no port: the client's own words
        raise ValueError("the address ends before the @: the password holds a raw #, / or ?")
