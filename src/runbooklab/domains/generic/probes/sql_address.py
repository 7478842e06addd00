"""The address of a PostgreSQL server, as libpq writes it. Pure.

Source: PostgreSQL, "Connection URIs" and "SSL Mode Descriptions".
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from runbooklab.domains.generic.probes.hosts import Place, host_in, refused_values
from runbooklab.domains.generic.records import Text
from runbooklab.redaction import TOKEN

PORT = 5432
#: Mode -> whether TLS is asked for, whether it must be, whether the certificate and whether its name count.
MODES = {
    "disable": (False, False, False, False),
    "allow": (True, False, False, False),
    "prefer": (True, False, False, False),
    "require": (True, True, False, False),
    "verify-ca": (True, True, True, False),
    "verify-full": (True, True, True, True),
}
_SCHEME = re.compile(r"postgres(?:ql)?(?:\+[a-z0-9]+)?://", re.IGNORECASE)
_PATH = re.compile(r"/[^\x00]{0,100}")
#: What is shown of an address that is a secret as a whole.
HIDDEN = "the server"


class Server(Struct, frozen=True):
    """Where a server is, and who logs in; the password is a token."""

    place: Place | None  # None: a unix socket
    socket: str = ""  # folder of the unix socket
    port: int = PORT
    user: str = ""
    password: str = ""
    database: str = ""
    mode: str = "prefer"
    ca: str = ""
    certificate: str = ""
    key: str = ""

    @property
    def written(self) -> str:
        """The place for sentences and the ledger."""
        return self.place.written if self.place else f"{self.socket}/.s.PGSQL.{self.port}"


def server_in(text: Text) -> Server | str:
    """The server that ``text`` names, or one sentence on why it is refused."""
    if refused := refused_values(text):
        return refused
    return parsed(text.plain)


def is_hidden(text: Text) -> bool:
    """Whether the whole address is a secret, which is known when it is used."""
    return TOKEN.fullmatch(text.plain) is not None


def parsed(url: str) -> Server | str:
    """The same of a URL, its password a token."""
    if not _SCHEME.match(url):
        return "The server is named by a URL such as postgresql://user@host:5432/database."
    try:
        parts = urlsplit(re.sub(r"^[^:]+", "postgresql", url))
        more = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        port = int(more.get("port") or parts.port or PORT)
    except ValueError:
        return "The server's URL does not parse: write postgresql://user@host:5432/database."
    userinfo, _, at = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    password = password or more.get("password", "")
    if password and not TOKEN.fullmatch(password):
        return "The server's URL holds a password in clear: use a secret parameter for it."
    mode = more.get("sslmode", "prefer")
    if mode not in MODES:
        return f"`sslmode={mode[:20]}` is none: write one of {', '.join(MODES)}."
    host = more.get("host") or unquote(re.sub(r":[0-9]*$", "", at))
    socket = host if _PATH.fullmatch(host) else ""
    place = None if socket else _place(host or "localhost", port)
    if not socket and place is None:
        return "The server's host is none: write one name or address, and an IPv6 address in brackets."
    user = unquote(user) or more.get("user", "")
    return Server(
        place,
        socket,
        port,
        user,
        password,
        unquote(parts.path.lstrip("/")) or more.get("dbname", ""),
        mode,
        more.get("sslrootcert", "").replace("system", "") if mode.startswith("verify") else "",
        more.get("sslcert", ""),
        more.get("sslkey", ""),
    )


def _place(host: str, port: int) -> Place | None:
    found = host_in(host)
    return Place(found, port) if found and 0 < port < 65536 else None
