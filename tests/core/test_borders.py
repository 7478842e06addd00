"""Which part of the program may know which: one table of floors, and what does not keep to it yet.

Each list of what does not keep to it may only shrink: an entry that is no longer needed fails its test.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from import_graph import Import, circles, imports_of

SOURCE = Path(__file__).resolve().parents[2] / "src"

#: The core, floor by floor from the ground: a package imports itself and what stands on the floors below.
FLOORS = (
    ("errors", "words", "domains"),  # of the domains, their names alone
    ("files",),
    ("model",),
    ("redaction",),
    ("domain",),
    ("observe",),
    ("diagnosis",),
    ("apply", "authoring"),
    ("report",),
    ("archive",),
    ("notebook",),
    ("session", "execution", "lab"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
FLOOR = {package: number for number, floor in enumerate(FLOORS) for package in floor}

#: The domains, each may build on those before it.
DOMAINS = ("docker", "environment", "ports", "redis", "grpc")

#: Core module -> module of the core on a floor that is not below its own.
UPWARD = ""

#: Core module -> module of a domain.
OF_A_DOMAIN = ""

#: Packages that draw and keep what they are given, and the files in them that may name a subject.
WITHOUT_SUBJECT = ("report", "archive")
NAMES_A_SUBJECT = {"contributed.py", "diagnosis.schema.json"}

#: Module of a domain -> module of a domain that it does not build on.
BETWEEN_DOMAINS = ""

#: Module -> private name in another package.
PRIVATE = ""


@pytest.fixture(scope="module")
def imports() -> frozenset[Import]:
    """Every import in our sources, dotted names without ``runbooklab.``; the version counts as nobody's."""
    return frozenset(
        Import(_short(found.importer), _short(found.module), found.name)
        for found in imports_of(SOURCE, "runbooklab")
        if "runbooklab" not in (found.importer, found.module)
    )


def _short(module: str) -> str:
    return module.removeprefix("runbooklab.")


def _package(module: str) -> str:
    """``report`` of ``report.page``, ``domains.redis`` of ``domains.redis.ladder``."""
    parts = module.split(".")
    return ".".join(parts[: 2 if parts[0] == "domains" else 1])


def _domain(module: str) -> str:
    return module.split(".")[1] if module.startswith("domains.") else ""


def _is_as_listed(found: Iterable[str], listed: str) -> None:
    there, known = set(found), set(filter(None, listed.splitlines()))
    assert not there - known, "new; find another way:\n" + "\n".join(sorted(there - known))
    assert not known - there, "no longer needed; take it off the list:\n" + "\n".join(sorted(known - there))


def test_no_module_imports_itself_in_a_circle(imports: frozenset[Import]) -> None:
    """There is no circle among modules, also not through imports in functions or for types alone."""
    edges: defaultdict[str, set[str]] = defaultdict(set)
    for found in imports:
        if found.importer != found.module:
            edges[found.importer].add(found.module)
    assert circles({module: frozenset(targets) for module, targets in edges.items()}) == []


def test_a_package_imports_what_stands_below_it(imports: frozenset[Import]) -> None:
    """Every module of the core imports its own package and packages on the floors below it."""
    core = [found for found in imports if not _domain(found.importer) and not _domain(found.module)]
    assert {_package(module) for found in core for module in found[:2]} <= FLOOR.keys()
    _is_as_listed(
        (
            f"{found.importer} -> {found.module}"
            for found in core
            if _package(found.importer) != _package(found.module)
            and FLOOR[_package(found.importer)] <= FLOOR[_package(found.module)]
        ),
        UPWARD,
    )


def test_the_core_knows_no_domain(imports: frozenset[Import]) -> None:
    """No module of the core imports one of a domain."""
    _is_as_listed(
        (
            f"{found.importer} -> {_short_domain(found.module)}"
            for found in imports
            if _domain(found.module) and not _domain(found.importer)
        ),
        OF_A_DOMAIN,
    )


def _short_domain(module: str) -> str:
    return module.removeprefix("domains.")


@pytest.mark.parametrize("package", WITHOUT_SUBJECT)
def test_what_draws_and_keeps_speaks_of_no_subject(package: str) -> None:
    """No file of these packages names a subject: what is said of one comes from its domain."""
    files = [path for path in (SOURCE / "runbooklab" / package).rglob("*.*") if path.suffix != ".pyc"]
    assert files
    assert {
        path.name for path in files if _SUBJECT.search(path.read_text()) and path.name not in NAMES_A_SUBJECT
    } == set()


_SUBJECT = re.compile("redis|docker|worker", re.IGNORECASE)


def test_a_domain_builds_on_those_before_it(imports: frozenset[Import]) -> None:
    """A domain imports the core and the domains that stand before it in the chain."""
    _is_as_listed(
        (
            f"{_short_domain(found.importer)} -> {_short_domain(found.module)}"
            for found in imports
            if _domain(found.importer) and _domain(found.module)
            and DOMAINS.index(_domain(found.importer)) < DOMAINS.index(_domain(found.module))
        ),
        BETWEEN_DOMAINS,
    )  # fmt: skip


def test_private_names_stay_in_their_package(imports: frozenset[Import]) -> None:
    """A name with a leading underscore is used by its own package alone."""
    _is_as_listed(
        (
            f"{found.importer} -> {found.module}.{found.name}".rstrip(".")
            for found in imports
            if _package(found.importer) != _package(found.module)
            and any(_is_private(part) for part in (*found.module.split("."), found.name))
        ),
        PRIVATE,
    )


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def test_every_kind_of_import_is_seen(tmp_path: Path) -> None:
    """The reader sees an import in a function, one for types, and a name taken through a module."""
    package = tmp_path / "house"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("def f():\n    from house.b import thing\n")
    (package / "b.py").write_text("if TYPE_CHECKING:\n    from house import c\n")
    (package / "c.py").write_text("import house.a as first\nfirst._hidden\n")
    found = imports_of(tmp_path, "house")
    assert found == {
        Import("house.a", "house.b", "thing"),
        Import("house.b", "house.c", ""),
        Import("house.c", "house.a", ""),
        Import("house.c", "house.a", "_hidden"),
    }
    edges = {one.importer: frozenset({one.module}) for one in found}
    assert circles(edges) == [("house.a", "house.b", "house.c")]


def test_a_list_may_only_shrink() -> None:
    """What is not listed and what is listed in vain both fail."""
    _is_as_listed(["a -> b"], "a -> b")
    for found, listed in ((["a -> b"], ""), ([], "a -> b")):
        with pytest.raises(AssertionError):
            _is_as_listed(found, listed)
