"""One attempt at executing a notebook: what the runner and the papermill engine share."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbooklab.authoring.outline import section_of
from runbooklab.errors import UserError
from runbooklab.execution.launch import Kernel
from runbooklab.execution.private_folder import PrivateFolder

SCRATCH_PREFIX = "runbooklab-scratch-"

#: What a run leaves in its scratch folder is far below this.
SCRATCH_BYTES = 8 << 20


def _nothing(_: Any) -> None:
    return None


@dataclass
class Attempt:
    """A booting kernel and what became of the notebook in it.

    ``on_cell_start`` and ``on_cell_end`` are called with each code cell. After the execution
    ``notebook`` is the notebook as far as it got, ``problem`` says why it got no further, and
    ``cut_off`` is the cell that the kernel was at.
    """

    kernel: Kernel | None
    on_cell_start: Callable[[Any], None] = _nothing
    on_cell_end: Callable[[Any], None] = _nothing
    notebook: Any = None
    problem: str = ""
    cut_off: Any = None
    raised: list[tuple[Any, str]] = field(default_factory=list)  # (cell, exception's name and text)

    def sections_not_run(self) -> tuple[str, ...]:
        """The sections, in order, of which a cell has not run to its end."""
        unfinished = (
            section_of(cell)
            for cell in self.notebook.cells
            if cell.cell_type == "code"
            and cell.source.strip()
            and (cell.execution_count is None or cell is self.cut_off)
        )
        return tuple(slug for slug in dict.fromkeys(unfinished) if slug)


def scratch_folder() -> PrivateFolder:
    """A new scratch folder: in memory if there is such a place.

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
        raise UserError(f"there is no place for temporary files: {reason}", hint=hint) from None


@contextmanager
def removing(folder: PrivateFolder) -> Iterator[PrivateFolder]:
    """The folder; it is removed in the end."""
    try:
        yield folder
    finally:
        folder.remove()
