"""Writing what a person would change in a file into a copy beside it; the file itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.errors import UserError
from runbooklab.files import read_of_user, write_atomic
from runbooklab.model.file_edit import FileEdit

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

#: Most bytes of a configuration file that is copied.
MOST_FILE = 4 << 20


#: A line with its end, as a probe counts them: only a line feed ends one.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def write_copy(path: Path, edits: Iterable[FileEdit], vault: Vault) -> Path:
    """A new file ``NAME.corrected`` (or ``.corrected-2`` ...) beside ``path``: its text with ``edits`` made.

    It has the secrets of the original, so it has its permissions too, and stays in its folder. Raises
    :class:`UserError` if the file cannot be read or written, or if a line is no longer what was seen.
    """
    lines = _LINE.findall(_text(path))
    for edit in edits:
        _make(edit, lines, path, vault)
    copy = _free(path)
    try:
        write_atomic(copy, "".join(lines).encode("utf-8", "surrogateescape"), path.stat().st_mode & 0o777)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", copy) from None
    return copy


def _text(path: Path) -> str:
    return read_of_user(path, "", MOST_FILE).decode("utf-8", "surrogateescape")


def _make(edit: FileEdit, lines: list[str], path: Path, vault: Vault) -> None:
    new = vault.reveal(edit.new)
    if not edit.line:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines.append(f"{new}\n")
        return
    if edit.line > len(lines):
        raise UserError("has fewer lines by now", path, edit.line, "run the cell again")
    now = lines[edit.line - 1]
    content = now.rstrip("\r\n")
    if vault.redact(content) != vault.redact(vault.reveal(edit.old)):
        raise UserError("is another line by now", path, edit.line, "run the cell again")
    lines[edit.line - 1] = new + now[len(content) :]


def _free(path: Path) -> Path:
    names = (f"{path.name}.corrected{f'-{number}' if number > 1 else ''}" for number in range(1, 1000))
    return next(each for name in names if not (each := path.with_name(name)).exists())
