"""A process that does not outlive the one that started it.

As a program (``python die_with_parent.py PID PROGRAM ARGUMENTS``) it becomes another one that is such: what
is between fork and exec of a process with threads must not be Python. It imports nothing of ours.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(parent: int) -> None:
    """Have Linux send SIGKILL to this process when the parent ends, to be exact: the thread that started it.

    ``parent`` is the parent's process id, 0 if it is not known. Elsewhere than on Linux nothing happens.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() != parent:  # it ended before the call above
        os._exit(1)


def dying_with_us(command: Sequence[str]) -> list[str]:
    """``command`` for :class:`subprocess.Popen`, as a process that dies with the calling thread."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 # what our own code starts, no shell
