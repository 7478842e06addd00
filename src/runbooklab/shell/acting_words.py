"""Addresses that act although they are only fetched: the words that tell. Pure.

A GET should change nothing (RFC 9110, 9.2.1), and many a server's does: ``/-/reload`` and ``/-/quit``,
``/flush``, ``/admin?action=restart``. One table of words, and where each counts.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

#: Words that act wherever they stand: in a path's segments, as a query's name or as its value.
ANYWHERE = frozenset(
    {
        "abort", "activate", "cancel", "clear", "cleanup", "deactivate", "decommission", "delete", "demote",
        "delta-import", "deploy", "destroy", "detach", "disable", "drain", "drop", "erase", "evict", "exec",
        "exit", "failover", "full-import", "resync", "toggle", "unload",
        "flush", "flushall", "flushdb", "halt", "invalidate", "kill", "logout", "poweroff", "promote",
        "purge", "quit", "quitquitquit", "abortabortabort", "quarantine", "reboot", "recreate", "reindex",
        "reload", "remove", "reopen", "reset", "restart", "restore", "revert", "revoke", "rollback",
        "rotate", "shutdown", "stop", "suspend", "terminate", "truncate", "undeploy", "uninstall", "unlock",
        "unmount", "unregister", "unsubscribe", "upgrade", "wipe",
    }
)  # fmt: skip
#: Words that act as the last segment of a path or as a query's value; elsewhere they are names as well.
AT_THE_END = frozenset(
    {
        "add", "apply", "backup", "commit", "compact", "create", "edit", "enable", "execute", "gc", "import",
        "insert", "install", "invoke", "launch", "lock", "pause", "publish", "push", "rebuild", "refresh",
        "resume", "retry", "run", "save", "send", "set", "snapshot", "start", "submit", "subscribe", "sync",
        "trigger", "unpause", "unset", "update", "upload", "write",
    }
)  # fmt: skip
#: Below this segment all addresses read. Source: Elasticsearch, "cat APIs": they answer GET alone.
_READS_BELOW = "_cat"
#: Names of a query that put another method in the place of GET. Source: Rails and Laravel, ``_method``.
METHOD_NAMES = frozenset({"_method", "x-http-method-override"})

#: A page's own files, whatever they are called: ``/css/reset.css``.
_ASSET = re.compile(r"\.(?:css|js|mjs|map|png|svg|jpe?g|gif|ico|woff2?|ttf|txt)$", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BREAK = re.compile(r"[^A-Za-z0-9]+")
#: So often is a text decoded: some servers decode once more than they should.
_DECODED = 3


def acting_word(path: str, query: str) -> str:
    """The word by which this address would act; "" if there is none.

    >>> acting_word("/-/reload", ""), acting_word("/api/flushCache", ""), acting_word("/a", "action=stop")
    ('reload', 'flush', 'stop')
    >>> acting_word("/deleted-items", "query=rate(restart_total[5m])&start=1&end=2")
    ''
    """
    segments = [segment for segment in _decoded(path).split("/") if segment]
    for at, segment in enumerate(segments):
        if segment == _READS_BELOW:
            break
        last = at == len(segments) - 1
        if last and _ASSET.search(segment):
            continue
        if found := _in_segment(segment, last):
            return found
    return next((found for part in re.split("[&;]", query) if (found := _in_query(part))), "")


def _in_segment(segment: str, last: bool) -> str:
    words = [word.lower() for word in _BREAK.split(_CAMEL.sub(" ", segment)) if word]
    if last and " ".join(words) in AT_THE_END:
        return words[0]
    return next((word for word in (*words, segment.lower()) if word in ANYWHERE), "")


def _in_query(part: str) -> str:
    """Of a query a name or a value counts as a whole, or with more behind a hyphen: ``restart-now``."""
    name, _, value = (_decoded(piece).strip().lower() for piece in part.partition("="))
    if name in METHOD_NAMES:
        return name
    first = re.split("[-_.:, ]", value)[0] if re.fullmatch("[a-z-_.:, ]*", value) else value
    candidates = (name, value, first)
    return next((word for word in candidates if word in ANYWHERE), value if value in AT_THE_END else "")


def _decoded(text: str) -> str:
    for _ in range(_DECODED):
        text = unquote_plus(text)
    return text
