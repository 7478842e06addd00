"""Which part of the program may know which: one table of floors, on which the core stands."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import runbooklab.execution
import runbooklab.files
import runbooklab.redaction
from import_graph import Import, circles, imports_of
from runbooklab.domain.registry import PROBES
from runbooklab.domain.rules import Rules
from runbooklab.domains import BUILT_IN

SOURCE = Path(__file__).resolve().parents[2] / "src"

#: The core, floor by floor from the ground: a package imports itself and what stands on the floors below.
FLOORS = (
    ("errors", "lazy_exports", "slow_imports", "words", "domains"),  # of the domains, their names alone
    ("files",),
    ("model",),
    ("redaction",),
    ("shell",),
    ("domain",),
    ("observe",),
    ("diagnosis",),
    ("apply", "authoring"),
    ("report", "importing"),
    ("archive",),
    ("incident",),
    ("notebook",),
    ("session", "execution", "lab"),
    ("testing", "jupyter"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
FLOOR = {package: number for number, floor in enumerate(FLOORS) for package in floor}

#: What of the core a domain may import; its drills may import the lab as well.
OPEN_TO_DOMAINS = {
    "errors",
    "words",
    "files",
    "model",
    "redaction",
    "shell",
    "domain",
    "observe",
    "diagnosis",
}

#: Packages that draw, keep and run what they are given.
WITHOUT_SUBJECT = ("report", "archive", "execution")


#: What opens a connection, each with its own closed way to say something on it; all else goes through them.
OPENS_CONNECTIONS = {
    "observe/net/connect.py",
    "observe/net/dns.py",
    "domains/endpoint/probes/wire.py",
    "domains/generic/probes/dns.py",
    "domains/generic/probes/reach.py",
    "domains/grpc/probes/guard.py",
    "domains/ports/probes/sock_diag.py",
    "domains/redis/probes/from_container.py",
    "domains/redis/probes/redis_guard.py",
}


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
    assert (
        _told(
            found
            for found in core
            if _package(found.importer) != _package(found.module)
            and FLOOR[_package(found.importer)] <= FLOOR[_package(found.module)]
        )
        == set()
    )


def test_the_core_knows_no_domain(imports: frozenset[Import]) -> None:
    """No module of the core imports one of a domain."""
    assert _told(found for found in imports if _domain(found.module) and not _domain(found.importer)) == set()


@pytest.mark.parametrize("package", WITHOUT_SUBJECT)
def test_what_is_given_its_subject_names_none(package: str) -> None:
    """No file of these packages speaks of a subject: what is said of one comes from its domain."""
    files = [path for path in (SOURCE / "runbooklab" / package).rglob("*.*") if path.suffix != ".pyc"]
    assert files
    assert {path.name for path in files if _SUBJECT.search(path.read_text())} == set()


_SUBJECT = re.compile("redis|docker|worker", re.IGNORECASE)


def test_no_code_of_the_core_speaks_of_redis() -> None:
    """Of Redis and its clients only an example speaks, in a docstring or a comment.

    ``redaction`` is left out: it knows how everybody writes secrets down, Redis too.
    """
    files = [
        path
        for path in (SOURCE / "runbooklab").rglob("*.py")
        if path.relative_to(SOURCE / "runbooklab").parts[0] not in ("domains", "redaction")
    ]
    assert files
    assert {path.name for path in files if _REDIS.search("\n".join(_code(path.read_text())))} == set()


_REDIS = re.compile("redis|valkey|orchestrator", re.IGNORECASE)


def _code(source: str) -> Iterator[str]:
    """The names and the texts in Python source, without its docstrings and comments."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
        names = (getattr(node, field, None) for field in ("id", "attr", "name", "arg", "module"))
        yield from (name for name in names if isinstance(name, str))


def test_code_is_told_from_what_is_said_of_it() -> None:
    """A name, a parameter and a text are code; a docstring and a comment are not."""
    source = '"""Of Redis."""\ndef find(host):  # in Redis\n    """In Redis."""\n    return host.port + "x"\n'
    assert set(_code(source)) == {"find", "host", "port", "x"}


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_domain_builds_on_the_domains_it_uses(imports: frozenset[Import], name: str) -> None:
    """It imports itself, the domains that it declares to use and those that they use."""
    may = {domain.name.removesuffix(PROBES) for domain in Rules.of([name]).domains}
    assert (
        _told(
            found
            for found in imports
            if _domain(found.importer) == name and _domain(found.module) and _domain(found.module) not in may
        )
        == set()
    )


def test_a_domain_knows_nothing_that_runs_or_draws_it(imports: frozenset[Import]) -> None:
    """Of the core a domain imports what it is made of: no report, no notebook, no command."""
    assert (
        _told(
            found
            for found in imports
            if _domain(found.importer)
            and not _domain(found.module)
            and _package(found.module) not in OPEN_TO_DOMAINS
            and not (_package(found.module) == "lab" and ".lab" in found.importer)
        )
        == set()
    )


def test_private_names_stay_in_their_package(imports: frozenset[Import]) -> None:
    """A name with a leading underscore is used by its own package alone."""
    assert (
        _told(
            found
            for found in imports
            if _package(found.importer) != _package(found.module)
            and any(_is_private(part) for part in (*found.module.split("."), found.name))
        )
        == set()
    )


@pytest.mark.parametrize(
    "package", [runbooklab.execution, runbooklab.files, runbooklab.redaction], ids=lambda door: door.__name__
)
def test_a_package_with_public_names_is_used_by_them_alone(
    imports: frozenset[Import], package: ModuleType
) -> None:
    """Others import what its ``__all__`` lists, from the package itself; each of the names can be had."""
    name = package.__name__.removeprefix("runbooklab.")
    public = {f"{name}.{each}" for each in package.__all__}
    used = [found for found in imports if _package(found.module) == name != _package(found.importer)]
    assert used
    assert (
        _told(found for found in used if public.isdisjoint((found.module, f"{found.module}.{found.name}")))
        == set()
    )
    assert [each for each in package.__all__ if not hasattr(package, each)] == []


def _told(crossing: Iterable[Import]) -> set[str]:
    return {f"{found.importer} -> {found.module}.{found.name}".rstrip(".") for found in crossing}


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
    edges = {each.importer: frozenset({each.module}) for each in found}
    assert circles(edges) == [("house.a", "house.b", "house.c")]


def test_connections_are_opened_where_the_architecture_says() -> None:
    """What reaches out is a short list, and docs/architecture.md names each of it; drills open their own."""
    package, page = SOURCE / "runbooklab", (SOURCE.parent / "docs" / "architecture.md").read_text()
    opening = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "lab" not in path.relative_to(package).parts
        and re.search(r"socket\.(socket|create_connection)\(", path.read_text())
    }
    assert opening == OPENS_CONNECTIONS
    assert not [path for path in opening if f"`{path}`" not in page]
