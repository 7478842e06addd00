"""What the documents say is so: every command line parses, every dependency has its line."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

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
                for part in re.split(r"&&|\|\||;", line.partition("  #")[0]):
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
