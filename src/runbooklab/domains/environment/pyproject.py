"""What pyproject.toml says a project needs. Pure but for reading the file.

Source: PEP 621; Poetry's manual, "Dependency specification".
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from runbooklab.domains.environment.files import content

NAME = "pyproject.toml"
_CARET = re.compile(r"\^\s*(\d+)((?:\.\d+)*)")
_TILDE = re.compile(r"~\s*(\d+)\.(\d+)((?:\.\d+)*)")


def requires_python(root: Path) -> str:
    """The version specifier of ``requires-python``, or of Poetry's ``python``; "" if there is none."""
    data = _read(root)
    said = _table(data, "project").get("requires-python")
    if isinstance(said, str):
        return said.strip()
    said = _table(data, "tool", "poetry", "dependencies").get("python")
    return _of_poetry(said.strip()) if isinstance(said, str) else ""


def dependencies(root: Path) -> tuple[str, ...]:
    """The requirements of ``project.dependencies``, as written."""
    said = _table(_read(root), "project").get("dependencies")
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()


def name_of(root: Path) -> str:
    """The project's name, as written; "" if the file says none."""
    data = _read(root)
    for table in (_table(data, "project"), _table(data, "tool", "poetry")):
        if isinstance(table.get("name"), str):
            return str(table["name"])
    return ""


def _of_poetry(said: str) -> str:
    """Poetry's ``^3.12`` and ``~3.12`` as a specifier; ``*`` requires nothing.

    >>> _of_poetry("^3.12"), _of_poetry("~3.11"), _of_poetry(">=3.9,<4")
    ('>=3.12,<4', '>=3.11,<3.12', '>=3.9,<4')
    """
    caret, tilde = _CARET.fullmatch(said), _TILDE.fullmatch(said)
    if caret:
        return f">={caret[1]}{caret[2]},<{int(caret[1]) + 1}"
    if tilde:
        return f">={tilde[1]}.{tilde[2]}{tilde[3]},<{tilde[1]}.{int(tilde[2]) + 1}"
    return "" if said == "*" else said


def _read(root: Path) -> dict[str, Any]:
    found = content(root / NAME)
    if found.state != "file":
        return {}
    try:
        return tomllib.loads(found.data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _table(data: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        data = data.get(name) if isinstance(data.get(name), dict) else {}  # type: ignore[assignment] # a dict
    return data
