"""The private folder through which a kernel leaves what it has, whatever happens to it.

The runner makes the folder (mode 0700) and names it in ``RUNBOOKLAB_SCRATCH``. Without that
variable, as in JupyterLab, nothing is written.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

FOLDER_VARIABLE = "RUNBOOKLAB_SCRATCH"
SECRETS_VARIABLE = "RUNBOOKLAB_SECRETS"
RUN_ID_VARIABLE = "RUNBOOKLAB_RUN_ID"


@dataclass(frozen=True)
class Scratch:
    """Writes to the scratch folder; a full disk or a vanished folder costs the copy, never the run."""

    folder: Path | None

    @classmethod
    def from_environment(cls) -> Scratch:
        name = os.environ.get(FOLDER_VARIABLE, "")
        return cls(Path(name) if name else None)

    def progress(self, **event: Any) -> None:
        """Append one event, a JSON object a line."""
        if self.folder is None:
            return
        with suppress(OSError), (self.folder / "progress.jsonl").open("ab") as file:
            file.write(msgspec.json.encode(event) + b"\n")

    def put(self, name: str, content: Any) -> None:
        """Replace ``name`` by ``content`` as JSON, in one step; readable by its owner only."""
        if self.folder is None:
            return
        with suppress(OSError):
            temporary = self.folder / f".{name}.new"
            temporary.touch(mode=0o600)
            temporary.write_bytes(msgspec.json.encode(content))
            temporary.replace(self.folder / name)
