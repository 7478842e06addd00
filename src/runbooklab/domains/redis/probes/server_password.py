"""How a URL's password came to differ from the server's: by what files and shells do to one on its way.

Both are compared here and neither goes on: evidence holds the kind of difference alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from runbooklab.domains.address.redis_url_repair import PLACEHOLDER
from runbooklab.domains.redis.records.server import PasswordMishap
from runbooklab.redaction import means_a_secret

#: What Compose and a shell replace in a text, by nothing if no such variable is set.
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]\w*|\{[^}]*\})")
_QUOTES = "\"'"

#: Kinds of difference, each with what the mishap makes of the one password to arrive at the other.
_MAKES: tuple[tuple[PasswordMishap, Callable[[str], str]], ...] = (
    ("variable-replaced", lambda text: _VARIABLE.sub("", text)),
    ("dollar-doubled", lambda text: text.replace("$$", "$")),
    ("quotes-kept", lambda text: text[1:-1] if text[:1] in _QUOTES and text[:1] == text[-1:] else text),
    ("blanks-kept", str.strip),
    ("cut-at-hash", lambda text: text.partition("#")[0].rstrip()),
    ("percent-encoded", lambda text: quote(text, safe="")),
)


def mishap(of_url: str, of_server: str) -> PasswordMishap:
    """What makes the one password out of the other; "" if nothing known does.

    >>> mishap("K!3#2P$GVq", "K!3#2P"), mishap("secret", "other"), mishap("a", "'a'")
    ('variable-replaced', '', 'quotes-kept')
    """
    if not of_url or not of_server or of_url == of_server:
        return ""
    for kind, made in _MAKES:
        if made(of_url) == of_server or made(of_server) == of_url:
            return kind
    return ""


def variable_in(of_server: str, known: tuple[str, ...]) -> str:
    """The variable whose text a server was given as its password; "" if that is a password like others.

    ``known`` are the names in the container's environment. A name that is not among them has to say that it
    means a secret: a password may begin with a dollar sign.

    >>> variable_in("$REDIS_PASSWORD", ()), variable_in("${PW}", ("PW",)), variable_in("$ECRET", ())
    ('REDIS_PASSWORD', 'PW', '')
    """
    found = PLACEHOLDER.fullmatch(of_server.strip(_QUOTES))
    inside = next((part for part in found.groups() if part is not None), "") if found else ""
    name = re.match(r"[A-Za-z_]\w*", inside.strip())
    if name is None:
        return ""
    return name[0] if name[0] in known or means_a_secret(name[0], "x") else ""
