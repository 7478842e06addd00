"""Whether a running JupyterLab has a notebook open already: two that save it overwrite each other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

#: How long a running server may take to answer, in seconds.
TIMEOUT_S = 2.0


def address_of_open(notebook: Path) -> str:
    """The address of ``notebook`` in a JupyterLab of this user that has it open, its token included; else "".

    A server that is gone or does not answer has nothing open.
    """
    return next((found for server in _running() if (found := _address(server, notebook))), "")


def _running() -> Iterable[dict[str, Any]]:
    from jupyter_core.paths import jupyter_runtime_dir

    if not any(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        return ()  # most often: the import below takes a while
    from jupyter_server.serverapp import list_running_servers

    return list_running_servers()


def _address(server: dict[str, Any], notebook: Path) -> str:
    """The notebook's address in one server; "" if it isn't open there."""
    import requests

    from runbooklab.commands.jupyterlab import lab_path

    try:
        root, url, token = Path(server["root_dir"]), str(server["url"]), str(server["token"])
        inside = notebook.relative_to(root)
        answer = requests.get(
            f"{url}api/sessions", headers={"Authorization": f"token {token}"}, timeout=TIMEOUT_S
        )
        paths = {session["path"] for session in answer.json()}
    except (requests.RequestException, KeyError, TypeError, ValueError):
        return ""
    if inside.as_posix() not in paths:
        return ""
    return f"{url.rstrip('/')}{lab_path(root, notebook)}?token={token}"
