"""Whether a running JupyterLab has a notebook open already: two that save it overwrite each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: How long a running server may take to answer, in seconds, and most bytes of its answer.
TIMEOUT_S = 2.0
MOST_BYTES = 1 << 20


def address_of_open(notebook: Path) -> str:
    """The address of ``notebook`` in a JupyterLab of this user that has it open, its token included; else "".

    A server that is gone or does not answer has nothing open.
    """
    return next((found for server in _running() if (found := _address(server, notebook))), "")


def _running() -> list[dict[str, Any]]:
    """The servers of this user, as their files say; none if one of these files cannot be read."""
    from jupyter_core.paths import jupyter_runtime_dir

    if not any(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        return []  # most often: the import below takes a while
    from jupyter_server.serverapp import list_running_servers

    try:
        return list(list_running_servers())
    except (OSError, ValueError, TypeError):
        return []


def _address(server: dict[str, Any], notebook: Path) -> str:
    """The notebook's address in one server; "" if it isn't open there."""
    from runbooklab.commands.jupyterlab import lab_path
    from runbooklab.observe.run_with_timeout import run_with_timeout

    try:
        root, url, token = Path(server["root_dir"]), str(server["url"]), str(server["token"])
        inside = notebook.relative_to(root)
        open_there = run_with_timeout(lambda: _sessions(url, token), TIMEOUT_S)
        if inside.as_posix() not in {each["path"] for each in open_there}:
            return ""
    except (OSError, KeyError, TypeError, ValueError, RecursionError):  # requests raises OSErrors
        return ""
    return f"{url.rstrip('/')}{lab_path(root, notebook)}?token={token}"


def _sessions(url: str, token: str) -> Any:
    """What the server answers when it is asked for its notebooks with a kernel."""
    import requests

    from runbooklab.files import bounded_json

    with requests.Session() as client:
        client.trust_env = False  # the token is for this host, and not for a proxy
        with client.get(
            f"{url}api/sessions",
            headers={"Authorization": f"token {token}"},
            timeout=TIMEOUT_S,
            stream=True,
            allow_redirects=False,
        ) as answer:
            return bounded_json.loads(answer.raw.read(MOST_BYTES, decode_content=True))
