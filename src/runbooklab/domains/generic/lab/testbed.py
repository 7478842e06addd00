"""The testbed of the labs of declared checks: what all of their recipes use."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.lab.web_server import Nginx, nginx, nginx_in_container
from runbooklab.lab.certificates import Authority, authority
from runbooklab.lab.testbed import Situation, Testbed, Unavailable

if TYPE_CHECKING:
    from docker.models.containers import Container


class DeclaredTestbed(Testbed):
    """A testbed with real servers of its own."""

    def nginx(self, config: str, port: int = 0, before: str = "") -> Nginx:
        """An nginx with this ``http`` block; ``before`` is the one that it had."""
        return nginx(self, config, port, before)

    def nginx_in_container(self, suffix: str, config: str) -> tuple[Container, int]:
        """A container with an nginx, and its port on this host."""
        return nginx_in_container(self, suffix, config)

    def authority(self, name: str = "ca") -> Authority:
        """A new authority for certificates."""
        return authority(self, name)

    def mounted(self, name: str, options: str) -> Path:
        """A folder of its own with a file system in memory; ``options`` are those of tmpfs."""
        folder = self.folder / name
        folder.mkdir()
        self.mount(["-t", "tmpfs", "-o", options, "tmpfs"], folder)
        return folder

    def mount(self, words: Sequence[str], folder: Path) -> None:
        """Mount something at a folder until the testbed closes. Raises :class:`Unavailable` without root."""
        if os.geteuid() != 0:
            raise Unavailable("needs root, to mount a file system")
        try:
            self.run(["mount", *words, str(folder)])
        except CalledProcessError as error:
            raise Unavailable(f"needs to mount a file system: {error.stderr.strip()}") from error
        self.later(lambda: subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True))

    def fill(self, folder: Path, name: str = "filler") -> Path:
        """A file that takes all the room of the folder's file system."""
        path = folder / name
        with path.open("wb", buffering=0) as filler:
            for size in (1 << 16, 1 << 9):
                with suppress(OSError):
                    while filler.write(b"x" * size) == size:
                        pass
        return path

    def of(self, **parameters: Any) -> Situation:
        """A target; what is not given has the runbook's default."""
        return Situation({"probe_timeout_s": 4.0} | parameters)
