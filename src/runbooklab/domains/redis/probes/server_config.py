"""The server's settings as its command line and configuration files give them, also while it is down.

The files are read through the engine as they lie in the container (its volumes and mounts included),
by GET alone, each up to a bound.
"""

from __future__ import annotations

import hashlib
import io
import shlex
import tarfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from docker.errors import APIError, DockerException, NotFound
from requests.exceptions import RequestException

from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.redis.probes.server_password import mishap, variable_in
from runbooklab.domains.redis.records.server import SERVERS, ServedFile, ServerConfig
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.records import Container
from runbooklab.observe.docker.stream import read_stream
from runbooklab.redaction import clean, clean_setting

if TYPE_CHECKING:
    from runbooklab.domains.redis.context import Context
    from runbooklab.observe.docker.guard import ReadingClient
    from runbooklab.redaction import Vault

#: Bytes of a configuration file that are read, files that it may include, and bytes of a log file.
MOST_BYTES = 256 * 1024
MOST_INCLUDES = 5
MOST_LOG_BYTES = 1024 * 1024
LOG_LINES = 50
#: A tar archive begins with headers: one block, or three if a name or an attribute is long.
HEADER_BYTES = 8 * 512
CONFIGURED_LIKE_REDIS = tuple(name for name in SERVERS if name != "dragonfly")
#: A shell's word that ends a command.
_ENDS = {";", "&", "&&", "||", "|", ">", ">>", "2>&1", "2>"}
#: Directives that may occur several times and add up.
_REPEATED = ("user", "include", "rename-command", "save", "loadmodule")

Line = tuple[str, str, str]  # directive, value, origin


def server_config(ctx: Context) -> ServerConfig:
    """The settings of the server in the Redis container, its files, and whether the URL fits them."""
    look = ctx.need(CONTAINER)
    if look.found is None:
        raise NotObserved(Missing("not-applicable", f"there is no container {look.name}"))
    found: Container = look.found
    command = [ctx.vault.reveal(word) for word in found.command]
    words = server_words(command)
    if words is None:
        raise NotObserved(Missing("unsupported", "its command does not show how Redis is started"))
    with reading_client(ctx) as client:
        files = _Files(ctx, client, found)
        lines = tuple(_lines(words, files))
        settings, origins = _settled(lines)
        for role, path in _needed(settings):
            files.state(role, path)
        acl = _acl_text(settings, files)
        log = _log_lines(settings, files)
    unread = any(file.role in ("config", "include") and file.state != "file" for file in files.seen)
    # A shell puts something in its place; without one, a dollar sign stands for itself.
    unread = unread or (_by_shell(command) and any("$" in value for value in settings.values()))
    user, password = _url_credentials(ctx)
    required = "" if unread else settings.get("requirepass", "")
    return ServerConfig(
        settings={name: clean_setting(name, value, ctx.vault) for name, value in settings.items()},
        origins=origins,
        renamed={
            words.split()[0].upper(): at for name, words, at in lines if name == "rename-command" and words
        },
        files=tuple(files.seen),
        user=found.user,
        credentials="" if unread else credentials(user, password, settings, users(lines, acl)),
        password_variable=variable_in(required, found.environment_names),
        password_mishap=mishap(password, required),
        log_lines=tuple(clean(line, ctx.vault)[:1000] for line in log),
    )


# --- the command line -------------------------------------------------------------------------


def server_words(command: Iterable[str]) -> list[str] | None:
    """What the server is started with; None if the command line does not show it.

    >>> server_words(["sh", "-c", "exec redis-server --port 6380 & sleep 1"])
    ['--port', '6380']
    >>> server_words(["docker-entrypoint.sh", "--requirepass", "x"])
    ['--requirepass', 'x']
    """
    words = list(command)
    for place, word in enumerate(words):
        if " " in word and any(server in word for server in CONFIGURED_LIKE_REDIS):
            return server_words(_shell_words(word))
        if word.rsplit("/", 1)[-1] in CONFIGURED_LIKE_REDIS:
            rest = words[place + 1 :]
            end = next((at for at, argument in enumerate(rest) if argument in _ENDS), len(rest))
            return rest[:end]
    entry = words[0].rsplit("/", 1)[-1] if words else ""
    starts_so = len(words) > 1 and (words[1].startswith("-") or words[1].endswith(".conf"))
    return words[1:] if entry == "docker-entrypoint.sh" and starts_so else None


def _by_shell(command: list[str]) -> bool:
    """Whether the server's words are in a shell's line, which replaces variables."""
    return any(" " in word and any(server in word for server in CONFIGURED_LIKE_REDIS) for word in command)


def _shell_words(text: str) -> list[str]:
    try:
        return list(shlex.shlex(text, posix=True, punctuation_chars=True))
    except ValueError:
        return text.split()


def directives(words: list[str]) -> Iterator[Line]:
    """The settings of a command line. Source: redis.conf, "command line arguments".

    >>> list(directives(["/etc/redis.conf", "--save", "60", "1", "--port", "0"]))
    [('save', '60 1', 'command line'), ('port', '0', 'command line')]
    """
    name, values = "", []  # type: tuple[str, list[str]]
    for word in [*words, "--"]:
        if not word.startswith("--"):
            values.append(word)
            continue
        if name:
            yield name, " ".join(values), "command line"
        name, values = word[2:].lower(), []


