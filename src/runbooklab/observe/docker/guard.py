"""The only Docker client that probes have: it refuses every request that would change something.

It allows GET, and creating and starting an ``exec`` whose command line is on a closed list. Answers
are read up to a bound in bytes and in time; nothing is decompressed, and no redirect is followed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Container
from typing import Any

import msgspec
import requests
from docker import APIClient
from docker.errors import DockerException
from msgspec import Struct

from runbooklab.errors import RunbookError
from runbooklab.model.from_json import from_json
from runbooklab.observe.context import PlainError
from runbooklab.observe.docker.transport import bound
from runbooklab.observe.net.bounded_socket import TooMuch

#: One word of a command line that a shell would leave as it is.
WORD = r"[^\s;&|<>$`\\]+"
#: A command may run under ``timeout``, so that it does not keep running.
LIMIT = r"(?:timeout \d+(?:\.\d+)? )?"


class Tool(Struct, frozen=True):
    """What may be run inside a container: command lines, words joined by one space, that change nothing.

    None may run a shell. ``credential`` is the only environment variable that may be passed to such a
    command. ``judged`` says of other words, one by one as they would run, whether they were judged live.
    """

    lines: tuple[re.Pattern[str], ...] = ()
    credential: str = ""
    judged: Callable[[tuple[str, ...]], bool] | None = None


#: The commands that every domain may run.
LOOKUPS = Tool(
    tuple(
        re.compile(pattern)
        for pattern in (
            rf"{LIMIT}getent (?:hosts|ahosts) {WORD}",
            r"cat /proc/net/tcp6?",
            r"cat /etc/resolv\.conf",
        )
    )
)

_EXEC_CREATE = re.compile(r"/containers/[^/]+/exec")
_EXEC_START = re.compile(r"/exec/(?P<id>[0-9a-f]+)/start")
#: A GET that is not a read: it becomes a connection to the container's input.
_ATTACH = re.compile(r"/containers/[^/]+/attach/ws")
_VERSION = re.compile(r"^/v[\d.]+(?=/)")


#: Most bytes of one answer that are read, and most items in it: ten thousand containers have as many.
MOST_BODY = 16 << 20
MOST_ITEMS = 500_000
_PIECE = 64 << 10
#: The most exceptions of a chain that are searched for the first cause.
MOST_CAUSES = 20


class NotRead(PlainError, DockerException):
    """An answer that an engine would not give: too long, compressed, or a redirect."""


class Refused(RunbookError, PermissionError):
    """A request that would change something, stopped before it was sent."""


def allowed(method: str, path: str, body: Any, own_execs: Container[str] = (), tool: Tool = LOOKUPS) -> bool:
    """Whether this request only reads.

    ``path`` is the URL's path without version and query, ``body`` the request's body as sent,
    ``own_execs`` the ids of the execs that this client has created, ``tool`` what it may run.
    """
    if method == "GET":
        return not _ATTACH.fullmatch(path)
    if method != "POST":
        return False
    start = _EXEC_START.fullmatch(path)
    if start:
        return start["id"] in own_execs
    return bool(_EXEC_CREATE.fullmatch(path)) and _exec_allowed(body, tool)


class _Exec(msgspec.Struct, rename="pascal"):
    """The fields of an exec's description that decide what it can do."""

    cmd: list[str]
    env: list[str] | None = None
    privileged: bool = False
    attach_stdin: bool = False


def _exec_allowed(body: Any, tool: Tool) -> bool:
    try:
        asked = from_json(body or b"{}", _Exec)
    except (msgspec.MsgspecError, TypeError):
        return False
    if asked.privileged or asked.attach_stdin:
        return False
    if asked.env and not (tool.credential and all(_names(tool.credential, line) for line in asked.env)):
        return False
    line, lines = " ".join(asked.cmd), (*LOOKUPS.lines, *tool.lines)
    if all(" " not in word for word in asked.cmd) and any(rule.fullmatch(line) for rule in lines):
        return True
    return tool.judged is not None and not asked.env and tool.judged(tuple(asked.cmd))


