"""Headless runs: papermill engine, kernel, run folder. What other packages use of it is listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from runbooklab.execution.limits import OPEN_FILES_WANTED
    from runbooklab.execution.pdf import NotPrinted, print_page, print_pdf
    from runbooklab.execution.progress import Say
    from runbooklab.execution.publishing import Result
    from runbooklab.execution.redact_notebook import (
        known_secrets_out_of,
        parameters_without_secrets,
        take_secrets_out_of_cells,
        take_secrets_out_of_outputs,
    )
    from runbooklab.execution.redact_source import source_without_secrets
    from runbooklab.execution.runner import Request, run
    from runbooklab.execution.stop_control import StopControl
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "limits": ("OPEN_FILES_WANTED",),
            "pdf": ("NotPrinted", "print_page", "print_pdf"),
            "progress": ("Say",),
            "publishing": ("Result",),
            "redact_notebook": (
                "known_secrets_out_of",
                "parameters_without_secrets",
                "take_secrets_out_of_cells",
                "take_secrets_out_of_outputs",
            ),
            "redact_source": ("source_without_secrets",),
            "runner": ("Request", "run"),
            "stop_control": ("StopControl",),
        },
    )

__all__ = [
    "OPEN_FILES_WANTED",
    "NotPrinted",
    "Request",
    "Result",
    "Say",
    "StopControl",
    "known_secrets_out_of",
    "parameters_without_secrets",
    "print_page",
    "print_pdf",
    "run",
    "source_without_secrets",
    "take_secrets_out_of_cells",
    "take_secrets_out_of_outputs",
]
