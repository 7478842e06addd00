"""Folders that belong to one living process; those of a killed process are removed by the next one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from msgspec import Struct

from runbooklab.files import make_temporary, release_temporary, remove_leftovers, remove_temporary


class PrivateFolder(Struct):
    """A folder of mode 0700 that this process holds until :meth:`remove` or :meth:`release`."""

    path: Path
    _handle: int

    @classmethod
    def make(cls, prefix: str, parents: tuple[Path, ...], room_bytes: int = 0) -> PrivateFolder:
        """A new folder below the first of ``parents`` that is writable and has room for ``room_bytes``.

        Raises the last :class:`OSError` if none does.
        """
        failure: OSError = FileNotFoundError("no folder for temporary files")
        for parent in parents:
            remove_leftovers(parent, prefix)
        for parent in parents:
            try:
                folder = cls(*make_temporary(parent, prefix, _new_folder))
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
        """Release the folder and leave it in place."""
        release_temporary(self.path)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def remove(self) -> None:
        """Remove the folder with all that is in it, as far as possible."""
        remove_temporary(self.path)
        self.release()


def _new_folder(path: Path) -> None:
    path.mkdir(mode=0o700)
