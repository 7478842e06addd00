"""The URL of a check with its parameters in place: what may be fetched, and how it is written. Pure.

A value at the very start may be a whole base URL, a value in the host's place a host or a host with a
port; everywhere else a value is percent-encoded, so that it can end no segment and begin no query.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

from msgspec import Struct

from runbooklab.domains.generic.probes.hosts import Place, host_in, refused_values
from runbooklab.domains.generic.records import Asked, Text
from runbooklab.redaction import TOKEN, Vault
from runbooklab.shell.acting_words import acting_word

SCHEMES = {"http": 80, "https": 443}
#: Stands for a URL that is a secret as a whole.
UNKNOWN = "http://secret.invalid"
#: Longest URL that is sent.
MOST_URL = 4_000

_START = re.compile(r"https?://", re.IGNORECASE)
_HOST_VALUE = re.compile(r"[A-Za-z0-9_.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_HOST = re.compile(r"(?P<host>\[[^\]]+\]|[^:]+)(?::(?P<port>[0-9]{1,5}))?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\<>\"{}|^`\ud800-\udfff]")
#: What the pieces of a URL keep when they are sent: already encoded, or reserved.
_KEPT = "%/:?#[]@!$&'()*+,;=~"


class Address(Struct, frozen=True):
    """A URL that may be fetched, its secrets as tokens."""

    scheme: str
    place: Place
    userinfo: str  # "user:token", or ""
    path: str
    query: str

    @property
    def target(self) -> str:
        """Path and query, as a request names them."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: a redirect to another one is not followed."""
        return self.scheme, self.place.host.lower(), self.place.port

    @property
    def host_header(self) -> str:
        """As the Host header names it: without the scheme's own port."""
        written = self.place.written
        return written.removesuffix(f":{self.place.port}") if self._usual_port else written

    @property
    def shown(self) -> str:
        """For people, without user and password."""
        return f"{self.scheme}://{self.host_header}{self.target}"

    @property
    def _usual_port(self) -> bool:
        return SCHEMES[self.scheme] == self.place.port


def address_in(text: Text) -> Address | str:
    """The address that ``text`` names, or one sentence on why it is refused.

    A secret at the very start is a whole URL that is not known yet: :func:`opened` gives the text to judge
    when it is used, and until then all but that is judged.
    """
    if refused := refused_values(text):
        return refused
    url = _joined(text)
    return url.why if isinstance(url, _Refused) else parsed(url)


def opened(text: Text, vault: Vault) -> Text:
    """``text`` with a secret at its start opened: a URL of which the password alone is a token."""
    if len(text.parts) < 3 or text.parts[0] or not TOKEN.fullmatch(text.parts[1]):
        return text
    return Text(("", without_password(vault.reveal(text.parts[1]), vault), *text.parts[2:]))


def without_password(url: str, vault: Vault) -> str:
    """A URL with a token in the place of its password."""
    scheme, separator, rest = url.partition("://")
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    userinfo, at, place = authority.rpartition("@")
    user, colon, password = userinfo.partition(":")
    if not (separator and at and colon and password):
        return url
    token = vault.learn(password, in_url=True)
    return f"{scheme}://{user}:{token}@{place}{rest[len(authority) :]}"


def url_word(asked: Asked, usual: str) -> str:
    """The URL of a check's ``server`` as a word for a person's shell.

    A password never stands in a command, where every user of the host could read it: then the whole URL is
    in a variable, the ``usual`` one if the parameter's is not known.
    """
    where = asked.option("server")
    if where in asked.variables or TOKEN.search(where):
        return f'"${asked.variables.get(where, usual)}"'
    return asked.shell.quoted(where)


def parsed(url: str) -> Address | str:
    """The same of a URL that is complete, as of a redirect."""
    if len(url) > MOST_URL:
        return f"The URL is longer than {MOST_URL:,} characters."
    if _UNSAFE.search(url):
        return "The URL holds a blank or a character that must be percent-encoded: write %20 for a blank."
    try:
        parts = urlsplit(url)
    except ValueError as error:
        return f"This is no URL: {error}."
    if parts.scheme.lower() not in SCHEMES or not parts.netloc:
        return "Only http:// and https:// are fetched: write the URL with its scheme and host."
    place = _place(parts)
    if place is None:
        return "The URL's host is none: write a name or an address, and an IPv6 address in brackets."
    userinfo = parts.netloc.rpartition("@")[0]
    if ":" in userinfo and not TOKEN.fullmatch(userinfo.partition(":")[2]):
        return "The URL holds a password in clear: use a secret parameter for it, or `bearer`."
    if any(segment in (".", "..") for segment in _undone(parts.path).split("/")):
        return "The path leads upwards with `..`: write where it leads."
    if word := acting_word(parts.path, parts.query):
        return f"`{word}` in the URL may change something: only addresses that read are fetched."
    path = quote(parts.path, safe=_KEPT) or "/"
    return Address(parts.scheme.lower(), place, userinfo, path, quote(parts.query, safe=_KEPT))


class _Refused(Struct, frozen=True):
    why: str


def _joined(text: Text) -> str | _Refused:
    url = text.parts[0]
    for at in range(1, len(text.parts), 2):
        value, piece = text.parts[at], text.parts[at + 1]
        put = _put(url, value)
        if isinstance(put, _Refused):
            return put
        url += put + piece
    return url


def _put(before: str, value: str) -> str | _Refused:
    """A value as it stands in the URL behind ``before``."""
    if not before:
        return _base(value)
    rest = _START.sub("", before, count=1)
    in_host = _START.match(before) is not None and not re.search(r"[/?#]", rest)
    if not in_host:
        return _encoded(value)
    if TOKEN.fullmatch(value) or _HOST_VALUE.fullmatch(value):
        return value  # a token is a password before an @: as a host it is refused
    return _Refused("The value in the place of the URL's host is none: give it a name or an address.")


def _base(value: str) -> str | _Refused:
    if TOKEN.fullmatch(value):
        return UNKNOWN
    if _START.match(value):
        return value
    return _Refused(
        "The URL begins with a value that is no URL: give the parameter one such as http://api:8080."
    )


def _encoded(value: str) -> str:
    """Percent-encoded but for tokens, which are encoded once they are revealed."""
    pieces = re.split(f"({TOKEN.pattern})", value)
    return "".join(piece if TOKEN.fullmatch(piece) else quote(piece, safe=":") for piece in pieces)


def _place(parts: SplitResult) -> Place | None:
    found = _HOST.fullmatch(parts.netloc.rpartition("@")[2])
    host = host_in(found["host"]) if found else ""
    port = int(found["port"] or SCHEMES[parts.scheme.lower()]) if found else 0
    return Place(host, port) if host and 0 < port < 65536 else None


def _undone(path: str) -> str:
    return unquote(unquote(path))
