"""One attempt at executing a notebook: what the runner and the papermill engine share."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbooklab.errors import UserError
from runbooklab.execution.launch import Kernel, start_kernel
from runbooklab.execution.private_folder import PrivateFolder

SCRATCH_PREFIX = "runbook-"

#: What a run leaves in its scratch folder is far below this.
SCRATCH_BYTES = 8 << 20


def _nothing(_: Any) -> None:
    return None


@dataclass
class Attempt:
    """A booting kernel and what became of the notebook in it.

    ``on_cell_start`` and ``on_cell_end`` are called with each code cell. After the execution
    ``notebook`` is the notebook as far as it got, and ``problem`` says why it got no further.
    """

    kernel: Kernel
    on_cell_start: Callable[[Any], None] = _nothing
    on_cell_end: Callable[[Any], None] = _nothing
    notebook: Any = None
    problem: str = ""
    raised: list[tuple[Any, str]] = field(default_factory=list)  # (cell, exception's name and text)


def scratch_folder() -> PrivateFolder:
    """A new scratch folder: in memory where there is such a place, as secrets pass through it.

    Raises :class:`UserError` where no folder can be made.
    """
    places = (Path("/dev/shm"), Path(tempfile.gettempdir()))  # noqa: S108 # mkdtemp makes it private
    try:
        return PrivateFolder.make(SCRATCH_PREFIX, places, SCRATCH_BYTES)
    except OSError as error:
        raise UserError(
            f"there is no place for temporary files: {error.strerror or error}", hint="set TMPDIR to one"
        ) from None


@contextmanager
def own_attempt(notebook: Any) -> Iterator[Attempt]:
    """An attempt for plain ``papermill --engine runbooklab``: secrets out, a scratch folder, a kernel."""
    from runbooklab.execution.safekeeping import take_secrets_out
    from runbooklab.secrets import Vault

    vault = Vault()
    if "runbooklab" in notebook.metadata:
        take_secrets_out(notebook, vault)
    scratch = scratch_folder()
    try:
        kernel = start_kernel(scratch.path, secrets_moved=vault.export())
        try:
            yield Attempt(kernel)
        finally:
            kernel.end()
    finally:
        scratch.remove()
