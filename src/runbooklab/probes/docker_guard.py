"""The only Docker client that probes have: it refuses, where the bytes leave, whatever changes something.

Allowed are GET, and creating and starting an ``exec`` whose command line is on a closed list.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from docker import APIClient

if TYPE_CHECKING:
    import requests

_WORD = r"[^\s;&|<>$`\\]+"
_CONNECTION = (
    rf"(?: -h {_WORD})?(?: -p \d+)?(?: -n \d+)?(?: --tls --insecure)?"
    rf"(?: --user {_WORD})?(?: --no-auth-warning)?"
)
_SETTINGS = "databases|maxclients|maxmemory|maxmemory-policy|bind|protected-mode"
_LIMIT = r"(?:timeout \d+(?:\.\d+)? )?"

#: Command lines an exec may have, words joined by one space. None runs a shell, none changes anything.
ALLOWED_EXECS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LIMIT}redis-cli(?: -e)?{_CONNECTION} ping",
        rf"{_LIMIT}redis-cli{_CONNECTION} info(?: [a-z]+)?",
        rf"{_LIMIT}redis-cli{_CONNECTION} role",
        rf"{_LIMIT}redis-cli{_CONNECTION} config get (?:{_SETTINGS})",
        rf"{_LIMIT}getent (?:hosts|ahosts|ahostsv4) {_WORD}",
        r"cat /proc/net/tcp6?",
        r"cat /etc/resolv\.conf",
    )
)

_EXEC_CREATE = re.compile(r"/containers/[^/]+/exec$")
_EXEC_START = re.compile(r"/exec/[^/]+/start$")
_VERSION = re.compile(r"^/v[\d.]+(?=/)")


class Refused(PermissionError):
    """A request that would change something, stopped before it was sent."""


def allowed(method: str, path: str, body: Any) -> bool:
    """Whether this request only reads. ``path`` is the URL's path, ``body`` the request's body as sent."""
    if method == "GET":
        return True
    if method != "POST":
        return False
    if _EXEC_START.search(path):
        return True
    return bool(_EXEC_CREATE.search(path)) and _command_allowed(body)


def _command_allowed(body: Any) -> bool:
    try:
        asked = msgspec.json.decode(body or b"{}", type=dict[str, Any])
    except (msgspec.MsgspecError, TypeError):
        return False
    words = asked.get("Cmd")
    if asked.get("Privileged") or not isinstance(words, list):
        return False
    if not all(isinstance(word, str) for word in words):
        return False
    line = " ".join(words)
    return all(" " not in word for word in words) and any(rule.fullmatch(line) for rule in ALLOWED_EXECS)


class ReadingClient(APIClient):
    """docker-py's low-level client, held to reading. ``note(what, ms)`` hears of every request."""

    def __init__(self, *, note: Callable[[str, float], None], **options: Any) -> None:
        self._note = note
        super().__init__(**options)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        method, path = request.method or "", _VERSION.sub("", request.path_url)
        bare = path.partition("?")[0]
        if not allowed(method, bare, request.body):
            raise Refused(f"{method} {bare} is not a read: refused")
        began = time.perf_counter()
        try:
            return super().send(request, **options)
        finally:
            self._note(f"{method} {path}"[:300], (time.perf_counter() - began) * 1000)
