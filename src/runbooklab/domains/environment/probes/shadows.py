"""Files at the top of the project that hide an installed module: Python looks beside the script first."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from runbooklab.domains.environment.files import content
from runbooklab.domains.environment.installed import Installed

#: Names that projects have at their top on purpose, and that packages install by mistake.
_USUAL = frozenset(
    {
        "tests",
        "test",
        "docs",
        "doc",
        "examples",
        "example",
        "scripts",
        "setup",
        "conftest",
        "bin",
        "src",
        "tools",
        "main",
        "app",
        "benchmarks",
    }
)
MOST_FILES = 2_000
#: Modules of Python itself that a file beside the program hides; those that are built in, none can.
_STANDARD = sys.stdlib_module_names - set(sys.builtin_module_names)


def shadows(root: Path, installed: Iterable[Installed], folders: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Each file or package of the project with the module that it hides, of a distribution or a folder."""
    own = _own_name(root)
    others: set[str] = set()
    mine: set[str] = set()
    for each in installed:
        is_own = (
            each.name == own
            or Path(each.path).parent == root  # setup.py develop leaves its metadata there
            or (each.editable and Path(each.editable) in (root, *root.parents))
        )
        (mine if is_own else others).update(each.provides)
    for folder in folders:
        others.update(name for _, name in _modules(Path(folder)) if name not in mine)
    for path, name in _modules(root):
        if name in _USUAL:
            continue
        if name in others or name in _STANDARD:
            yield path, name


def _modules(root: Path) -> Iterator[tuple[Path, str]]:
    try:
        entries = sorted(root.iterdir())[:MOST_FILES]
    except OSError:
        return
    for path in entries:
        name = path.name.partition(".")[0]
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            continue
        is_file = path.suffix in (".py", ".pyc", ".so") and path.is_file()
        if is_file or ("." not in path.name and (path / "__init__.py").is_file()):
            yield path, name


def _own_name(root: Path) -> str:
    """The project's own name in pyproject.toml, normalised; "" if it has none."""
    text = content(root / "pyproject.toml").data.decode("utf-8", "replace")
    match = re.search(r"^\s*name\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", text, re.MULTILINE)
    return canonicalize_name(match[1]) if match else ""
