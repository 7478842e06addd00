"""Starts a kernel process at once, and ends it with all its children.

jupyter_client could do this too, but only after a third of a second of imports. Here the kernel starts to
boot before those imports begin, so that both happen at the same time.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from runbooklab.domains import DEFAULT
from runbooklab.notebook.scratch import (
    FOLDER_VARIABLE,
    HANDLE_VARIABLE,
    REPLAY_VARIABLE,
    RUN_ID_VARIABLE,
    USES_VARIABLE,
    Handover,
)

#: How long to wait for a killed kernel, in seconds.
_KILL_TIMEOUT_S = 5.0

_POLL_S = 0.002

_SIGNAL_NAMES = {number.value: f" ({number.name})" for number in signal.Signals}

_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

#: Most characters of a Unix socket's path, less what zmq and a channel's number add.
_LONGEST_SOCKET_PATH = 100


class Kernel(Struct):
    """A kernel process, its connection and the file that its own standard output goes to.

    Until :meth:`end` the process is not waited for, so that its id, and that of its group, stay its own: a
    process with many runs would else kill another's kernel that has got the id meanwhile.
    """

    process: subprocess.Popen[bytes]
    connection: dict[str, Any]
    log: Path
    _ended: bool = False
    # A signal handler may kill in the middle of end(), in the same thread.
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def alive(self) -> bool:
        return self._exit_code() is None

    def reachable(self) -> bool:
        """Whether the folder still exists through which clients connect to it."""
        return self.log.exists()

    def kill(self) -> None:
        """Send SIGKILL to the kernel and every process it started, and return at once.

        There is no graceful shutdown: its results are in its outputs and in the scratch folder.
        After :meth:`end` this does nothing.
        """
        with self._lock:
            if not self._ended:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill the kernel and wait until it is gone, but not for a system call that nothing interrupts."""
        self.kill()
        deadline = time.monotonic() + _KILL_TIMEOUT_S
        while self.alive() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        with self._lock:
            self._ended = True
            self.process.poll()

    def how_it_ended(self) -> str:
        """``signal 9 (SIGKILL)`` or ``status 1``, with the last line that it wrote."""
        code = self._exit_code()
        if code is None:
            return "it is still running" if self.reachable() else "its temporary folder is gone"
        how = f"signal {-code}{_SIGNAL_NAMES.get(-code, '')}" if code < 0 else f"status {code}"
        last = self._last_line()
        return f"{how}: {last}" if last else how

    def _exit_code(self) -> int | None:
        """As :class:`subprocess.Popen` has it: None while it runs, ``-9`` for signal 9."""
        with self._lock:
            if self._ended:
                return self.process.returncode
            try:
                ended = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:  # this process ignores SIGCHLD, or waits for whatever ends
                return self.process.poll()
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def _last_line(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1].strip()[:300] if lines else ""


def start_kernel(
    folder: Path,
    *,
    run_id: str = "",
    uses: tuple[str, ...] = DEFAULT,
    handover: Handover | None = None,
    cwd: Path | None = None,
) -> Kernel:
    """Start a kernel whose scratch folder is ``folder`` (private to this user) and return at once.

    ``uses`` names the domains of its run, ``cwd`` is the kernel's folder; ``handover`` holds the secrets
    that the parameters' tokens stand for.
    Raises :class:`OSError` if no file can be written to ``folder`` or no process can be started.
    """
    connection = _connection(folder)
    file = folder / "connection.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(connection))
    log = folder / "kernel.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 # our own module with our own interpreter
            [sys.executable, "-P", "-m", "runbooklab.execution.kernel", "-f", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(folder, run_id, uses, handover),
            cwd=cwd,
            pass_fds=() if handover is None else (handover.handle,),
            start_new_session=True,  # a process group of its own: Ctrl-C reaches us, we end the group
        )
    return Kernel(process, connection, log)


def _environment(
    folder: Path, run_id: str, uses: tuple[str, ...], handover: Handover | None
) -> dict[str, str]:
    """Our own, and what the kernel is to know; what a person replays in JupyterLab is no run's business."""
    inherited = {name: value for name, value in os.environ.items() if name != REPLAY_VARIABLE}
    return {
        **inherited,
        FOLDER_VARIABLE: str(folder),
        HANDLE_VARIABLE: str(handover.handle) if handover is not None else "",
        RUN_ID_VARIABLE: run_id,
        USES_VARIABLE: ",".join(uses),
        "JPY_PARENT_PID": str(os.getpid()),
        # A user's start-up files and history are not part of a runbook, and a home may be missing.
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder),
        # No warning that frozen modules hide breakpoints; nobody debugs here.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def _connection(folder: Path) -> dict[str, Any]:
    """Unix sockets in the private folder: no other user can reach them, and no port can be taken.

    For a folder with a long path it is TCP ports of the loopback interface instead.
    """
    key = secrets.token_hex(32)
    base = {"key": key, "signature_scheme": "hmac-sha256", "kernel_name": "python3"}
    if len(str(folder)) + 4 <= _LONGEST_SOCKET_PATH:
        ports = {f"{name}_port": number for number, name in enumerate(_CHANNELS, start=1)}
        return {**base, **ports, "transport": "ipc", "ip": str(folder / "k")}
    return {**base, **_free_ports(), "transport": "tcp", "ip": "127.0.0.1"}


def _free_ports() -> dict[str, int]:
    import socket
    from contextlib import ExitStack

    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in _CHANNELS]
        ports = [opened.getsockname()[1] for opened in sockets]
        return {f"{name}_port": port for name, port in zip(_CHANNELS, ports, strict=True)}
