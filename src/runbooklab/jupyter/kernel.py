"""The kernel ``Runbook``: ``python -m runbooklab.jupyter.kernel -f CONNECTION``, as its kernelspec says.

It is ipykernel, and differs from ``python3`` in this: it knows the words of :mod:`runbooklab.session` without
an import, keeps no history, ends quietly if it is interrupted, and no secret that it knows is in its outputs.
Notebooks run under ``python3`` as well.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
from contextlib import suppress
from typing import Any

if __name__ == "__main__":
    # A stop during the imports below ends it without a traceback; ipykernel sets its own handler later.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from runbooklab.jupyter.interrupted import QuietShell
from runbooklab.jupyter.redacted_messages import RedactingSession
from runbooklab.notebook.import_ahead import import_what_cells_need
from runbooklab.notebook.session import declare


def main() -> None:
    """Run the kernel until its client ends it."""
    # ipykernel imports its debugger if debugpy is there, which takes 0.3 s: to debug, there is ``python3``.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type] # None: "not installed"
    threading.Thread(target=_import_ahead, daemon=True).start()
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp

    class RunbookKernel(IPythonKernel):
        shell_class = QuietShell

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)  # type: ignore[no-untyped-call] # ipykernel's has no types
            shell: Any = self.shell
            session: Any = self.session
            shell.push(_words(), interactive=False)  # not interactive: %who lists a person's own names
            declare()  # from now on it knows %%check, %%cause and %%remedy
            shell.events.register("post_run_cell", lambda _: session.share_secrets())

    class RunbookKernelApp(IPKernelApp):
        def _session_default(self) -> Any:
            return RedactingSession(parent=self)

    # Its warnings, such as one about unencrypted messages on this host, are not for whoever opens a notebook.
    arguments = [*sys.argv[1:], "--HistoryManager.enabled=False", "--IPKernelApp.log_level=ERROR"]
    RunbookKernelApp.launch_instance(arguments, kernel_class=RunbookKernel)


def _words() -> dict[str, Any]:
    import runbooklab.session as session

    return {name: getattr(session, name) for name in session.__all__}


def _import_ahead() -> None:
    import_what_cells_need()
    with suppress(Exception):  # a failing import fails again in its cell
        importlib.import_module("ipywidgets")


if __name__ == "__main__":
    main()
