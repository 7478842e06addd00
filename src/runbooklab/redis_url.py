"""A Redis URL taken apart the way redis-py does it, with the reason where the client would refuse it.

The rules are those of ``redis.connection.parse_url`` (redis-py 5 to 8) and ``urllib.parse``: the
scheme is matched as written, a missing host means ``localhost``, port 0 means 6379, ``db`` in the
query string wins over the path, and a path that is no number silently means database 0.
"""

from __future__ import annotations

import difflib
import re
from typing import Literal
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from msgspec import Struct, field

SCHEMES = ("redis", "rediss", "unix")
DEFAULT_PORT = 6379

UrlProblem = Literal["scheme-invalid", "malformed", "option-unknown"]


class RedisUrl(Struct, frozen=True):
    """The parts of a URL. It holds the password: it must not outlive its use."""

    problem: UrlProblem | None = None
    message: str = ""
    suggestion: str = ""
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
    """The parts of ``text``; where the client would refuse it, what is wrong and a URL that would do.

    >>> parse("redis://:secret@db:6380/2").host
    'db'
    >>> parse("localhost:6379").suggestion
    'redis://localhost:6379'
    """
    if not text.startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        return _scheme_invalid(text)
    try:
        return _parts(text)
    except ValueError as error:
        return RedisUrl(
            problem="malformed",
            message=_why(text, str(error)),
            suggestion=suggestion(text),
            scheme=text.partition(":")[0],
        )


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
        _ = url.port  # raises where what is left of the address is no port: the client's own words
        raise ValueError("the address ends before the @: the password holds a raw #, / or ?")


# --- refused ---------------------------------------------------------------------------------


def _scheme_invalid(text: str) -> RedisUrl:
    found = re.match(r"[\s\"'`]*([A-Za-z][\w+.-]*):?//", text)
    scheme = found[1] if found else ""
    if text.strip() in {"", "None", "null"}:
        return RedisUrl(problem="scheme-invalid", message=f"the URL is empty ({text!r})")
    if re.match(r"\s*[\"'`]", text):
        message = "the quotes are part of the value: the URL must begin with redis://"
    elif text != text.lstrip():
        message = "the URL begins with a space: it must begin with redis://"
    elif "${" in text or text.startswith("$"):
        message = "a variable in the URL was not replaced by its value"
    elif not scheme:
        message = "redis:// is missing in front of the address"
    else:
        message = f"the scheme is {scheme!r}: redis-py knows redis://, rediss:// and unix://"
    return RedisUrl(
        problem="scheme-invalid", message=message, suggestion=suggestion(text), scheme=scheme.lower()
    )


def _why(text: str, said: str) -> str:
    """What is wrong, in words; what the client says may quote a part of the password."""
    address = re.sub(r"^[a-z]+://", "", text)
    user_part, at, host_part = address.rpartition("@")
    if at and re.search(r"[#/?\[\]]", user_part):
        raw = ", ".join(sorted(set(re.findall(r"[#/?\[\]]", user_part))))
        return f"the password holds a raw {raw}: it must be percent-encoded ({said})"
    if "out of range" in said:
        return f"the port is out of range: a port is 0 to 65535 ({said})"
    if "Port could not be cast" in said:
        return f"the port is no number ({said})"
    if "IPv6" in said or "IPv4" in said:
        return f"the host is no valid IPv6 address in square brackets ({said})"
    if re.search(r"\s", host_part if at else address):
        return f"the address holds a space ({said})"
    return said


_ADDRESS = re.compile(
    r"(?:(?P<user>[^:@]*)(?::(?P<password>.*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?#@\s]*)(?::(?P<port>[^/?#@]*))?(?P<rest>(?:[/?].*)?)$",
    re.DOTALL,
)


def suggestion(text: str) -> str:
    """A URL that the client would accept and that means what ``text`` most likely means, or nothing."""
    bare = text.strip().strip("\"'`").strip()
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)?(?::/{1,3}|//|:\\\\)(?=[^/]|$)", bare)
    scheme = _nearest_scheme(found[1] or "" if found else "")
    address = bare[found.end() :] if found else bare
    parts = _ADDRESS.match(address)
    if scheme == "unix" or parts is None or "$" in bare:
        return ""
    credentials = ""
    if parts["password"] is not None or parts["user"]:
        user, password = (_encoded(parts[name]) for name in ("user", "password"))
        credentials = f"{user}:{password}@" if parts["password"] is not None else f"{user}@"
    port = (parts["port"] or "").strip()
    port = f":{port}" if re.fullmatch(r"[0-9]{1,5}", port) and int(port) < 1 << 16 else ""
    rest = "".join(parts["rest"].split())
    made = f"{scheme}://{credentials}{parts['host']}{port}{rest}"
    return made if parts["host"] and made != text and parse(made).is_usable else ""


def _nearest_scheme(written: str) -> str:
    near = difflib.get_close_matches(written.lower(), SCHEMES, n=1, cutoff=0.6)
    return near[0] if near else "rediss" if written.lower() in {"https", "redis+ssl", "tls"} else "redis"


def _encoded(text: str | None) -> str:
    """Percent-encoded, unless it is already."""
    text = text or ""
    already = re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", text)
    return text if already else quote(text, safe="")
