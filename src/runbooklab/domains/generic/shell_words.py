"""Values of parameters in a command that a person pastes."""

from __future__ import annotations

import re
import shlex

from runbooklab.files import is_reference
from runbooklab.redaction import TOKEN

#: Characters that a shell leaves alone.
_PLAIN = re.compile(r"[\w@%+=:,./-]+")


def quoted(value: str, name: str) -> str:
    """A parameter's value for a shell; ``<name>`` if it has none."""
    if not value:
        return f"<{name}>"
    if value.startswith("env:") and is_reference(value):
        return f'"${value.removeprefix("env:")}"'
    if is_reference(value) or TOKEN.search(value):
        return f'"${name.upper()}"'
    return value if _PLAIN.fullmatch(value) else shlex.quote(value)
