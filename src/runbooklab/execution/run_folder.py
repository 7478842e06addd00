"""A run's folder: it appears complete or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from runbooklab.errors import UserError
from runbooklab.execution.private_folder import PrivateFolder
from runbooklab.files import remove_own_temporaries, remove_temporary

#: Prefix of a folder that is being written; the one of a killed run is removed by the next run.
UNFINISHED = ".unfinished-"

#: Name of a folder with the files of a run whose report could not be written.
KEPT = "runbook-kept-"


class RunFolder:
    """Writes one run's files below ``reports/<slug>/``.

    :meth:`abandon` may be called at any moment, from a signal handler too: it leaves either the
    whole folder or nothing.
    """

    def __init__(self, reports: Path, slug: str, name: str) -> None:
        self.path = reports / slug / name
        self._made: list[Path] = []

    def write(self, files: Mapping[str, bytes]) -> Path:
        """Write all files and give the folder its name. Raises :class:`UserError` and leaves nothing."""
        unfinished = None
        try:
            unfinished = self._unfinished()
            for name, data in files.items():
                _write_synced(unfinished.path / name, data)
            unfinished.path.chmod(_mode_of_new_folder(unfinished.path))
            _sync_folder(unfinished.path)
            unfinished.path.rename(self.path)
            _sync_folder(self.path.parent)
        except BaseException as error:  # Ctrl-C as well, if nobody makes a stop of it
            if unfinished is not None:
                unfinished.remove()
            self._remove_parents()
            if not isinstance(error, OSError):
                raise
            reason = error.strerror or str(error)
            hint = "choose another folder with --reports"
            raise UserError(f"the report cannot be written: {reason}", self.path, hint=hint) from None
        unfinished.release()
        return self.path

    def abandon(self) -> None:
        """Remove what this process has not finished, and the parent folders that it made."""
        remove_own_temporaries()
        self._remove_parents()

    def _remove_parents(self) -> None:
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()

    def _unfinished(self) -> PrivateFolder:
        try:
            self._make_parents()
            return PrivateFolder.make(UNFINISHED, (self.path.parent,))
        except FileNotFoundError:  # a concurrent run failed, and removed the empty parents that it had made
            self._make_parents()
            return PrivateFolder.make(UNFINISHED, (self.path.parent,))

    def _make_parents(self) -> None:
        missing = [folder for folder in (self.path.parent, *self.path.parent.parents) if not folder.exists()]
        for folder in reversed(missing):
            self._made.append(folder)
            try:
                folder.mkdir()
            except FileExistsError:  # a concurrent run made it
                self._made.remove(folder)


def _mode_of_new_folder(parent: Path) -> int:
    """The permission bits of new folders, read from one: the umask itself can only be read by changing it for
    all threads.
    """
    probe = parent / "probe"
    probe.mkdir()
    mode = stat.S_IMODE(probe.stat().st_mode)
    probe.rmdir()
    return mode


def keep_aside(files: Mapping[str, bytes]) -> Path | None:
    """Leave ``files`` in a new folder that only its owner can enter; None if none can be made.

    It is made in a folder for temporary files or in the user's home, else in memory.
    """
    for parent in _refuges():
        try:
            folder = Path(tempfile.mkdtemp(prefix=KEPT, dir=parent))
        except OSError:
            continue
        try:
            for name, data in files.items():
                _write_synced(folder / name, data)
        except OSError:
            remove_temporary(folder)
            continue
        return folder
    return None


def _refuges() -> Iterator[Path]:
    with suppress(OSError):
        yield Path(tempfile.gettempdir())
    with suppress(RuntimeError):
        yield Path.home()
    yield Path("/dev/shm")  # noqa: S108 # mkdtemp makes a private folder there


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