def _names(variable: str, setting: str) -> bool:
    return setting.startswith(f"{variable}=")


def _words(path: str, body: Any) -> str:
    """The command of an exec, from the request's body, for the ledger."""
    if not _EXEC_CREATE.fullmatch(path):
        return ""
    return ": " + " ".join(from_json(body, _Exec).cmd)


def _in_plain_words(error: requests.RequestException) -> Exception:
    """The same failure without the names of libraries; its causes are kept."""
    causes: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and len(causes) < MOST_CAUSES:
        causes.append(at)
        at = at.__cause__ or at.__context__
    if too_much := next((cause for cause in causes if isinstance(cause, TooMuch)), None):
        return NotRead(f"its answer is not read: {too_much}")
    timed_out = isinstance(error, requests.Timeout) or "timed out" in str(error)
    if timed_out and not isinstance(error, requests.ConnectTimeout):
        return requests.ReadTimeout("Docker did not answer in time")
    return error


def _whole(answer: requests.Response) -> bytes:
    """The body of an answer, within the bounds above."""
    held = bytearray()
    for piece in answer.iter_content(_PIECE):
        held += piece
        if len(held) > MOST_BODY:
            raise NotRead(f"its answer is longer than {MOST_BODY >> 20} MiB: the rest is not read")
    if held.count(b"[") + held.count(b"{") + held.count(b",") > MOST_ITEMS:
        raise NotRead(f"its answer holds more than {MOST_ITEMS:,} items: it is not read")
    return bytes(held)


class ReadingClient(APIClient):
    """docker-py's low-level client, restricted to reading. ``note(what, ms)`` is called with every request.

    ``place`` is the endpoint's URL, for the ledger; "" for the usual one. ``tool`` is what it may run inside.
    """

    def __init__(
        self,
        *,
        note: Callable[[str, float], None],
        place: str = "",
        tool: Tool = LOOKUPS,
        **options: Any,
    ) -> None:
        self._tool = tool
        self._note = note
        self._place = f" at {place}" if place else ""
        self._own_execs: set[str] = set()
        super().__init__(**options)
        self.headers["Accept-Encoding"] = "identity"
        self.trust_env = False  # no password out of ~/.netrc, no proxy that the ledger doesn't name
        bound(self)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        method, path = request.method or "", _VERSION.sub("", request.path_url)
        bare = path.partition("?")[0]
        if not allowed(method, bare, request.body, self._own_execs, self._tool):
            raise Refused(f"{method} {bare} is not a read: refused")
        began = time.perf_counter()
        try:
            answer = self._answer(request, **options)
        except requests.RequestException as error:
            raise _in_plain_words(error) from error
        finally:
            ms = (time.perf_counter() - began) * 1000
            self._note(f"{method} {path}{_words(bare, request.body)}{self._place}", ms)
        if _EXEC_CREATE.fullmatch(bare) and answer.ok:
            self._own_execs.add(str(answer.json().get("Id", "")))
        return answer

    def _answer(
        self, request: requests.PreparedRequest, stream: bool = False, **options: Any
    ) -> requests.Response:
        """The answer, read completely unless it is requested as a stream. Raises :class:`NotRead`."""
        answer: requests.Response = super().send(request, stream=True, **options)
        packed = answer.headers.get("Content-Encoding", "identity")
        try:
            if answer.is_redirect:
                raise NotRead(f"it redirects to {answer.headers['Location'][:200]!r}, which is not followed")
            if packed != "identity":
                raise NotRead(f"its answer is compressed ({packed[:40]!r}), which was not asked for")
            if not stream:
                answer._content = _whole(answer)
        except BaseException:
            answer.close()
            raise
        return answer

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No target: a redirect is not followed."""

    def _create_websocket_connection(self, url: str) -> Any:
        """docker-py attaches to a container's input with another library, past :meth:`send`."""
        raise Refused(f"a connection to {url} is not a read: refused")
