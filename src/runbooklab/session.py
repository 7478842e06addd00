"""The words of a notebook's cells: what ``from runbooklab.session import *`` of a compiled notebook means.

Notebooks that were compiled, stored and sealed years ago import from here, so this name stays.
"""

from runbooklab.notebook.session import (
    check,
    checklist,
    conclude,
    current,
    declare,
    diagnose,
    frame,
    ladder,
    parameters,
    remedy,
    replay,
    resolve,
    start,
    validate,
    watch,
)

__all__ = [
    "check",
    "checklist",
    "conclude",
    "current",
    "declare",
    "diagnose",
    "frame",
    "ladder",
    "parameters",
    "remedy",
    "replay",
    "resolve",
    "start",
    "validate",
    "watch",
]
