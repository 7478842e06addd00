"""Folders that belong to one living process, and the removal of those whose process is gone.

The owner holds a lock on its folder for as long as it lives; the kernel drops the lock however the
process ends. A folder nobody holds is litter of a killed run, and the next run sweeps it away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Seconds a folder is left alone although nobody holds it: its owner may be about to lock it.
GRACE_S = 60.0


@dataclass
class PrivateFolder:
    """A folder of mode 0700 that this process holds until :meth:`remove` or :meth:`release`."""

    path: Path
    _handle: int

    @classmethod
    def hold(cls, path: Path) -> PrivateFolder:
        """Take hold of an existing folder; raises :class:`OSError` where another process holds it."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise
        return cls(path, handle)

    @classmethod
    def make(cls, prefix: str, parents: tuple[Path, ...], room_bytes: int = 0) -> PrivateFolder:
        """A new folder below the first of ``parents`` that takes one and has room for ``room_bytes``.

        Raises the last :class:`OSError` where none does.
        """
        failure: OSError = FileNotFoundError("no folder to put temporary files in")
        for parent in parents:
            try:
                sweep(parent, prefix)
                folder = cls.hold(Path(tempfile.mkdtemp(prefix=prefix, dir=parent)))
            except OSError as error:
                failure = error
                continue
            try:
                folder._find_room(room_bytes)
            except OSError as error:
                failure = error
                folder.remove()
                continue
            return folder
        raise failure

    def _find_room(self, size_bytes: int) -> None:
        if size_bytes:
            with tempfile.TemporaryFile(dir=self.path) as file:
                os.posix_fallocate(file.fileno(), 0, size_bytes)

    def release(self) -> None:
        """Let go of the folder and leave it where it is."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def remove(self) -> None:
        """Remove the folder with all that is in it, as far as possible."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()


def sweep(parent: Path, prefix: str) -> None:
    """Remove the folders below ``parent`` that a process of this user left when it was killed."""
    with suppress(OSError):
        for path in parent.glob(f"{prefix}*"):
            with suppress(OSError):
                if _is_litter(path):
                    PrivateFolder.hold(path).remove()


def _is_litter(path: Path) -> bool:
    import time

    status = path.lstat()
    is_ours = status.st_uid == os.getuid() and path.is_dir() and not path.is_symlink()
    return is_ours and time.time() - status.st_mtime > GRACE_S
