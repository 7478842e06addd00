"""An nginx of a testbed's own, as a process or in a container: on a free port, ended with the testbed."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from runbooklab.domains.generic.lab.servers import end, wait
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Unavailable

if TYPE_CHECKING:
    import psutil
    from docker.models.containers import Container

    from runbooklab.lab.testbed import Testbed

#: What stands in a configuration for the port that nginx is given.
PORT = "@PORT@"
#: What stands in a configuration for the server's folder.
FOLDER = "@FOLDER@"
#: Seconds in which its processes have to end.
STOP_S = 5
_NGINX = """pid @FOLDER@/nginx.pid;
error_log @FOLDER@/error.log notice;
worker_processes 1;
events { worker_connections 64; }
http {
    access_log @FOLDER@/access.log;
    client_body_temp_path @FOLDER@/body;
    proxy_temp_path @FOLDER@/proxy;
    fastcgi_temp_path @FOLDER@/fastcgi;
    uwsgi_temp_path @FOLDER@/uwsgi;
    scgi_temp_path @FOLDER@/scgi;
@CONFIG@
}
"""
#: How it is started here: it does not become a daemon, so that it ends with its testbed.
_STAYS = ("-g", "daemon off;")


class Nginx(Struct, frozen=True):
    """An nginx that was started."""

    port: int
    folder: Path  # its prefix: the configuration, logs and the file with its process id are in it
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address at which it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def configuration(self) -> Path:
        """The file of its configuration."""
        return self.folder / "nginx.conf"

    @property
    def before(self) -> Path:
        """The file with the configuration that it had before, if it had one."""
        return self.folder / "nginx.conf.before"

    @property
    def error_log(self) -> Path:
        """The file that it logs errors to."""
        return self.folder / "error.log"

    def ended(self) -> None:
        """Stop it now."""
        end(self.process)

    def fails_with(self, config: str) -> None:
        """Give it a configuration that it cannot start with, and try to start it."""
        self.configuration.write_text(_whole(config, self.port, self.folder))
        words = [_program(), *_words(self.folder), *_STAYS]
        subprocess.run(words, check=False, capture_output=True, timeout=STOP_S)

    def hang(self) -> None:
        """Stop its workers with SIGSTOP: connections are taken, and nobody answers."""
        for process in _processes(self.folder):
            for worker in process.children():
                worker.send_signal(signal.SIGSTOP)


def nginx(testbed: Testbed, config: str, port: int = 0, before: str = "") -> Nginx:
    """A new nginx; ``config`` is what its ``http`` block holds, with ``@PORT@`` and ``@FOLDER@`` for its own.

    ``before`` is what that block held before somebody changed it, kept in a file beside. Raises
    :class:`~runbooklab.lab.testbed.Unavailable` if nginx is not installed, and
    :class:`~runbooklab.lab.testbed.NotReady` with its words if it refuses the configuration.
    """
    program, port = _program(), port or free_port()
    folder = _folder(testbed, config, port)
    if before:
        (folder / "nginx.conf.before").write_text(_whole(before, port, folder))
    log = folder / "stderr.log"
    process = testbed.process([program, *_words(folder), *_STAYS], log=log)
    testbed.later(lambda: _all_ended(folder))  # a remedy may have started another one
    testbed.later(lambda: end(process))
    wait(testbed, process, (folder / "nginx.pid").exists, log)
    return Nginx(port, folder, process)


def nginx_in_container(testbed: Testbed, suffix: str, config: str, port: int = 0) -> tuple[Container, int]:
    """A container with this machine's nginx, in the network of this host; and its port.

    Raises :class:`~runbooklab.lab.testbed.Unavailable` without an engine or without nginx.
    """
    program, port = _program(), port or free_port()
    folder = _folder(testbed, config, port)
    readable = ("/usr", "/etc/passwd", "/etc/group")
    mounts = {path: {"bind": path, "mode": "ro"} for path in readable}
    container = testbed.container(
        suffix,
        [program, *_words(folder), *_STAYS],
        network_mode="host",
        volumes={**mounts, str(folder): {"bind": str(folder), "mode": "rw"}},
    )
    testbed.until((folder / "nginx.pid").exists, lambda: container.logs().decode())
    return container, port


def _program() -> str:
    program = shutil.which("nginx")
    if program is None:
        raise Unavailable("needs nginx: install the package nginx")
    return program


def _words(folder: Path) -> tuple[str, ...]:
    return "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")


def _folder(testbed: Testbed, config: str, port: int) -> Path:
    folder = testbed.folder / f"nginx-{port}"
    folder.mkdir(mode=0o755)
    (folder / "nginx.conf").write_text(_whole(config, port, folder))
    return folder


def _whole(config: str, port: int, folder: Path) -> str:
    return _NGINX.replace("@CONFIG@", config).replace(PORT, str(port)).replace(FOLDER, str(folder))


def _processes(folder: Path) -> Iterator[psutil.Process]:
    """The master process of the server in this folder, whoever started it."""
    import psutil

    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int((folder / "nginx.pid").read_text()))
        if any(str(folder) in word for word in process.cmdline()):  # the number may be another's by now
            yield process


def _all_ended(folder: Path) -> None:
    import psutil

    for process in _processes(folder):
        with suppress(psutil.Error):
            family = (process, *process.children())
            for each in family:
                each.kill()
            psutil.wait_procs(family, STOP_S)
