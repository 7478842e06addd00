"""JupyterLab as ``runbook open`` starts it: ``python -m runbooklab.commands.lab_server OPTIONS``."""

from __future__ import annotations

import os
import sys
import threading

from runbooklab.slow_imports import skip_slow_imports

#: How long a thread that is left when JupyterLab has ended may still take, in seconds.
PATIENCE_S = 2.0


def main() -> None:
    """Run JupyterLab, which takes ``sys.argv``, until it is stopped."""
    skip_slow_imports()
    from jupyterlab import commands

    # If there is a Node.js, JupyterLab would spend half a second on yarn's settings, for building JupyterLab.
    commands._yarn_config = lambda logger: {"yarn config": {}, "npm config": {}}
    from jupyterlab.labapp import main as run_lab

    try:
        run_lab()
    finally:
        _end_whatever_is_left()


def _end_whatever_is_left() -> None:
    """End this process if a thread keeps it: one of anyio may wait for ever after a stop during the start."""
    for thread in threading.enumerate():
        if thread is threading.current_thread() or thread.daemon:
            continue
        thread.join(PATIENCE_S)
        if thread.is_alive():
            ended = sys.exc_info()[1]
            code = getattr(ended, "code", 1) if ended else 0
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
