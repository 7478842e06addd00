"""A PostgreSQL of a testbed's own: on a free port, in its folder, ended with it."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import NotReady, Unavailable

if TYPE_CHECKING:
    from runbooklab.lab.testbed import Testbed

#: Where Debian keeps the server's programs, outside PATH; the newest version is taken.
DEBIAN = Path("/usr/lib/postgresql")
#: Seconds in which a server that is asked to stop has to.
STOP_S = 5
#: What a testbed's PostgreSQL has besides the defaults: small, fast to start, and nothing worth keeping.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "shared_buffers": "16MB",
    "autovacuum": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
}


class Postgres(Struct, frozen=True):
    """A PostgreSQL server that runs. Its superuser is ``postgres``, with a password of its own."""

    port: int
    folder: Path  # data, log and unix socket are in it
    password: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its database ``postgres``, with user and password."""
        return self.url_of()

    @property
    def log(self) -> Path:
        """The file that it logs to."""
        return self.folder / "log"

    def url_of(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        """The address of a database, as a user; its own password unless another is given."""
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, database: str = "postgres") -> str:
        """What psql prints of these statements, one after the other, tuples alone."""
        words = [word for statement in statements for word in ("-c", statement)]
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "PGPASSWORD": self.password}
        said = subprocess.run(
            [str(_program("psql")), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", *where, *words],
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
            env=environment,
        )
        return said.stdout.strip()

    def give(self, path: Path) -> None:
        """Make the server's user the owner of a file, which nobody else may then read: a key, say."""
        _give(path)
        path.chmod(0o600)

    def ended(self) -> None:
        """Stop it now, as ``pg_ctl stop -m fast`` does."""
        if self.process is not None:
            end(self.process)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to every one of its processes: SIGSTOP makes it hang, SIGCONT lets it go on."""
        import psutil

        main = psutil.Process(_server_pid(self.folder / "data"))
        for process in (main, *main.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # a worker of PostgreSQL may have ended meanwhile
                process.send_signal(number)


def postgres(testbed: Testbed, settings: Mapping[str, str] = {}, port: int = 0) -> Postgres:
    """A new PostgreSQL server; ``settings`` are of ``postgresql.conf``. Several may run in a testbed.

    Root may not run it: then it runs as the user ``postgres``, or ``nobody``. The cluster that a Debian
    package made is not touched. Raises :class:`~runbooklab.lab.testbed.Unavailable` if it is not installed.
    """
    initdb = _program("initdb")
    port = port or free_port()
    folder = testbed.folder / f"postgres-{port}"
    folder.mkdir(mode=0o755)
    password, file = secrets.token_hex(12), folder / "password"
    file.write_text(password)
    for path in (folder, file):
        _give(path)
    data = folder / "data"
    options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={file}"]
    plain = ["--no-sync", "--encoding=UTF8", "--no-locale"]
    testbed.run([*_as_user(), str(initdb), "-D", str(data), *options, *plain])
    return _started(testbed, Postgres(port, folder, password), settings, waits=True)


def restarted(
    testbed: Testbed, server: Postgres, settings: Mapping[str, str] = {}, *, waits: bool = True
) -> Postgres:
    """The server, ended and started again with these settings.

    With ``waits`` it is ready for connections; without, it may be in recovery, or unable to start.
    """
    server.ended()
    return _started(testbed, server, settings, waits=waits)


def _started(testbed: Testbed, server: Postgres, settings: Mapping[str, str], *, waits: bool) -> Postgres:
    data = server.folder / "data"
    usual = {**SETTINGS, "port": str(server.port), "unix_socket_directories": str(server.folder)}
    words = [word for name, value in {**usual, **settings}.items() for word in ("-c", f"{name}={value}")]
    program = str(_program("postgres"))
    process = testbed.process([*_as_user(), program, "-D", str(data), *words], log=server.log)
    testbed.later(lambda: end(process))

    def said() -> str:
        """Its file of the process id ends with a line on its state. Source: PostgreSQL, pg_ctl.c."""
        with suppress(OSError):
            lines = (data / "postmaster.pid").read_text().split("\n")
            return lines[7].strip() if len(lines) > 7 else ""
        return ""

    wait(testbed, process, lambda: said() == "ready" if waits else bool(said()), server.log)
    return replace(server, process=process)


def wait(testbed: Testbed, process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    """Wait until a server is ready; raises :class:`NotReady` with its log as soon as it has ended."""
    testbed.until(lambda: ready() or process.poll() is not None, log.read_text)
    if not ready():
        raise NotReady(log.read_text())


def _program(name: str) -> Path:
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: _number(path.parts[-3]))
    found = versions[-1] if versions else shutil.which(name)
    if found is None:
        raise Unavailable("needs PostgreSQL: install the package postgresql")
    return Path(found)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _user() -> pwd.struct_passwd | None:
    """Who runs the server; None: whoever we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _as_user() -> Sequence[str]:
    """The words before a program with which it runs as that user, and ends with whoever started it."""
    user = _user()
    if user is None:
        return ()
    if shutil.which("setpriv") is None:
        raise Unavailable("needs setpriv: install the package util-linux")
    who = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ("setpriv", *who, "--pdeathsig", "KILL")


def _give(path: Path) -> None:
    user = _user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _server_pid(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split()[0])


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop (SIGINT: at once, in order), and end it if it does not."""
    with suppress(subprocess.TimeoutExpired):
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=STOP_S)
        return
    process.kill()
    process.wait(timeout=STOP_S)
