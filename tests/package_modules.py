"""Every module of the package, imported."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import papermill.engines  # noqa: F401 # it loads our engine, which cannot be loaded before it

import runbooklab


def modules() -> Iterator[ModuleType]:
    """Each module but ``__main__``, which is the program."""
    for found in pkgutil.walk_packages(runbooklab.__path__, "runbooklab."):
        if not found.name.endswith(".__main__"):
            yield importlib.import_module(found.name)
