"""The orchestrator's configuration file: read within bounds, mistakes named by line and column.

A mistake in that file is a cause like any other, so everything here ends in a
:class:`~runbooklab.domains.address.records.ConfigFile` and nothing raises. What the text means is in
``runbooklab.domains.address.configuration``.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from msgspec.structs import replace

from runbooklab.domains.address.configuration.flat_readers import read_env
from runbooklab.domains.address.configuration.leaves import Mistake
from runbooklab.domains.address.configuration.reading import Reading, Surroundings, read
from runbooklab.domains.address.configuration.yaml_reader import place_of
from runbooklab.domains.address.context import Context
from runbooklab.domains.address.records import ConfigFile
from runbooklab.domains.container.probes.table import ORCHESTRATOR
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import Vault, clean, learn_secrets

#: A configuration is searched for secrets up to here; what is shown of it is searched in any case.
SEARCHED_FOR_SECRETS = 256 * 1024
#: A configuration larger than this is none; reading stops here.
MOST_BYTES = 1 << 20
MOST_EXCERPT_LINES = 20
#: The parameter's default, which always means the project's file.
USUAL_PATH = "configs/orchestrator.yaml"
#: Folders that hold configurations; a .env for them is in the folder above.
CONFIG_FOLDERS = frozenset({"config", "configs", "conf", "settings", "etc"})
#: Characters of one line that are searched for secrets before it is cut to be shown.
MOST_LINE = 8_000


def config(ctx: Context) -> ConfigFile:
    """The file that ``orchestrator_config`` names; see :func:`path_of` for a relative path."""
    if not ctx.target.orchestrator_config:
        raise NotObserved(Missing("not-applicable", "no configuration file is named"))
    path = path_of(ctx.vault.reveal(ctx.target.orchestrator_config), ctx.project)
    ctx.note("file", f"read {path}")
    text = ""
    try:
        data = read_bounded(path)
        text = decode(data)
        # A secret may be in what is shown, and the key that says so before it.
        learn_secrets(text[:SEARCHED_FOR_SECRETS], ctx.vault)
        beside = _Beside(ctx, path)
        others = Surroundings(beside.first, beside.last, beside.text, ctx.target.orchestrator_container)
        found = read(text, path.name, others, ctx.target.redis_url_key)
    except Mistake as mistake:
        return ConfigFile(
            path=clean(str(path), ctx.vault),
            problem=mistake.problem,
            message=clean(mistake.message, ctx.vault),
            line=mistake.line,
            column=mistake.column,
            excerpt=_shown(around(text, mistake.line), ctx.vault),
            excerpt_line=max(mistake.line - 2, 1) if mistake.line else None,
            size_bytes=mistake.size_bytes if mistake.size_bytes is not None else len(text.encode()) or None,
        )
    value_file, value_line = next(
        (beside.places[place] for place in found.places if place in beside.places), ("", None)
    )
    record = _record(ctx, path, text, found, len(data))
    return replace(record, value_file=clean(value_file, ctx.vault), value_line=value_line)


def _record(ctx: Context, path: Path, text: str, found: Reading, size: int) -> ConfigFile:
    for secret in found.secrets:
        ctx.vault.learn(secret)

    def shown(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(clean(each, ctx.vault) for each in texts)

    url = clean(found.url, ctx.vault) if found.url else None
    return ConfigFile(
        path=clean(str(path), ctx.vault),
        url=url,
        db=found.db,
        connection_pool_size=found.connection_pool_size,
        # The whole text first: a secret may go on after the lines that are shown.
        excerpt=_shown(section(ctx.vault.redact(text), found.first_line, found.last_line), ctx.vault),
        excerpt_line=found.first_line,
        size_bytes=size,
        format=found.format,
        key=clean(found.key, ctx.vault),
        url_line=found.line,
        is_literal=found.is_literal,
        origins=shown(found.origins),
        others=shown(found.others),
        remarks=shown(found.remarks),
        unread=clean(found.unread, ctx.vault),
        unexpanded=clean(found.unexpanded, ctx.vault),
        password_beside=clean(found.password_beside, ctx.vault),
    )


def path_of(text: str, project: Path) -> Path:
    """The file that a parameter names: ``~`` is the home folder, a relative path starts at the project.

    If there is none, the current folder is tried, for a path that is not the usual one: papermill and a
    notebook pass on what a person typed. (``runbook`` starts such paths at the current folder itself.)
    """
    path = project / Path(text).expanduser()
    here = Path.cwd() / Path(text).expanduser()
    try:
        return here if text != USUAL_PATH and not path.exists() and here.exists() else path
    except (OSError, ValueError):  # a NUL character, or a name that is too long
        return path


# --- variables -------------------------------------------------------------------------------


class _Beside:
    """Where variables get their values, in this order: the orchestrator's container, a .env beside the file,
    the default that is written with them, this process' environment.
    """

    def __init__(self, ctx: Context, path: Path) -> None:
        self.ctx = ctx
        self.path = path
        self.places: dict[str, tuple[str, int]] = {}  # a place in words -> file and line
        self._known: dict[str, tuple[str, str]] | None = None

    def first(self, name: str) -> tuple[str, str] | None:
        """A variable's value before its default counts, and where it is."""
        of_container = self._of_container(name)
        if of_container is not None:
            return of_container
        if self._known is None:
            self._known = self._of_env_file()
        return self._known.get(name)

    def last(self, name: str) -> tuple[str, str] | None:
        """A variable of this process."""
        value = os.environ.get(name)
        return (
            None
            if value is None
            else (value, "this process' environment, which may not be the orchestrator's")
        )

    def text(self, name: str) -> str:
        """The text of a file beside the configuration; "" if there is none that can be read."""
        file = self.path.parent / name
        if not file.is_file():
            return ""
        self.ctx.note("file", f"read {file}")
        try:
            return decode(read_bounded(file))
        except Mistake:
            return ""

    def _of_container(self, name: str) -> tuple[str, str] | None:
        container = self.ctx.target.orchestrator_container
        seen = self.ctx.wait(ORCHESTRATOR).value if container else None
        value = seen.found.environment.get(name) if seen and seen.found else None
        if value is None:
            return None
        return self.ctx.vault.reveal(value), f"the environment of container {container}"

    def _of_env_file(self) -> dict[str, tuple[str, str]]:
        above = [self.path.parent.parent] if self.path.parent.name in CONFIG_FOLDERS else []
        known: dict[str, tuple[str, str]] = {}
        for file in (folder / ".env" for folder in (*above, self.path.parent)):
            for leaf in read_env(self.text(str(file))) if file != self.path else ():
                place = f"{file}, line {leaf.line}"
                self.places[place] = (str(file), leaf.line)
                known[leaf.path[0]] = (leaf.value, place)
        return known


