"""What our engines do under plain papermill, in another program's process: keep secrets out of what is
written, pass them to the kernel, and leave nothing behind.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from runbooklab.execution.attempt import Attempt, removing, scratch_folder
from runbooklab.execution.launch import start_kernel
from runbooklab.execution.redact_notebook import take_secrets_out, take_secrets_out_of_outputs
from runbooklab.notebook.scratch import HANDLE_VARIABLE, Handover
from runbooklab.redaction import Vault


@contextmanager
def own_attempt(notebook: Any) -> Iterator[Attempt]:
    """An attempt for ``papermill --engine runbooklab``: secrets out, a scratch folder, a kernel."""
    with _sigterm_cleans_up(), secrets_handed_over(notebook) as (folder, handover):
        kernel = start_kernel(folder, handover=handover)
        try:
            yield Attempt(kernel)
        finally:
            kernel.end()


@contextmanager
def secrets_handed_over(notebook: Any) -> Iterator[tuple[Path, Handover]]:
    """A private folder, and a file without a name that holds the secrets of the notebook's parameters.

    They are removed from the notebook, and at the end from its outputs, with those that the kernel found.
    A notebook that is not ours stays as it is.
    """
    ours, vault = "runbooklab" in notebook.metadata, Vault()
    if ours:
        take_secrets_out(notebook, vault)
    with removing(scratch_folder()) as scratch, Handover.made(scratch.path) as handover:
        handover.share(vault.export())
        try:
            yield scratch.path, handover
        finally:
            for met in handover.shared():
                vault.import_(met)
            if ours:
                take_secrets_out_of_outputs(notebook, vault)


def manager_with(handover: Handover, manager: type[Any] | None = None) -> type[Any]:
    """A kernel manager like ``manager`` (by default nbclient's own) whose kernels hold ``handover``."""
    from jupyter_client.manager import AsyncKernelManager

    base: type[Any] = manager or AsyncKernelManager

    class Manager(base):  # type: ignore[misc] # whatever papermill's caller chose
        def start_kernel(self, *, env: dict[str, str] | None = None, **options: Any) -> Any:
            environment = {**(env or os.environ), HANDLE_VARIABLE: str(handover.handle)}
            return super().start_kernel(env=environment, pass_fds=(handover.handle,), **options)

    return Manager


@contextmanager
def _sigterm_cleans_up() -> Iterator[None]:
    """SIGTERM and SIGHUP end papermill's command line as Ctrl-C does: through all ``finally``.

    A program that calls papermill as a library keeps its own signal handlers.
    """
    commanded = "papermill.cli" in sys.modules and threading.current_thread() is threading.main_thread()
    numbers = [signal.SIGTERM, signal.SIGHUP] if commanded else []
    taken = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)  # a shell's exit status for it
