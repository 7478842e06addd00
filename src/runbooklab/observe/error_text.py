"""The error a person pasted, reduced to what identifies it: classes, codes, and host and port.

Prose differs between clients and their versions; exception classes, server codes and errnos don't.
"""

from __future__ import annotations

import errno
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from runbooklab.domain.sign import NO_SIGNS, SignTable
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import Missing
from runbooklab.observe.error_places import places
from runbooklab.observe.error_reading import MOST_CHARACTERS, Excerpt, excerpt, pieces_of
from runbooklab.redaction import clean, without_secrets

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context
    from runbooklab.redaction import Vault

MOST_NAMES = 20

#: What the operating system's errors are called in one client or another. Lower case.
_ERRNOS: tuple[tuple[str, int], ...] = (
    ("connection refused", errno.ECONNREFUSED),
    ("econnrefused", errno.ECONNREFUSED),
    ("actively refused", errno.ECONNREFUSED),
    ("connection reset", errno.ECONNRESET),
    ("econnreset", errno.ECONNRESET),
    ("broken pipe", errno.EPIPE),
    ("epipe", errno.EPIPE),
    ("no route to host", errno.EHOSTUNREACH),
    ("ehostunreach", errno.EHOSTUNREACH),
    ("network is unreachable", errno.ENETUNREACH),
    ("enetunreach", errno.ENETUNREACH),
    ("connection timed out", errno.ETIMEDOUT),
    ("etimedout", errno.ETIMEDOUT),
    ("cannot assign requested address", errno.EADDRNOTAVAIL),
    ("eaddrnotavail", errno.EADDRNOTAVAIL),
    ("too many open files", errno.EMFILE),
    ("emfile", errno.EMFILE),
    ("address already in use", errno.EADDRINUSE),
    ("no such file or directory", errno.ENOENT),
    ("permission denied", errno.EACCES),
)

#: getaddrinfo's errors, as gai_strerror, Node, Java and Go name them.
_NAMES: tuple[tuple[str, str], ...] = (
    ("name or service not known", "name not known"),
    ("nodename nor servname provided", "name not known"),
    ("no address associated with hostname", "name not known"),
    ("enotfound", "name not known"),
    ("no such host", "name not known"),
    ("unknownhostexception", "name not known"),
    ("temporary failure in name resolution", "temporary failure in name resolution"),
    ("eai_again", "temporary failure in name resolution"),
    ("server misbehaving", "temporary failure in name resolution"),
)

#: OpenSSL's words.
_TLS: tuple[tuple[str, str], ...] = (
    ("certificate_verify_failed", "certificate verify failed"),
    ("certificate verify failed", "certificate verify failed"),
    ("wrong version number", "wrong version number"),
)

_CLASS = re.compile(r"(?<![\w.])(?:[A-Za-z_]\w{0,60}\.){0,10}([A-Z]\w{1,60}(?:Error|Exception|Timeout))\b")
_ERRNO = re.compile(r"(?:\[Errno |\bErrno |\bError |\berrno[ =:]{1,2})(-?\d{1,3})\b")


def error_text(ctx: Context[Target], table: SignTable = NO_SIGNS) -> ErrorText:
    """The probe: what the parameter ``error_text`` says."""
    from runbooklab.observe.context import NotObserved

    if not ctx.target.error_text.strip():
        raise NotObserved(Missing("not-applicable", "no error text was given"))
    return reduce(ctx.target.error_text, ctx.vault, table)


def reduce(text: str, vault: Vault, table: SignTable = NO_SIGNS) -> ErrorText:
    """``text`` reduced to the exception classes, codes and addresses that it names, each once, in order.

    ``table`` knows the codes of a subject's servers.

    >>> from runbooklab.redaction.vault import Vault
    >>> reduce("redis.exceptions.ConnectionError: Error 111 connecting to db:6379.", Vault(b"example")).codes
    ('errno 111',)
    """
    pieces = pieces_of(io.StringIO(without_secrets(text, vault)).readline)
    return reduce_excerpt(excerpt(pieces, table=table), vault, table)


def reduce_excerpt(part: Excerpt, vault: Vault, table: SignTable = NO_SIGNS) -> ErrorText:
    """The same for the kept part of a text that is read piece by piece."""
    cleaned = _newest(clean(part.text, vault))
    lower = cleaned.lower()
    return ErrorText(
        text=cleaned,
        classes=_unique(_CLASS.findall(cleaned)),
        codes=_unique(
            [
                *(code for codes in table.codes for code in codes.findall(cleaned)),
                *_first(table.code_words, lower),
                *_first(_TLS, lower),
                *(f"errno {number}" for number in _ERRNO.findall(cleaned)),
                *(f"errno {number}" for words, number in _ERRNOS if words in lower),
                *_first(_NAMES, lower),
                *(["timeout"] if re.search(r"time[d ]?\s?-?out", lower) else []),
            ]
        ),
        hosts=_unique(places(cleaned)),
        lines=part.lines,
        whole=part.whole and len(cleaned) >= len(part.text.strip()),
    )


def _newest(text: str) -> str:
    """The first lines of a long text and its last ones, which count more."""
    if len(text) <= MOST_CHARACTERS:
        return text
    gap, head = "\n…\n", MOST_CHARACTERS // 4
    first = text[:head].rpartition("\n")[0] or text[:head]
    last = text[len(first) + len(gap) - MOST_CHARACTERS :]
    return first + gap + (last.partition("\n")[2] or last)


def _first(table: tuple[tuple[str, str], ...], lower: str) -> list[str]:
    return [code for words, code in table if words in lower]


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))[:MOST_NAMES]
