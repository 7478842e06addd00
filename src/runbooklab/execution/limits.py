"""What a run needs of the limits that it was started with."""

from __future__ import annotations

import resource

from runbooklab.errors import UserError

#: Files and sockets that a run and its kernel open at once, each; zmq aborts a process that has too few.
OPEN_FILES_NEEDED = 64

#: What is asked for where the hard limit allows it: as many as systems give by default.
OPEN_FILES_WANTED = 1024


def ensure_open_files() -> None:
    """Raise this process's limit on open files to what a run needs; its kernel inherits it.

    Raises :class:`UserError` where the hard limit is too low.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft == unlimited or soft >= OPEN_FILES_WANTED:
        return
    possible = OPEN_FILES_WANTED if hard == unlimited else min(hard, OPEN_FILES_WANTED)
    if possible < OPEN_FILES_NEEDED:
        raise UserError(
            f"a process may open only {possible} files here, and a run needs {OPEN_FILES_NEEDED}",
            hint=f"raise the limit: ulimit -n {OPEN_FILES_WANTED}",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
