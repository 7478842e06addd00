"""A report printed to PDF by this machine's Chromium, without network access."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from runbooklab.errors import RunbookError
from runbooklab.execution.die_with_parent import dying_with_us
from runbooklab.execution.private_folder import PrivateFolder
from runbooklab.files import read_file, write_atomic

#: Searched for on PATH, in this order.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

#: The longest time that printing may take, in seconds.
DEADLINE_S = 60.0
#: The most bytes of a PDF; a larger one is not kept.
MOST_BYTES = 64 << 20

_OPTIONS = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--no-first-run", "--no-default-browser-check", "--no-pdf-header-footer", "--password-store=basic",
    # Whatever the page names, nothing can be reached: no name resolves and the proxy does not exist,
    # not even for this host's own addresses, for which a browser uses no proxy by default.
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://0.0.0.0:9",
    "--proxy-bypass-list=<-loopback>",
)  # fmt: skip


class NotPrinted(RunbookError):
    """No PDF was made; the text says why, in one line."""


def print_pdf(page: Path, to: Path, deadline_s: float = DEADLINE_S) -> None:
    """Print the report ``page``, which this process has drawn, to ``to``. Raises :class:`NotPrinted`."""
    if not page.is_file():  # the browser would print its own error page
        raise NotPrinted(f"no PDF was made: there is no {page}")
    try:
        drawn = read_file(page)
    except OSError as error:
        raise NotPrinted(f"no PDF was made: {error.strerror or error}") from None
    print_page(drawn, to, deadline_s)


def print_page(page: bytes, to: Path, deadline_s: float = DEADLINE_S) -> None:
    """Print an HTML page of ours to the file ``to``, completely or not at all. Raises :class:`NotPrinted`.

    Never print a stored page: somebody may have changed it, and it could read this machine's files.
    """
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise NotPrinted(f"no PDF was made: none of {', '.join(BROWSERS)} is on PATH")
    try:
        folder = PrivateFolder.make("runbook-pdf-", (Path(tempfile.gettempdir()),))
        try:
            write_atomic(to, _printed(program, page, folder.path, deadline_s))
        finally:
            folder.remove()
    except OSError as error:
        raise NotPrinted(f"no PDF was made: {error.strerror or error}") from None


def _printed(program: str, page: bytes, home: Path, deadline_s: float) -> bytes:
    """What the browser prints; it keeps all its files in ``home``."""
    made, drawn = home / "report.pdf", home / "report.html"
    drawn.write_bytes(page)
    said = _run(program, drawn, made, home, deadline_s)
    data = read_file(made, MOST_BYTES) if made.is_file() else b""
    if not (data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")):
        raise NotPrinted(f"no PDF was made: {program} left none{said}")
    return data


def _run(program: str, page: Path, made: Path, home: Path, deadline_s: float) -> str:
    """Run the browser until it has printed; what it said last if it failed."""
    command = [
        program,
        *_OPTIONS,
        *_for_root(),
        f"--user-data-dir={home / 'profile'}",
        f"--print-to-pdf={made}",
        page.absolute().as_uri(),
    ]
    process = subprocess.Popen(  # noqa: S603 # the browser on PATH, no shell
        dying_with_us(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)},
        start_new_session=True,
    )
    try:
        _, said = process.communicate(timeout=deadline_s)
    except subprocess.TimeoutExpired:
        raise NotPrinted(f"no PDF was made: {program} did not end within {deadline_s:g} s") from None
    finally:
        _end(process)
    lines = said.decode(errors="replace").strip().splitlines()
    return f": {lines[-1][:200]}" if lines and process.returncode else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the browser with all the processes it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr is not None:
        process.stderr.close()


def _for_root() -> tuple[str, ...]:
    """Chromium's sandbox refuses root."""
    return ("--no-sandbox",) if os.geteuid() == 0 else ()
