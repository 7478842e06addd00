"""What the documents say is true: commands parse, dependencies have their lines, named modules exist."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import click
import pytest

from runbooklab.commands.group import runbook

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "runbooks").glob("*.md")),
)


def _command_lines() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for fence in re.findall(r"```(?:bash|console|sh)\n(.*?)```", document.read_text(), re.DOTALL):
            for line in fence.replace("\\\n", " ").splitlines():
                for part in re.split(r"&&|\|\||;|\| xargs (?:-\w \w+ )+", line.partition("  #")[0]):
                    command = part.strip().removeprefix("$ ").removeprefix(".venv/bin/")
                    if command.startswith("runbook "):
                        yield document.name, command


@pytest.mark.parametrize(("document", "line"), sorted(set(_command_lines())))
def test_every_runbook_command_in_the_documents_is_one_the_command_line_takes(
    document: str, line: str
) -> None:
    """A command shown to a reader names a command, options and arguments that exist."""
    words = shlex.split(line)[1:]
    context = click.Context(runbook, info_name="runbook")
    name, command, rest = runbook.resolve_command(context, words)
    assert command is not None, f"{document}: {line}"
    command.make_context(name, list(rest), parent=context)


def test_every_direct_dependency_says_why_it_is_there() -> None:
    """docs/dependencies.md has a row for each requirement of pyproject.toml, and for nothing else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        re.split(r"[<>=!~\[ ]", requirement)[0]
        for group in (project["dependencies"], *project["optional-dependencies"].values())
        for requirement in group
    }
    rows = re.findall(
        r"^\| ([\w.,\- ]+) \| (?!why)", (ROOT / "docs" / "dependencies.md").read_text(), re.MULTILINE
    )
    named = {name.strip() for row in rows for name in row.split(",")}
    assert named == wanted


def test_every_link_to_a_file_in_the_readme_leads_somewhere() -> None:
    """The README names no file that is not there."""
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


PACKAGE = ROOT / "src" / "runbooklab"
#: Builds a package of the reader's own; a test of its own follows it.
OWN_PACKAGE = ROOT / "docs" / "writing-domains.md"
#: Files that a text names and that are not ours.
OTHERS_FILES = {"exceptions.py"}  # redis-py's
OUR_FILES = {file.name for folder in ("src", "tests", "scripts") for file in (ROOT / folder).rglob("*.py")}


def _prose() -> Iterator[tuple[Path, str]]:
    """Each document, and the docstrings of each of our modules."""
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))):
        if path != OWN_PACKAGE:
            yield path, path.read_text()
    scopes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for path in PACKAGE.rglob("*.py"):
        nodes = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, scopes))
        yield path, "\n".join(filter(None, map(ast.get_docstring, nodes)))


def _names_no_file(path: Path, text: str) -> Iterator[str]:
    """The files and, unless they are a user's, the folders named in ``text`` that do not exist."""
    places = (ROOT, PACKAGE, PACKAGE / "domains", path.parent)
    for name in re.findall(r"(?<![\w./<>{-])(?:[\w-]+/)*[\w-]+\.py\b", text):
        if name not in OTHERS_FILES | OUR_FILES and not any((place / name).is_file() for place in places):
            yield name
    if path.suffix == ".py" or path.name in ("architecture.md", "CONTRIBUTING.md"):
        for name in re.findall(r"`((?:[a-z_]+/)+)`", text):
            if not any((place / name).is_dir() for place in places) and not any(PACKAGE.glob(f"**/{name}")):
                yield name


def _names_no_module(text: str) -> Iterator[str]:
    """What ``text`` calls ``runbooklab.x.y`` and is neither a module nor an attribute of one."""
    for name in re.findall(r"(?<![\w.])runbooklab(?:\.[A-Za-z_]\w*)+", text):
        try:
            resolve_name(name)
        except (ImportError, AttributeError):
            yield name


def test_every_module_that_a_text_names_exists() -> None:
    """``name.py``, ``package/`` and ``runbooklab.x.y`` in documents and docstrings are in the tree."""
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in _prose()
        for name in (*_names_no_file(path, text), *_names_no_module(text))
    ]
    assert not wrong
