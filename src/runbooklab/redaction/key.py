"""The user's own random key, with which a secret's token is derived.

It is kept at ``$XDG_STATE_HOME/runbooklab/key`` (by default ``~/.local/state``), readable by its
owner only. If that cannot be read or written, each vault gets a key of its own; a run's vault hands it to
the notebook's kernel along with the secrets (:meth:`.vault.Vault.export`), so both give the same tokens.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

KEY_VARIABLE = "RUNBOOKLAB_KEY"
KEY_BYTES = 32


def user_key() -> bytes:
    """The key: from the environment, else from the user's state folder, else a new one."""
    given = _from_hex(os.environ.get(KEY_VARIABLE, ""))
    if given is not None:
        return given
    try:
        return _stored_key(_state_folder() / "key")
    except (OSError, RuntimeError, ValueError):
        return secrets.token_bytes(KEY_BYTES)


def _state_folder() -> Path:
    state = os.environ.get("XDG_STATE_HOME", "")
    # The XDG base directory specification: a relative path there is invalid and to be ignored.
    base = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    return base / "runbooklab"


def _stored_key(path: Path) -> bytes:
    """The key in ``path``, made now if there is none.

    Raises :class:`OSError` if it cannot be read or written, :class:`ValueError` if what is
    there is no key.
    """
    with suppress(FileNotFoundError):
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key.")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
        with suppress(FileExistsError):  # another run was quicker: its key counts
            os.link(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a FIFO must not block a run
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError(f"{path} is not a file")
        key = _from_hex(os.read(handle, 4 * KEY_BYTES).decode("ascii", "replace"))
    finally:
        os.close(handle)
    if key is None:
        raise ValueError(f"{path} holds no key")
    return key


def _from_hex(text: str) -> bytes | None:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None
