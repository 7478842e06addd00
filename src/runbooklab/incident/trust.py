"""Whether JupyterLab trusts a notebook: only then does it draw the HTML of saved outputs as it was.

It keeps the digests of what this user made in a file of its own; a notebook that another program changes is a
stranger's to it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from typing import Any

from runbooklab.authoring.compile import Notebook


def is_trusted(notebook: Notebook) -> bool:
    """Whether JupyterLab trusts it, as far as that can be told."""
    with suppress(OSError, sqlite3.Error, UnicodeEncodeError):  # half of a surrogate pair has no digest
        return bool(_notary().check_signature(_node(notebook)))
    return False


def trust(notebook: Notebook) -> None:
    """Let JupyterLab trust it. If nothing can be noted, saved outputs are drawn with less of their style."""
    with suppress(OSError, sqlite3.Error, UnicodeEncodeError):
        _notary().sign(_node(notebook))


def _notary() -> Any:
    from nbformat import sign as untyped

    sign: Any = untyped
    return sign.NotebookNotary()


def _node(notebook: Notebook) -> Any:
    """The notebook as JupyterLab reads it: a signature is over that form."""
    import nbformat as untyped

    nbformat: Any = untyped
    return nbformat.reads(json.dumps(notebook), as_version=4)
