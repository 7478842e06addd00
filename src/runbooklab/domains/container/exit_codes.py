"""What a container's exit code means. Source: docker container run, exit status; signal(7)."""

from __future__ import annotations

#: By these a process says that it was asked to stop: clean, SIGINT, SIGTERM.
ASKED_TO_STOP = (0, 130, 143)
#: Those above this are 128 + the signal's number, as the engine reports it.
SIGNAL = 128
#: SIGKILL.
KILLED = 137
#: SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
CRASHED = (134, 135, 136, 139)
#: There is no such program, by a shell or the engine.
COMMAND_NOT_FOUND = 127
#: What Docker writes for a container that it finds dead when it starts: nobody saw how it ended.
HOST_WENT_DOWN = 255
