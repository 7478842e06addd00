"""Becoming JupyterLab: its options, and what it and its kernels are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

#: JupyterLab, without what slows its start.
LAB = "runbooklab.commands.lab_server"
#: Refuses to save over the compiled notebooks.
_CONTENTS_MANAGER = "runbooklab.jupyter.contents.WorkingCopies"
#: Configuration that turns off JupyterLab's question about news and its search for news and updates. No
#: option does that: JupyterLab asks whatever its news_url is. It also leaves out what a triage has no use
#: for: the debugger, language servers, the manager of extensions, jupyter-scheduler, the check whether to
#: build JupyterLab.
_PAGE_CONFIG = Path(__file__).parent / "jupyter_config"


def become_lab(
    root: Path, notebook: Path, *, no_browser: bool, port: int | None, options: tuple[str, ...] = ()
) -> None:
    """Become JupyterLab, which serves ``root`` to this host and shows ``notebook``.

    It asks nothing at its start, looks for nothing on the internet, and says nothing but its address and
    what goes wrong.
    """
    all_options = [
        *(["--no-browser"] if no_browser else []),
        *([f"--ServerApp.port={port}"] if port is not None else []),
        # Jupyter refuses root because a server may be open to others; this one only listens on this host.
        *(["--allow-root"] if os.geteuid() == 0 else []),
        *options,
    ]
    _add_config(_PAGE_CONFIG)
    os.chdir(root)
    command = [
        sys.executable, "-m", LAB, f"--ServerApp.root_dir={root}", "--ServerApp.ip=127.0.0.1",
        "--ServerApp.log_level=WARN", "--LabApp.log_level=WARN",
        f"--LabApp.default_url={lab_path(root, notebook)}", *all_options,
    ]  # fmt: skip
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 # our own interpreter, no shell


def lab_path(root: Path, notebook: Path) -> str:
    """The path of ``notebook`` in a JupyterLab that serves ``root``.

    Each incident has its own workspace, or the tabs of others would come back.
    """
    workspace = quote(f"runbook-{notebook.parent.name}", safe="")
    return f"/lab/workspaces/{workspace}/tree/{quote(notebook.relative_to(root).as_posix())}"


def _add_config(folder: Path) -> None:
    """Let Jupyter read its configuration from ``folder`` as well; a user's own settings stay as they are."""
    others = os.environ.get("JUPYTER_CONFIG_PATH", "")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, (str(folder), others)))


def forget_other_lab() -> None:
    """In a terminal of a JupyterLab that we started: what that one was told is not for the next one."""
    from runbooklab.notebook.scratch import LAB_SECRETS_VARIABLE, OPEN_VARIABLE, REPLAY_VARIABLE

    for name in (LAB_SECRETS_VARIABLE, OPEN_VARIABLE, REPLAY_VARIABLE):
        os.environ.pop(name, None)


def prepare_working_copy(root: Path, notebook: Path, suite_root: Path) -> tuple[str, ...]:
    """Tell JupyterLab which notebook to run at once, and where its suite is; its options for that."""
    from runbooklab.authoring.project import SUITE_VARIABLE
    from runbooklab.notebook.scratch import OPEN_VARIABLE

    os.environ[OPEN_VARIABLE] = notebook.relative_to(root).as_posix()
    os.environ[SUITE_VARIABLE] = str(suite_root)
    return (f"--ServerApp.contents_manager_class={_CONTENTS_MANAGER}",)


def hand_over(secrets: Mapping[str, Any]) -> bool:
    """Share secrets with the JupyterLab that this process becomes, and with its kernels.

    They are in a file without a name, which is gone when nobody holds it open: neither in the environment nor
    on a command line nor on disk. ``secrets`` are what :meth:`.vault.Vault.export` returned. Returns whether
    this system has such files; without one, the notebook asks for the secrets.
    """
    from runbooklab.notebook.scratch import LAB_SECRETS_VARIABLE, Handover

    if not hasattr(os, "memfd_create") or not Path("/proc/self/fd").is_dir():
        return False
    handle = os.memfd_create("runbooklab", 0)
    os.set_inheritable(handle, True)
    Handover(handle).share(secrets)
    os.environ[LAB_SECRETS_VARIABLE] = f"/proc/{os.getpid()}/fd/{handle}"
    return True