# --- reading ---------------------------------------------------------------------------------


def read_bounded(path: Path) -> bytes:
    """The file's bytes, at most :data:`MOST_BYTES`; a FIFO or a device is refused, not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise _unopened(path, error) from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Mistake("not-a-file", f"{path} is {_kind(status.st_mode)}, not a file")
        if status.st_size > MOST_BYTES:
            size = f"{status.st_size / MOST_BYTES:.1f} MiB"
            message = f"{path} is {size} large; a configuration of more than 1 MiB is not read"
            raise Mistake("too-large", message, size_bytes=status.st_size)
        return os.read(handle, MOST_BYTES)
    except OSError as error:
        raise Mistake("unreadable", f"{path} cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)


def _unopened(path: Path, error: OSError | ValueError) -> Mistake:
    if isinstance(error, ValueError):  # a NUL character in the path
        return Mistake("missing", f"{str(path)!r} is no usable path")
    if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}:
        folder = next((parent for parent in path.parents if parent.exists()), path)
        where = "" if folder == path.parent else f"; the nearest folder that exists is {folder}"
        return Mistake("missing", f"{path} does not exist{where}")
    if error.errno == errno.ENXIO:
        return Mistake("not-a-file", f"{path} is a socket or a pipe, not a file")
    return Mistake("unreadable", f"{path} cannot be read: {error.strerror}")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def decode(data: bytes) -> str:
    """The text of a YAML file: UTF-8, or UTF-16 with a byte order mark."""
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = place_of(data[: error.start].decode("utf-8", "replace"))
        raise Mistake("not-text", "the file is not UTF-8 text", line, column) from None
    if "\0" in text:
        line, column = place_of(text[: text.index("\0")])
        raise Mistake("not-text", "the file holds NUL bytes: it is not text", line, column)
    return text


# --- quoting ---------------------------------------------------------------------------------


def section(text: str, first: int, last: int) -> str:
    """Lines ``first`` to ``last`` (1-based), at most :data:`MOST_EXCERPT_LINES`, without blank ends."""
    lines = text.splitlines()[first - 1 : last]
    return "\n".join(line[:MOST_LINE] for line in lines[:MOST_EXCERPT_LINES]).rstrip()


def around(text: str, line: int | None) -> str:
    """The line of a mistake and two more on either side."""
    return section(text, max(line - 2, 1), line + 2) if line else ""


def _shown(excerpt: str, vault: Vault) -> str:
    """Cleaned first and cut then, so that no cut leaves half a secret that nothing recognises."""
    return "\n".join(map(_short, clean(excerpt, vault).split("\n")))


def _short(line: str) -> str:
    return line if len(line) <= 300 else line[:300] + " ..."
