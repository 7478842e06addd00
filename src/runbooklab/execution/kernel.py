"""The kernel process of a headless run: ``python -m runbooklab.execution.kernel -f CONNECTION``.

It is ipykernel, with two additions: it dies with the process that started it, and it imports what
the notebook's first cell needs while it waits for that process to connect.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from contextlib import suppress

from runbooklab.execution.die_with_parent import die_with_parent

#: The modules that cells import.
_NEEDED = (
    "runbooklab.notebook.live_run",
    "runbooklab.session",
    "runbooklab.report.cells",
    "runbooklab.diagnosis.causes",
)


def _import_what_cells_need() -> None:
    """Import it ahead of time. A failing import fails again in its cell or probe, which reports it."""
    from runbooklab.domain.rules import Rules
    from runbooklab.domains import DEFAULT
    from runbooklab.notebook.scratch import USES_VARIABLE

    named = os.environ.get(USES_VARIABLE, "")
    with suppress(Exception):
        rules = Rules.of(named.split(",") if named else DEFAULT)
        for probe in rules.probes.values():
            with suppress(Exception):
                probe.load()
        _ = (rules.checks, rules.causes, rules.remedies, rules.contributions)
    for name in _NEEDED:
        with suppress(Exception):
            importlib.import_module(name)


def main() -> None:
    """Run the kernel until it is killed."""
    die_with_parent(int(os.environ.get("JPY_PARENT_PID") or 0))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # probes ask how the programs ended that they start
    # ipykernel imports its debugger if debugpy is installed, which takes 0.3 s. Nobody debugs a headless run.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type] # None: "not installed"
    threading.Thread(target=_import_what_cells_need, daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp

    # No history: nobody recalls old input, and a run leaves nothing in the user's home.
    IPKernelApp.launch_instance([*sys.argv[1:], "--HistoryManager.enabled=False"])


if __name__ == "__main__":
    main()
