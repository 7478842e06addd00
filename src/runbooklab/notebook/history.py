"""Takes secrets out of IPython's history, which a plain Python kernel keeps in the user's home.

Our own kernel keeps none. Under ``python3`` a cell's text is in the history before the cell runs, so what was
learned from it is taken out afterwards.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from runbooklab.notebook.scratch import Handover

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

#: Table of IPython's history -> its columns that hold what was typed or shown.
_COLUMNS = {"history": ("source", "source_raw"), "output_history": ("output",)}


def forget(vault: Vault) -> None:
    """Replace what ``vault`` knows in what this kernel has left in IPython's history.

    It does what it can: a history that cannot be opened or is locked stays as it is, and other kernels' too.
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    manager = getattr(shell, "history_manager", None)
    if manager is None or not manager.enabled:
        return
    # What is still to be written: IPython's own thread takes it from these lists, under this lock.
    with manager.db_input_cache_lock:
        manager.db_input_cache[:] = [_changed(row, vault) for row in manager.db_input_cache]
    with manager.db_output_cache_lock:
        manager.db_output_cache[:] = [_changed(row, vault) for row in manager.db_output_cache]
    with suppress(sqlite3.Error):
        _rewrite(str(manager.hist_file), manager.session_number, vault)


def forget_after_each_cell(vault: Vault) -> None:
    """From now on :func:`forget` what a cell that holds a known secret has left, when it has been run.

    The server is told as well what is known then: only our own kernel tells it by itself.
    """
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if getattr(getattr(shell, "history_manager", None), "enabled", False):
        server = Handover.of_lab()
        shell.events.register("post_run_cell", lambda result: _after_cell(result, vault, server))


def _after_cell(result: Any, vault: Vault, server: Handover | None) -> None:
    source = str(getattr(result.info, "raw_cell", ""))
    if vault.redact(source) != source:
        forget(vault)
    if server is not None:
        server.share(vault.export())


def _changed(row: tuple[Any, ...], vault: Vault) -> tuple[Any, ...]:
    return tuple(vault.redact(part) if isinstance(part, str) else part for part in row)


def _rewrite(file: str, session: int, vault: Vault) -> None:
    connection = sqlite3.connect(file, timeout=2)
    try:
        connection.execute("PRAGMA secure_delete = ON")  # the old text is overwritten, not only let go
        with connection:
            for table, columns in _COLUMNS.items():
                for column in columns:
                    _rewrite_column(connection, table, column, session, vault)
    finally:
        connection.close()


def _rewrite_column(
    connection: sqlite3.Connection, table: str, column: str, session: int, vault: Vault
) -> None:
    # The names are those above; values are bound.
    select = f"SELECT rowid, {column} FROM {table} WHERE session = ?"  # noqa: S608
    update = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"  # noqa: S608
    for row, text in connection.execute(select, (session,)).fetchall():
        safe = vault.redact(text) if isinstance(text, str) else text
        if safe != text:
            connection.execute(update, (safe, row))
