"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from package_modules import modules

FINDER = doctest.DocTestFinder()
WITH_EXAMPLES = [module for module in modules() if any(found.examples for found in FINDER.find(module))]


@pytest.mark.parametrize("module", WITH_EXAMPLES, ids=lambda module: module.__name__)
def test_the_examples_hold(module: ModuleType) -> None:
    """What a docstring shows is what its function gives."""
    assert doctest.testmod(module).failed == 0
