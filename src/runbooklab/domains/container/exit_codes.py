"""What a container's exit code means. Source: docker container run, exit status; signal(7)."""

from __future__ import annotations

#: By these a process says that it was asked to stop: clean, SIGINT, SIGTERM.
ASKED_TO_STOP = (0, 130, 143)
#: Those above this are 128 + the signal's number, as the engine reports it.
SIGNAL = 128
#: SIGKILL.
KILLED = 137
#: SIGBUS.
BUS_ERROR = 135
#: SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
CRASHED = (134, BUS_ERROR, 136, 139)
#: The program is there, and may not be executed, by a shell or the engine.
NOT_EXECUTABLE = 126
#: There is no such program, by a shell or the engine.
COMMAND_NOT_FOUND = 127
#: A health check's command could not be run: by its shell, or, with -1, by the engine.
CHECK_NOT_RUN = (COMMAND_NOT_FOUND, NOT_EXECUTABLE, -1)
#: What Docker writes for a container that it finds dead when it starts: nobody saw how it ended.
HOST_WENT_DOWN = 255
