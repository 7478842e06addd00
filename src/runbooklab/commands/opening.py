"""``runbook open``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote

import click


@click.command("open")
@click.argument("slug")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, on this host only.")
def open_runbook(slug: str, no_browser: bool, port: int | None) -> None:
    """Open a runbook's notebook in JupyterLab. Stop it with Ctrl-C.

    \b
    Examples:
      runbook open redis-connection
      runbook open redis-connection --no-browser --port 8899
    """
    from runbooklab.errors import UserError
    from runbooklab.project import find_suite

    suite = find_suite(Path.cwd())
    suite.require(slug)
    notebook = suite.notebook(slug)
    if not notebook.is_file():
        raise UserError("is not there", notebook, hint="compile it with `runbook build`")
    options = [
        *(["--no-browser"] if no_browser else []),
        *([f"--ServerApp.port={port}"] if port is not None else []),
        # Jupyter refuses root because a server may be open to others; this one listens on this host only.
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    os.chdir(suite.root)
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={suite.root}", "--ServerApp.ip=127.0.0.1",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.relative_to(suite.root).as_posix())}", *options,
    ]  # fmt: skip
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 # our own interpreter, no shell