def file_lines(text: str, path: str) -> Iterator[Line]:
    """The settings of a configuration file, each with where it is."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        name, _, value = words.partition(" ")
        yield name.lower(), value.strip().strip("\"'"), f"{path}:{number}"


def _lines(words: list[str], files: _Files) -> Iterator[Line]:
    """All settings, in the order in which they count: files first, the command line over them."""
    path = words[0] if words and not words[0].startswith("-") else ""
    waiting, read = ([path] if path else []), 0
    while waiting and read <= MOST_INCLUDES:
        role = "include" if read else "config"
        path = waiting.pop(0)
        for line in file_lines(files.text(role, path), path):
            if line[0] == "include":
                waiting.append(line[1])
            yield line
        read += 1
    yield from directives(words)


def _settled(lines: Iterable[Line]) -> tuple[dict[str, str], dict[str, str]]:
    settings: dict[str, str] = {}
    origins: dict[str, str] = {}
    for name, value, origin in lines:
        if name not in _REPEATED:
            settings[name], origins[name] = value, origin
    return settings, origins


def _needed(settings: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield "dir", settings.get("dir", "/data")
    for name in ("tls-cert-file", "tls-key-file", "tls-ca-cert-file"):
        if settings.get(name):
            yield "tls", settings[name]


def _acl_text(settings: dict[str, str], files: _Files) -> str:
    return files.text("aclfile", settings["aclfile"]) if settings.get("aclfile") else ""


def _log_lines(settings: dict[str, str], files: _Files) -> list[str]:
    path = settings.get("logfile", "")
    if not path:
        return []
    place = path if path.startswith("/") else f"{settings.get('dir', '/data')}/{path}"
    return files.text("logfile", place, MOST_LOG_BYTES).splitlines()[-LOG_LINES:]


# --- credentials ------------------------------------------------------------------------------


def users(lines: Iterable[Line], acl: str) -> dict[str, list[str]]:
    """The ACL users of the configuration and of the ACL file: name -> its rules."""
    given = [value.split() for name, value, _ in lines if name == "user"]
    given += [line.split()[1:] for line in acl.splitlines() if line.startswith("user ")]
    return {words[0]: words[1:] for words in given if words}


def credentials(
    user: str, password: str, settings: dict[str, str], known: dict[str, list[str]]
) -> Literal["fit", "missing", "wrong", "none-set"]:
    """Whether a URL's credentials fit a server's settings. Source: Redis manual, ACL."""
    name = user or "default"
    rules = known.get(name)
    if rules is not None:
        return _against_rules(password, rules, name)
    if name != "default":
        return "wrong"
    required = settings.get("requirepass", "")
    if not required:
        return "none-set" if password else "fit"
    return "fit" if password == required else "wrong" if password else "missing"


def _against_rules(password: str, rules: list[str], name: str) -> Literal["fit", "missing", "wrong"]:
    digest = hashlib.sha256(password.encode()).hexdigest()
    if "off" in rules and "on" not in rules:
        return "wrong"
    if "nopass" in rules or f">{password}" in rules or f"#{digest}" in rules:
        return "fit"
    return "missing" if not password and name == "default" else "wrong"


def _url_credentials(ctx: Context) -> tuple[str, str]:
    address = ctx.wait(ADDRESS).value
    if address is None or address.problem:
        return "", ""
    try:
        parts = urlsplit(ctx.vault.reveal(address.text))
        return unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        return "", ""


# --- files in the container -------------------------------------------------------------------


class _Files:
    """Files of one container, read through the engine; each read is kept."""

    def __init__(self, ctx: Context, client: ReadingClient, found: Container) -> None:
        self._ctx, self._client, self._found = ctx, client, found
        self.seen: list[ServedFile] = []

    def text(self, role: str, path: str, most_bytes: int = MOST_BYTES) -> str:
        """A file's text; "" if it is none, or is too long to be read."""
        data = self._fetch(role, path, most_bytes + HEADER_BYTES)
        member = self.seen[-1]
        if data is None or member.state != "file" or (member.size_bytes or 0) > most_bytes:
            return ""
        with tarfile.open(fileobj=io.BytesIO(data), mode="r|") as archive:
            first = archive.next()
            content = archive.extractfile(first) if first is not None else None
            return content.read(most_bytes).decode("utf-8", "replace") if content is not None else ""

    def state(self, role: str, path: str) -> None:
        """What lies at a path; its content is not asked for."""
        self._fetch(role, path, HEADER_BYTES)

    def _fetch(self, role: str, path: str, most_bytes: int) -> bytes | None:
        shown = _shown(path, self._ctx.vault)
        try:
            data, _ = read_stream(
                self._client,
                "GET",
                f"/containers/{self._found.id}/archive",
                params={"path": path},
                most_bytes=most_bytes,
                seconds=self._ctx.timeout_s(0.7),
            )
            self.seen.append(_described(role, shown, data))
        except NotFound:
            self.seen.append(ServedFile(role, shown, "missing"))
        except (APIError, DockerException, RequestException, TimeoutError, tarfile.TarError, OSError):
            self.seen.append(ServedFile(role, shown, "unknown"))
        else:
            return data
        return None


def _shown(path: str, vault: Vault) -> str:
    return clean(path, vault)[:300]


def _described(role: str, path: str, data: bytes) -> ServedFile:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r|") as archive:
        first = archive.next()
    if first is None or not (first.isfile() or first.isdir()):
        return ServedFile(role, path, "unknown")
    kind: Literal["file", "directory"] = "directory" if first.isdir() else "file"
    return ServedFile(role, path, kind, first.uid, first.gid, first.mode & 0o7777, first.size)
