"""The front matter of an imported runbook, and the mark that says whether it is as it was written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import yaml

from runbooklab.authoring.frontmatter import split
from runbooklab.errors import UserError
from runbooklab.importing.fence_text import quoted
from runbooklab.importing.placeholders import Parameter

_WRITTEN = "  written_sha256: "
_WRITTEN_LINE = re.compile(rf"^{_WRITTEN}[0-9a-f]*\n", re.MULTILINE)


def front_matter(
    title: str, parameters: Sequence[Parameter], related: Sequence[str], source: str, sha256: str
) -> str:
    """The front matter, with its ``---`` lines; :func:`sealed` completes it."""
    lines = [
        "---",
        f"title: {quoted(title)}",
        "severity: medium",
        'time_to_resolution: ""',
        "symptoms: []",
        *_parameters(parameters),
        *(["related:", *(f"  - {slug}" for slug in related)] if related else ["related: []"]),
        "uses: []",
        "imported:",
        f"  source: {quoted(source)}",
        f"  sha256: {sha256}",
        _WRITTEN,
        "---",
    ]
    return "".join(f"{line}\n" for line in lines)


def _parameters(parameters: Sequence[Parameter]) -> list[str]:
    if not parameters:
        return ["parameters: []"]
    lines = ["parameters:"]
    for row in parameters:
        lines += [
            f"  - name: {row.name}",
            "    type: str",
            '    default: ""',
            f"    help: {quoted(row.help)}",
        ]
        if row.secret:
            lines.append("    secret: true")
    return lines


def sealed(text: str) -> str:
    """The runbook's text with the digest of all else in it."""
    head, mark, tail = text.partition(f"\n{_WRITTEN}\n")
    return f"{head}\n{_WRITTEN}{_digest(text)}\n{tail}" if mark else text


def imported_of(text: str) -> dict[str, Any]:
    """What the front matter says of the import; empty if the text was not imported."""
    try:
        loaded = yaml.safe_load(split(text).front_matter)
    except (UserError, yaml.YAMLError, ValueError, RecursionError):
        return {}
    found = loaded.get("imported") if isinstance(loaded, dict) else None
    return found if isinstance(found, dict) else {}


def is_as_written(text: str) -> bool:
    """Whether the text is as import wrote it: nobody has edited it since."""
    return imported_of(text).get("written_sha256") == _digest(text)


def _digest(text: str) -> str:
    without = _WRITTEN_LINE.sub("", text.replace(f"\n{_WRITTEN}\n", "\n", 1), count=1)
    return hashlib.sha256(without.encode("utf-8", "surrogatepass")).hexdigest()
