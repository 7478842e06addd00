"""A Markdown file of any origin as text, with its front matter apart."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, field

from runbooklab.errors import UserError

#: Most bytes of a source. What becomes of it is larger and must stay below the bound of a runbook, 4 MiB.
MOST_SOURCE = 2 << 20

#: How front matter begins, and which line ends it: YAML as in Jekyll, TOML as in Hugo.
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}
_KEY = re.compile(r"[A-Za-z_][\w .-]{0,60}[:=](\s|$)", re.MULTILINE)


class Source(Struct, frozen=True):
    """One Markdown file. Lines end with LF, a byte order mark is gone."""

    name: str  # as the report and the checks call it: a relative path
    sha256: str  # of its bytes
    body: str
    body_line: int = 1  # 1-based line of the file on which ``body`` starts
    front_matter: str = ""  # as written, without the lines around it
    #: What could be read of the front matter; TOML stays text.
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The file's name without folders and endings."""
        return Path(self.name).name.partition(".")[0] or "runbook"


def source_of(name: str, data: bytes) -> Source:
    """Reads the bytes of a Markdown file.

    Raises :class:`UserError` for what is not UTF-8 text.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError("is not UTF-8 text", Path(name), line, "save it as UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UserError("holds a NUL character, so it is no Markdown", Path(name), line, "save it as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    digest = hashlib.sha256(data).hexdigest()
    front, body, line = _split(text)
    return Source(name, digest, body, line, front, _fields(front))


def _split(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the 1-based line on which the body starts."""
    lines = text.split("\n")
    ends = _FENCES.get(lines[0].rstrip(), ())
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ends:
            front = "\n".join(lines[1:number])
            if front.strip() and not _KEY.search(front):
                break  # a thematic break, text, and another one
            return front, "\n".join(lines[number + 1 :]), number + 2
    return "", text, 1


def _fields(front: str) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return loaded if isinstance(loaded, dict) else {}
