"""The resource limits that a run needs."""

from __future__ import annotations

import resource

from runbooklab.errors import UserError

#: Files and sockets that a run and its kernel open at once, each; zmq aborts a process that has too few.
OPEN_FILES_NEEDED = 64

#: The default of most systems.
OPEN_FILES_WANTED = 1024


def require_open_files() -> None:
    """Raises :class:`UserError` if this process, and so its kernel, may open too few files for a run."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed != resource.RLIM_INFINITY and allowed < OPEN_FILES_NEEDED:
        raise UserError(
            f"a process may open only {allowed} files here, and a run needs {OPEN_FILES_NEEDED}",
            hint=f"raise the limit: ulimit -n {OPEN_FILES_WANTED}",
        )
