"""Imports what a notebook's cells and probes need, before they ask for it."""

from __future__ import annotations

import importlib
import os
from contextlib import suppress

#: The modules that cells import.
_NEEDED = (
    "runbooklab.notebook.live_run",
    "runbooklab.session",
    "runbooklab.report.cells",
    "runbooklab.diagnosis.causes",
)


def import_what_cells_need() -> None:
    """Import it, for a thread beside a kernel that starts.

    A failing import fails again in its cell or probe, which reports it.
    """
    from runbooklab.domain.rules import Rules
    from runbooklab.domains import DEFAULT
    from runbooklab.notebook.scratch import USES_VARIABLE

    named = os.environ.get(USES_VARIABLE, "")
    with suppress(Exception):
        rules = Rules.of(named.split(",") if named else DEFAULT)
        for probe in rules.probes.values():
            with suppress(Exception):
                probe.load()
        _ = (rules.checks, rules.causes, rules.remedies, rules.contributions)
    for name in _NEEDED:
        with suppress(Exception):
            importlib.import_module(name)
