"""The kernel process of a headless run: ``python -m runbooklab.execution.kernel -f CONNECTION``.

It is ipykernel, with two additions: it dies with the process that started it, and it imports what
the notebook's first cell needs while it waits for that process to connect.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from runbooklab.execution.die_with_parent import die_with_parent
from runbooklab.notebook.import_ahead import import_what_cells_need


def main() -> None:
    """Run the kernel until it is killed."""
    die_with_parent(int(os.environ.get("JPY_PARENT_PID") or 0))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # probes ask how the programs ended that they start
    # ipykernel imports its debugger if debugpy is installed, which takes 0.3 s. Nobody debugs a headless run.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type] # None: "not installed"
    threading.Thread(target=import_what_cells_need, daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp

    # No history: nobody recalls old input, and a run leaves nothing in the user's home.
    IPKernelApp.launch_instance([*sys.argv[1:], "--HistoryManager.enabled=False"])


if __name__ == "__main__":
    main()
