"""An environment of its own, with all that this one has, in which packages are really installed; offline."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

#: Longest a command may take, in seconds.
TIMEOUT_S = 120


@dataclass(frozen=True)
class OwnEnvironment:
    """A virtual environment in ``folder``; its ``python`` and ``runbook`` come first on the path."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> OwnEnvironment:
        """A new one. What this process can import can be imported there too."""
        venv.create(folder, symlinks=True)
        made = cls(folder)
        shared = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
        (made.packages / "shared.pth").write_text(shared)
        command = folder / "bin" / "runbook"
        command.write_text(f'#!/bin/sh\nexec {folder}/bin/python -m runbooklab "$@"\n')
        command.chmod(0o755)
        return made

    @property
    def packages(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    def run(self, command: str, cwd: Path) -> tuple[int, str]:
        """Exit status of a shell command, and what it printed on both streams."""
        variables = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "PIP_NO_DEPS": "1",
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=cwd,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        return done.returncode, done.stdout

    def install(self, package: Path) -> None:
        """Install the package in this folder, editable."""
        status, said = self.run("python -m pip install -q --no-build-isolation -e .", package)
        assert status == 0, said
