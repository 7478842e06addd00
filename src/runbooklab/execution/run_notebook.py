"""A run's notebook: read, given its parameters and executed by papermill with our engine.

papermill's own ``execute_notebook`` would change the working directory of all threads, and say in the
notebook that it stopped at the first cell that raised, although our engine continues.
"""

from __future__ import annotations

import threading
from typing import Any

from runbooklab.execution.artefacts import get_ready
from runbooklab.execution.attempt import Attempt
from runbooklab.execution.outcome import Run

ENGINE = "runbooklab"


def read_notebook(run: Run) -> Any:
    """The notebook as it was compiled."""
    from nbformat.v4 import reads as untyped

    reads: Any = untyped
    return reads(run.notebook.read_text(encoding="utf-8"))


def execute_notebook(run: Run, attempt: Attempt) -> None:
    """Execute the run's notebook in the kernel of ``attempt``; the result is left there."""
    from papermill.engines import papermill_engines
    from papermill.parameterize import parameterize_notebook

    # While the kernel works, this process prepares the next step.
    threading.Thread(target=get_ready, daemon=True).start()
    notebook = _with_papermill_metadata(read_notebook(run), run)
    if run.given:
        notebook = parameterize_notebook(notebook, dict(run.given), engine_name=ENGINE)
    papermill_engines.execute_notebook_with_engine(
        ENGINE, notebook, kernel_name=None, progress_bar=False, attempt=attempt
    )


def _with_papermill_metadata(notebook: Any, run: Run) -> Any:
    """As papermill reads it, so that the executed notebook has its fields."""
    from papermill.version import version

    notebook.metadata["papermill"] = {
        "default_parameters": {}, "parameters": {}, "environment_variables": {}, "version": version,
        "input_path": str(run.notebook), "output_path": None,
    }  # fmt: skip
    for cell in notebook.cells:
        cell.metadata.setdefault("tags", [])
    return notebook
