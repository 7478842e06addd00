"""What a package of somebody else may import: names that are there, and cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

PUBLIC = ("domain", "lab", "model", "observe", "redaction", "testing")


@pytest.mark.parametrize("package", PUBLIC)
def test_every_public_name_can_be_imported(package: str) -> None:
    """Each name in ``__all__`` is there, and what is not public says so."""
    module = import_module(f"runbooklab.{package}")
    assert module.__all__
    assert all(getattr(module, name) is not None for name in module.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = module.nothing


def _loaded_by(statement: str) -> set[str]:
    """Our modules that a new process has after this statement."""
    program = (
        f"{statement}\nimport sys; print(*(name for name in sys.modules if name.startswith('runbooklab')))"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(said.stdout.split())


def test_a_package_is_imported_without_its_modules() -> None:
    """A cold start pays for no public name that it does not use."""
    cli = {"runbooklab", "runbooklab.cli", "runbooklab.slow_imports"}
    assert _loaded_by("import runbooklab.cli") == cli
    for package in PUBLIC:
        name = f"runbooklab.{package}"
        assert _loaded_by(f"import {name}") == {"runbooklab", "runbooklab.lazy_exports", name}
