"""The private folder in which a kernel leaves its results, whatever happens to it.

The runner makes the folder (mode 0700) and names it in ``RUNBOOKLAB_SCRATCH``. Without that
variable, as in JupyterLab, nothing is written.

Secrets don't go through the folder: they would outlive a runner that is killed. They go through a file
without a name that both processes hold open, and that is gone when neither does.
"""

from __future__ import annotations

import functools
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from runbooklab.redaction import Vault

FOLDER_VARIABLE = "RUNBOOKLAB_SCRATCH"
#: The file descriptor of the file without a name in the kernel.
HANDLE_VARIABLE = "RUNBOOKLAB_SECRETS_HANDLE"
RUN_ID_VARIABLE = "RUNBOOKLAB_RUN_ID"
#: Names the folder of a stored run that every notebook of this process replays, as in the JupyterLab of
#: ``runbook open REPORT``.
REPLAY_VARIABLE = "RUNBOOKLAB_REPLAY"
#: The domains of the run, between commas: what a kernel imports while it waits.
USES_VARIABLE = "RUNBOOKLAB_USES"
#: In JupyterLab: the path of an open file without a name, through which ``runbook open``, the server and its
#: kernels share secrets (each line as :class:`Handover` writes it).
LAB_SECRETS_VARIABLE = "RUNBOOKLAB_LAB_SECRETS"
#: There too: the notebook to open and run at once, relative to the server's root.
OPEN_VARIABLE = "RUNBOOKLAB_OPEN"

#: What the link in /proc of such a file begins with.
_LAB_FILE = "/memfd:runbooklab"


class Scratch(Struct, frozen=True):
    """Writes to the scratch folder; a full disk or a vanished folder loses the copy, never the run."""

    folder: Path | None

    def progress(self, **event: Any) -> None:
        """Append one event, one JSON object per line."""
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


class Handover:
    """A file without a name, through which two processes share the secrets that they found.

    Each line is what :meth:`.vault.Vault.export` returned at one time. A line that was cut off, because
    its writer was killed, is skipped.
    """

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self._shared = ""
        self._read_up_to = 0

    @classmethod
    @contextmanager
    def made(cls, folder: Path) -> Iterator[Handover]:
        """A new one on the file system of ``folder``, without a name. Raises :class:`OSError`."""
        with tempfile.TemporaryFile(dir=folder) as file:
            yield cls(file.fileno())

    @classmethod
    def from_environment(cls) -> Handover | None:
        """The one that the parent process made; our own children don't get it."""
        number = os.environ.pop(HANDLE_VARIABLE, "")
        if not number.isdigit():
            return None
        with suppress(OSError):
            os.set_inheritable(int(number), False)
            return cls(int(number))
        return None

    @classmethod
    def of_lab(cls) -> Handover | None:
        """The one that this process's JupyterLab holds open, to which each of its kernels appends."""
        path = os.environ.get(LAB_SECRETS_VARIABLE, "")
        with suppress(OSError):
            # The variable may outlive that JupyterLab, and the path may then be of any other open file.
            if path and str(Path(path).readlink()).startswith(_LAB_FILE):
                return cls(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC))
        return None

    def share(self, exported: Mapping[str, Any]) -> None:
        """Add what is known now, if it is more than before; a full disk loses the line, not the run."""
        line = json.dumps(exported) + "\n"
        if line == self._shared:
            return
        with suppress(OSError):
            data, at = line.encode(), os.fstat(self.handle).st_size
            while data:
                written = os.pwrite(self.handle, data, at)
                data, at = data[written:], at + written
            self._shared = line

    def shared(self, start: int = 0) -> Iterator[dict[str, Any]]:
        """Everything that was shared so far, from the byte ``start`` on."""
        try:
            data = os.pread(self.handle, os.fstat(self.handle).st_size - start, start)
        except (OSError, ValueError):  # a file that shrank has nothing there
            return
        self._read_up_to = start + len(data)
        for line in data.splitlines():
            with suppress(ValueError):
                yield json.loads(line)

    def news(self) -> Iterator[dict[str, Any]]:
        """What was shared since the last time that this was asked."""
        return self.shared(self._read_up_to)


class Runner(Struct, frozen=True):
    """The process that started this kernel, as far as the kernel knows it; by default there is none.

    ``run_id`` is the id that it gave to the run.
    """

    run_id: str = ""
    scratch: Scratch = Scratch(None)
    handover: Handover | None = None

    @classmethod
    def from_environment(cls) -> Runner:
        """The one that set this process's variables; in JupyterLab nobody did."""
        folder = os.environ.get(FOLDER_VARIABLE, "")
        scratch = Scratch(Path(folder) if folder else None)
        return cls(os.environ.get(RUN_ID_VARIABLE, ""), scratch, Handover.from_environment())

    def vault(self, vault: Vault | None = None) -> Vault:
        """``vault``, or a new one, that knows the secrets that it took out of the parameters."""
        vault = vault or Vault()
        for met in self.handover.shared() if self.handover is not None else ():
            vault.import_(met)
        return vault


NO_RUNNER = Runner()


@functools.cache
def session_vault() -> Vault:
    """The vault of this process: a notebook's kernel keeps it over all its runs."""
    return Vault()
