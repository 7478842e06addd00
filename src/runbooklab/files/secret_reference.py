"""Text that names where a secret is, and the secret read from there when it is used."""

from __future__ import annotations

import os
import re
from pathlib import Path

from runbooklab.errors import UserError
from runbooklab.files.bounded import text_of_user

#: Most bytes of a file that holds one secret.
MOST_SECRET = 64 << 10

_REFERENCE = re.compile(r"env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)|file:(?P<file>/\S+)")


def is_reference(text: str) -> bool:
    """Whether ``text`` names where a secret is (``env:NAME`` or ``file:/path``)."""
    return _REFERENCE.fullmatch(text) is not None


def resolve_reference(text: str) -> str:
    """The secret that a reference names, read now; any other text is returned unchanged.

    The last line break of a file is dropped. Raises :class:`UserError` if the variable is not set
    or the file cannot be read; the message holds the reference and never the secret.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return text
    if match["env"]:
        if match["env"] not in os.environ:
            raise UserError(f"the environment variable {match['env']} is not set", hint="set it")
        return os.environ[match["env"]]
    path = Path(match["file"])
    try:
        return text_of_user(path, most_bytes=MOST_SECRET).removesuffix("\n")
    except UserError as error:
        raise UserError(f"the secret file {error.message}", path) from None
