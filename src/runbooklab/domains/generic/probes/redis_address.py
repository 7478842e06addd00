"""The address of a Redis server, as its clients write it. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from runbooklab.domains.generic.probes.hosts import Place, host_in
from runbooklab.redaction import TOKEN

PORT = 6379
_SCHEME = re.compile(r"(?:redis|rediss|unix)://", re.IGNORECASE)


class Server(Struct, frozen=True):
    """Where a server is, and who logs in; the password is a token."""

    place: Place | None  # None: a unix socket
    socket: str = ""
    user: str = ""
    password: str = ""
    database: int = 0
    tls: bool = False
    ca: str = ""
    verifies: bool = True

    @property
    def written(self) -> str:
        """The place for sentences and the ledger."""
        return self.place.written if self.place else self.socket

    @property
    def named(self) -> dict[str, str]:
        """What the URL says of the place, as fields of a check."""
        database = {"database": str(self.database)}
        if self.place is None:
            return {"host": self.socket, **database}
        return {"host": self.place.host, "port": str(self.place.port), **database}


def server_in(url: str) -> Server | str:
    """The server of a URL, or one sentence on why it is refused. Source: redis-py, ``parse_url``."""
    if not _SCHEME.match(url):
        return "The server is named by a URL such as redis://host:6379/0, rediss:// or unix://."
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
        more = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        number = (parts.path.strip("/") if parts.scheme != "unix" else "") or more.get("db") or "0"
        database = int(number)
    except ValueError:
        return "The server's URL does not parse: write redis://host:6379/0."
    userinfo, _, at = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    password = password or more.get("password", "")
    if password and not TOKEN.fullmatch(password):
        return "The server's URL holds a password in clear: use a secret parameter for it."
    if parts.scheme == "unix":
        return Server(None, parts.path, unquote(user), password, database)
    host = host_in(re.sub(r":[0-9]*$", "", at) or "localhost")
    if not host or not 0 < port < 65536:
        return "The server's host is none: write a name or an address, and an IPv6 address in brackets."
    return Server(
        Place(host, port),
        "",
        unquote(user),
        password,
        database,
        parts.scheme == "rediss",
        more.get("ssl_ca_certs", ""),
        more.get("ssl_cert_reqs", "required") not in ("none", "optional"),
    )
