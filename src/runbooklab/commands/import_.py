"""``runbook import``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runbooklab.importing.folder import Result
    from runbooklab.importing.judging import TableJudge
    from runbooklab.importing.reimport import Outcome
    from runbooklab.importing.report import Row

COULD_NOT = 3
#: Most files and bytes of one import.
MOST_FILES = 5_000
MOST_BYTES = 64 << 20
#: Folders that hold no runbooks of their own.
_SKIPPED = frozenset(("node_modules", "vendor"))


@click.command(name="import")
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE|DIR")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the runbooks are written; without it, the project's runbooks/.",
)
@click.option("--plan", is_flag=True, help="Write nothing; list what each block would become, and why.")
@click.option("--inline", is_flag=True, help="Take commands in the running text of lists, too.")
def import_(source: Path, output: Path | None, plan: bool, inline: bool) -> int:
    """Turn Markdown runbooks of any origin into live ones.

    A command that only reads becomes a check, a command that changes something a remedy if it stands under a
    heading such as Mitigation; all else stays text, with a line that says why. Nothing is run, and no
    connection is opened. Imported a second time, a runbook is replaced only if nobody has edited it.

    \b
    Examples:
      runbook import ../wiki/disk-full.md
      runbook import ../wiki/runbooks --plan
      runbook import ../wiki/runbooks -o runbooks
    """
    from runbooklab.importing.folder import import_all

    folder = _folder(output) if not plan else output
    results = import_all(_files(source, folder), _judge(), inline)
    if plan:
        _print_plan(results)
        return COULD_NOT if any(result.failure for result in results) else 0
    assert folder is not None
    failed = sum([_write(result, folder) for result in results])
    _print_report(results, is_folder=source.is_dir())
    if not inline and len(results) == 1:
        _say_inline(results[0], source)
    return COULD_NOT if failed else 0


def _folder(output: Path | None) -> Path:
    """Where runbooks go; raises :class:`UserError` if there is no project and no folder was named."""
    from runbooklab.authoring.project import find_suite
    from runbooklab.errors import UserError

    if output is not None:
        return output
    here = Path.cwd()
    suite = find_suite(here)
    if suite.root not in (here, *here.parents):
        raise UserError(
            f"{here} is in no project",
            hint="make folders runbooks/ and configs/ here first, or name a folder with -o",
        )
    return suite.root / "runbooks"


def _files(source: Path, output: Path | None) -> dict[str, bytes]:
    """The Markdown files by their relative paths; raises :class:`UserError`."""
    from runbooklab.errors import UserError
    from runbooklab.files import limit_in_words, read_of_user
    from runbooklab.importing.source import MOST_SOURCE

    if not source.is_dir():
        return {
            source.name: read_of_user(source, "name a Markdown file, or a folder of such files", MOST_SOURCE)
        }
    paths = list(_markdown_below(source, output))
    if not paths:
        raise UserError("holds no Markdown file", source, hint="name a folder with *.md files")
    if len(paths) > MOST_FILES:
        raise UserError(f"holds more than {MOST_FILES:,} files", source, hint="import its folders one by one")
    files: dict[str, bytes] = {}
    total = 0
    for path in paths:
        data = read_of_user(path, "leave it out, or split it", MOST_SOURCE)
        total += len(data)
        if total > MOST_BYTES:
            limit = limit_in_words(MOST_BYTES)
            raise UserError(
                f"holds more than {limit} of Markdown", source, hint="import its folders one by one"
            )
        files[path.relative_to(source).as_posix()] = data
    return files


def _markdown_below(source: Path, output: Path | None) -> Iterator[Path]:
    """All ``*.md`` below a folder; nothing hidden, no link to a folder, and not what import itself writes."""
    own = output.resolve() if output is not None else None
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _SKIPPED and (Path(folder) / name).resolve() != own
        )
        for name in sorted(names):
            path = Path(folder) / name
            if name.lower().endswith(".md") and not name.startswith(".") and path.is_file():
                yield path


def _write(result: Result, folder: Path) -> bool:
    """Writes a runbook; whether it failed."""
    from runbooklab.commands.output import to_stderr
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic
    from runbooklab.redaction import visible

    if result.imported is None:
        to_stderr(f"runbook: {result.failure}")
        return True
    path = folder / f"{result.slug}.md"
    found = _outcome(path, result)
    for line in found.difference:
        click.echo(visible(line))
    if not found.writes:
        to_stderr(f"{'runbook: ' if found.failed else ''}{path}: {found.message}")
        return found.failed
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)  # another import may make it in this moment
        write_atomic(path, result.imported.text)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None
    click.echo(path)
    return False


def _outcome(path: Path, result: Result) -> Outcome:
    from runbooklab.authoring.frontmatter import read_text
    from runbooklab.importing.reimport import outcome

    assert result.imported is not None
    there = read_text(path) if path.exists() else None
    return outcome(there, result.imported.text, result.name)


def _print_plan(results: Sequence[Result]) -> None:
    from runbooklab.commands.output import to_stderr
    from runbooklab.importing.report import listing, summary
    from runbooklab.redaction import visible

    for result in results:
        if result.imported is None:
            to_stderr(f"runbook: {result.failure}")
            continue
        for line in listing(result.name, result.imported.rows):
            click.echo(visible(line))
        click.echo(f"{result.slug}: {summary(result.imported.rows)}")
    if len(results) > 1:
        click.echo(f"all: {summary(_all_rows(results))}")


def _print_report(results: Sequence[Result], *, is_folder: bool) -> None:
    """Of one file each block; of a folder a line for each file."""
    from runbooklab.commands.output import to_stderr
    from runbooklab.importing.report import listing, summary

    for result in results:
        if result.imported is None:
            continue
        if not is_folder:
            for line in listing(result.name, result.imported.rows):
                to_stderr(line)
        to_stderr(f"{result.slug}: {summary(result.imported.rows)}")
    if is_folder:
        to_stderr(f"all: {summary(_all_rows(results))}")
    elif results[0].imported is not None:
        to_stderr(f"Read it, then: runbook lint && runbook build && runbook open {results[0].slug}")


def _say_inline(result: Result, source: Path) -> None:
    """What --inline would add to a runbook in which no block became a check."""
    from runbooklab.commands.output import to_stderr
    from runbooklab.importing.folder import import_all
    from runbooklab.words import plural

    if result.imported is None or _checks(result):
        return
    again = import_all(_files(source, None), _judge(), inline=True)
    if number := sum(map(_checks, again)):
        to_stderr(f"With --inline, {plural(number, 'command')} in its running text would become live checks.")


def _checks(result: Result) -> int:
    return sum(row.became == "check" for row in result.imported.rows) if result.imported else 0


def _judge() -> TableJudge:
    """The table that decides when a check runs here: with what the project adds to it."""
    from runbooklab.authoring.project import find_suite
    from runbooklab.importing.judging import TableJudge
    from runbooklab.shell.programs import built_in_programs
    from runbooklab.shell.project_rows import widened

    project = find_suite(Path.cwd()).root
    return TableJudge(widened(built_in_programs(), project / "configs" / "commands.yaml"), project)


def _all_rows(results: Iterable[Result]) -> Iterator[Row]:
    return (row for result in results if result.imported is not None for row in result.imported.rows)
