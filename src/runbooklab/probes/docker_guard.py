"""The only Docker client that probes have: it refuses, where the bytes leave, whatever changes something.

Allowed are GET, and creating and starting an ``exec`` whose command line is on a closed list.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Container
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
        rf"{_LIMIT}redis-cli{_CONNECTION} acl dryrun {_WORD} SET {_WORD} 1",
        rf"{_LIMIT}redis-cli{_CONNECTION} config get (?:{_SETTINGS})",
        rf"{_LIMIT}getent (?:hosts|ahosts) {_WORD}",
        r"cat /proc/net/tcp6?",
        r"cat /etc/resolv\.conf",
    )
)

#: The one variable an exec may be given: redis-cli takes a password from it.
CREDENTIAL_VARIABLE = "REDISCLI_AUTH"

_EXEC_CREATE = re.compile(r"/containers/[^/]+/exec")
_EXEC_START = re.compile(r"/exec/(?P<id>[0-9a-f]+)/start")
#: A GET that is no read: it becomes a connection to the container's input.
_ATTACH = re.compile(r"/containers/[^/]+/attach/ws")
_VERSION = re.compile(r"^/v[\d.]+(?=/)")


class Refused(PermissionError):
    """A request that would change something, stopped before it was sent."""


def allowed(method: str, path: str, body: Any, own_execs: Container[str] = ()) -> bool:
    """Whether this request only reads.

    ``path`` is the URL's path without version and query, ``body`` the request's body as sent,
    ``own_execs`` the ids of the execs that this client has created.
    """
    if method == "GET":
        return not _ATTACH.fullmatch(path)
    if method != "POST":
        return False
    start = _EXEC_START.fullmatch(path)
    if start:
        return start["id"] in own_execs
    return bool(_EXEC_CREATE.fullmatch(path)) and _exec_allowed(body)


class _Exec(msgspec.Struct, rename="pascal"):
    """What of an exec's description decides what it can do."""

    cmd: list[str]
    env: list[str] | None = None
    privileged: bool = False
    attach_stdin: bool = False


def _exec_allowed(body: Any) -> bool:
    try:
        asked = msgspec.json.decode(body or b"{}", type=_Exec)
    except (msgspec.MsgspecError, TypeError):
        return False
    if asked.privileged or asked.attach_stdin:
        return False
    if any(not line.startswith(f"{CREDENTIAL_VARIABLE}=") for line in asked.env or ()):
        return False
    line = " ".join(asked.cmd)
    return all(" " not in word for word in asked.cmd) and any(rule.fullmatch(line) for rule in ALLOWED_EXECS)


def _words(path: str, body: Any) -> str:
    """The command of an exec, for the ledger: it stands in the request's body."""
    if not _EXEC_CREATE.fullmatch(path):
        return ""
    return ": " + " ".join(msgspec.json.decode(body, type=_Exec).cmd)


class ReadingClient(APIClient):
    """docker-py's low-level client, held to reading. ``note(what, ms)`` hears of every request."""

    def __init__(self, *, note: Callable[[str, float], None], **options: Any) -> None:
        self._note = note
        self._own_execs: set[str] = set()
        super().__init__(**options)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        method, path = request.method or "", _VERSION.sub("", request.path_url)
        bare = path.partition("?")[0]
        if not allowed(method, bare, request.body, self._own_execs):
            raise Refused(f"{method} {bare} is not a read: refused")
        began = time.perf_counter()
        try:
            answer = super().send(request, **options)
        finally:
            self._note(f"{method} {path}{_words(bare, request.body)}", (time.perf_counter() - began) * 1000)
        if _EXEC_CREATE.fullmatch(bare) and answer.ok:
            self._own_execs.add(str(answer.json().get("Id", "")))
        return answer

    def _create_websocket_connection(self, url: str) -> Any:
        """docker-py attaches to a container's input with another library, past :meth:`send`."""
        raise Refused(f"a connection to {url} is not a read: refused")
