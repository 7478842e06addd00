"""A probe whose module imports a large client library says so, so that one thread imports it at a time."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from runbooklab.domain.probe import AnyProbe
from runbooklab.domain.rules import Rules
from runbooklab.domains import BUILT_IN

SOURCE = Path(__file__).resolve().parents[3] / "src"
#: It has circular imports: two threads that begin at different modules of it get in each other's way.
CIRCULAR = "docker"
PROBES = {probe.name: probe for name in BUILT_IN for probe in Rules.of((name,)).probes.values()}


@cache
def imported_at_once(module: str) -> frozenset[str]:
    """What importing ``module`` imports, ours and others', without what functions import later."""
    path = SOURCE / f"{module.replace('.', '/')}.py"
    path = path if path.exists() else SOURCE / module.replace(".", "/") / "__init__.py"
    if not path.exists():
        return frozenset()
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def reached(module: str) -> set[str]:
    """All of them, through ours."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        found = imported_at_once(waiting.pop()) - seen
        seen |= found
        waiting += (name for name in found if name.startswith("runbooklab."))
    return seen


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_a_probe_names_the_client_that_its_module_imports(probe: AnyProbe) -> None:
    """Else two probes that start at once may find the library half imported."""
    if not isinstance(probe.run, str):
        return
    libraries = {name.partition(".")[0] for name in reached(probe.run.partition(":")[0])}
    assert CIRCULAR not in libraries or probe.client == CIRCULAR


def test_the_search_follows_our_modules() -> None:
    """A probe of containers reaches the library through the guard."""
    assert any(name.startswith("docker") for name in reached("runbooklab.domains.container.probes.container"))
