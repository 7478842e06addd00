"""Changes of single lines of the configuration, as far as its lines were seen."""

from __future__ import annotations

import re

from runbooklab.domains.address.records import ConfigFile
from runbooklab.model.file_edit import FileEdit
from runbooklab.redaction import TOKEN

#: Ends a line of an excerpt that was cut (see ``probes/config.py``).
_CUT = " ..."


def seen_lines(config: ConfigFile | None) -> dict[int, str]:
    """The lines of the file that were kept, by number; none if nobody knows where the excerpt begins."""
    if config is None or not config.excerpt_line or config.value_file:
        return {}
    lines = enumerate(config.excerpt.split("\n"), config.excerpt_line)
    return {number: line for number, line in lines if not line.endswith(_CUT)}


def url_edit(config: ConfigFile | None, old: str, new: str) -> tuple[FileEdit, ...]:
    """``new`` in place of the URL ``old``, in the line that has it; none if that line was not seen.

    A new URL may hold a secret's token only if the old one holds it: no other can be filled in.
    """
    line = seen_lines(config).get(config.url_line or 0, "") if config is not None else ""
    known = {match[0] for match in TOKEN.finditer(old)} >= {match[0] for match in TOKEN.finditer(new)}
    if config is None or not config.is_literal or line.count(old) != 1 or not old or not known:
        return ()
    return (FileEdit(config.path, config.url_line or 0, line, line.replace(old, new)),)


def value_edit(config: ConfigFile | None, key: str, value: str) -> tuple[FileEdit, ...]:
    """Another value of ``key`` in the section that was seen; none if it is not in one line there."""
    form = re.compile(rf"""(\s*["']?{re.escape(key)}["']?\s*[:=]\s*)[^\s#,]+(.*)""")
    found = [(number, line, form.fullmatch(line)) for number, line in seen_lines(config).items()]
    matching = [(number, line, match) for number, line, match in found if match]
    if config is None or len(matching) != 1:
        return ()
    number, line, match = matching[0]
    return (FileEdit(config.path, number, line, f"{match[1]}{value}{match[2]}"),)


def untabbed(config: ConfigFile | None) -> tuple[FileEdit, ...]:
    """Spaces for the tabs that indent the lines which were seen."""
    if config is None:
        return ()
    return tuple(
        FileEdit(config.path, number, line, line.replace("\t", "  "))
        for number, line in seen_lines(config).items()
        if "\t" in line
    )


def appended(path: str, lines: tuple[str, ...]) -> tuple[FileEdit, ...]:
    """Lines at the end of a file."""
    return tuple(FileEdit(path, 0, "", line) for line in lines)
