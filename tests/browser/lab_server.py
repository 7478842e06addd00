"""A JupyterLab with settings and folders of its own, as a new user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from runbooklab.authoring.project import find_suite
from runbooklab.lab.ports import free_port

ROOT = Path(__file__).parents[2]
#: No news prompt; all else is as JupyterLab comes.
SETTINGS = {"apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}


@dataclass
class Server:
    """A JupyterLab that serves ``root``; ``home`` is what it takes for the user's home."""

    url: str
    root: Path
    home: Path
    log: Path


def copy_suite(root: Path) -> None:
    """A copy of the repository's suite in ``root``."""
    suite = find_suite(ROOT)
    for folder in ("runbooks", "notebooks", "configs"):
        (root / folder).mkdir(parents=True)
        for source in (suite.root / folder).iterdir():
            if source.is_file():
                (root / folder / source.name).write_bytes(source.read_bytes())


@contextmanager
def jupyter_server(
    base: Path,
    *,
    module: str = "jupyterlab",
    options: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """JupyterLab on a free port over a copy of the suite in ``base``."""
    root, home = base / "suite", base / "home"
    copy_suite(root)
    home.mkdir()
    for name, content in SETTINGS.items():
        plugin, _, schema = name.partition("/")
        path = base / "settings" / "@jupyterlab" / plugin / f"{schema}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    port, log = free_port(), base / "jupyterlab.log"
    command = [
        sys.executable, "-m", module, "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True",  # the tests ask it questions of their own
        f"--LabApp.user_settings_dir={base / 'settings'}", f"--ServerApp.root_dir={root}", *options,
    ]  # fmt: skip
    known = {name: value for name, value in os.environ.items() if not name.startswith("RUNBOOKLAB_LAB")}
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=root,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**known, "HOME": str(home), **(environment or {})},
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/status", log)
        yield Server(f"http://127.0.0.1:{port}", root, home, log)
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str, log: Path) -> None:
    for _ in range(480):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.125)
    pytest.fail(f"Jupyter did not start: {log.read_text()[-2000:]}")
