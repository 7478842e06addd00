"""The extension of Jupyter's server, which the package enables (``etc/jupyter/jupyter_server_config.d``).

It takes secrets out of notebooks before they are written, gives kernels a file without a name through which
they tell it what they learned, and has the kernel of ``runbook open`` ready when the page is.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

from runbooklab.notebook.scratch import LAB_SECRETS_VARIABLE, OPEN_VARIABLE, REPLAY_VARIABLE, Handover

#: What the frontend is told: the notebook of which it runs the top cells.
PAGE_OPTION = "runbooklabOpen"
#: As long as Jupyter waits between two pings of a page.
PING_TIMEOUT_MS = 30_000


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Jupyter asks for this."""
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Jupyter calls this once, before the server listens."""
    from runbooklab.jupyter.save_hook import SaveHook

    register = getattr(server.contents_manager, "register_pre_save_hook", None)
    if register is None:
        server.log.warning("runbooklab: this contents manager has no pre-save hooks; secrets may be saved.")
    else:
        register(SaveHook(_shared_file()))
        # The first save would else wait for these imports.
        threading.Thread(target=_import_what_saving_needs, daemon=True).start()
    server.io_loop.add_callback(_guard_scheduler, server)  # once all extensions are loaded
    notebook = os.environ.get(OPEN_VARIABLE, "")
    if notebook or os.environ.get(REPLAY_VARIABLE):
        # Jupyter's own default, three pings' time, is more than Tornado allows: it then warns of each page.
        server.web_app.settings.setdefault("ws_ping_timeout", PING_TIMEOUT_MS)
        server.log.addFilter(_is_not_the_address)
        server.io_loop.add_callback(_say_where, server)
    if notebook:
        server.web_app.settings.setdefault("page_config_data", {})[PAGE_OPTION] = notebook
        server.io_loop.add_callback(_start_kernel, server, notebook)


def _is_not_the_address(record: logging.LogRecord) -> bool:
    """Jupyter's own way to say where it is takes five lines, two of which lead to the same page."""
    return not record.getMessage().lstrip().startswith("To access the server")


def _say_where(server: Any) -> None:
    """The address in one line of the terminal, for whose browser does not open by itself."""
    sys.stderr.write(f"JupyterLab is at {server.connect_url}\nStop it with Ctrl-C.\n")
    sys.stderr.flush()


def _guard_scheduler(server: Any) -> None:
    scheduler = server.web_app.settings.get("scheduler")
    if type(scheduler).__module__.partition(".")[0] == "jupyter_scheduler":
        from runbooklab.jupyter.scheduled_jobs import guard

        guard(scheduler)


def _shared_file() -> Handover | None:
    """The file of ``runbook open``, else a new one, which this process and its kernels hold open."""
    known = Handover.of_lab()
    if known is not None:
        return known
    if not hasattr(os, "memfd_create") or not Path("/proc/self/fd").is_dir():
        return None  # secrets are then found by what they look like
    handle = os.memfd_create("runbooklab")
    os.environ[LAB_SECRETS_VARIABLE] = f"/proc/{os.getpid()}/fd/{handle}"
    return Handover(handle)


def _import_what_saving_needs() -> None:
    from runbooklab.redaction import Vault, without_secrets

    without_secrets("password=example", Vault(b"a key of no account, to import all"))


async def _start_kernel(server: Any, path: str) -> None:
    """Start the notebook's session; JupyterLab uses the one that is there for its path.

    A kernel that cannot be started is JupyterLab's to report, which tries again.
    """
    try:
        model = await _awaited(server.contents_manager.get(path, content=True, type="notebook"))
        kernel = model["content"]["metadata"].get("kernelspec", {}).get("name")
        await _awaited(
            server.session_manager.create_session(
                path=path, name=path.rpartition("/")[2], type="notebook", kernel_name=kernel
            )
        )
    except Exception as error:  # noqa: BLE001 # contents and kernels are managed by any package
        server.log.warning("runbooklab: no kernel started ahead for %s: %s", path, error)


async def _awaited(value: Any) -> Any:
    """Contents managers are asynchronous or not."""
    return await value if hasattr(value, "__await__") else value
