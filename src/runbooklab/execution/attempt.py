"""One attempt at executing a notebook, shared by the runner and the papermill engine."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from runbooklab.authoring.outline import section_of
from runbooklab.errors import UserError
from runbooklab.execution.launch import Kernel
from runbooklab.execution.private_folder import PrivateFolder

SCRATCH_PREFIX = "runbooklab-scratch-"

#: Far more than a run leaves in its scratch folder, in bytes.
SCRATCH_BYTES = 8 << 20


def _nothing(_: Any) -> None:
    return None


class Attempt(Struct):
    """A starting kernel, and the result of running the notebook in it.

    ``on_cell_start`` and ``on_cell_end`` are called with each code cell. Afterwards
    ``notebook`` is the notebook as far as it was executed, ``problem`` says why it stopped, and
    ``cut_off`` is the cell that was running then.
    """

    kernel: Kernel | None
    on_cell_start: Callable[[Any], None] = _nothing
    on_cell_end: Callable[[Any], None] = _nothing
    notebook: Any = None
    problem: str = ""
    cut_off: Any = None
    raised: list[tuple[Any, str]] = field(default_factory=list)  # (cell, exception's name and text)

    def sections_not_run(self) -> tuple[str, ...]:
        """The sections with a cell that did not run to its end, in order."""
        unfinished = (
            section_of(cell)
            for cell in self.notebook.cells
            if cell.cell_type == "code"
            and cell.source.strip()
            and (cell.execution_count is None or cell is self.cut_off)
        )
        return tuple(slug for slug in dict.fromkeys(unfinished) if slug)


def scratch_folder() -> PrivateFolder:
    """A new scratch folder, in memory if possible.

    Raises :class:`UserError` if no folder can be made.
    """
    places = [Path("/dev/shm")]  # noqa: S108 # the folder is private
    with suppress(OSError):  # there is no such place
        places.append(Path(tempfile.gettempdir()))
    try:
        return PrivateFolder.make(SCRATCH_PREFIX, tuple(places), SCRATCH_BYTES)
    except OSError as error:
        hint = "set ulimit -f unlimited" if error.errno == errno.EFBIG else "set TMPDIR to one"
        reason = error.strerror or str(error)
        raise UserError(f"there is no folder for temporary files: {reason}", hint=hint) from None


@contextmanager
def removing(folder: PrivateFolder) -> Iterator[PrivateFolder]:
    """The folder; it is removed at the end."""
    try:
        yield folder
    finally:
        folder.remove()
