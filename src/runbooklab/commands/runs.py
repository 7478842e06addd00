"""``runbook runs`` and ``runbook prune``: list the stored runs, and remove old ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runbooklab.commands.target_options import incident_option

if TYPE_CHECKING:
    from runbooklab.archive.entry import Entry
    from runbooklab.archive.retention import Limits, Plan

REPORTS = click.option(
    "--reports",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The reports folder, if not the project's.",
)


@click.command(short_help="List the stored runs, the newest first.")
@click.argument("slug", required=False)
@click.option(
    "--verdict",
    type=click.Choice(("ok", "warning", "critical", "unknown")),
    help="Only runs with this verdict.",
)
@incident_option("Only runs of this incident.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="The most runs to list, newest first.",
)
@click.option("--json", "as_json", is_flag=True, help="Write them to stdout as JSON.")
@REPORTS
def runs(
    slug: str | None,
    verdict: str | None,
    incident: str | None,
    limit: int,
    as_json: bool,
    reports: Path | None,
) -> None:
    """List the stored runs, the newest first; of one runbook if SLUG is given.

    \b
    Examples:
      runbook runs
      runbook runs redis-connection --verdict critical --limit 5
    """
    from runbooklab.commands.output import to_stdout

    folder, found = _runs(reports, slug)
    wanted = [
        entry
        for entry in found
        if entry.is_read and verdict in (None, entry.verdict) and incident in (None, entry.incident)
    ][:limit]
    if as_json:
        to_stdout(_json(wanted))
        return
    width = max((len(entry.target) for entry in wanted), default=0)
    for entry in wanted:
        target = f"{entry.target:<{width}}  " if width else ""
        text = f"{entry.verdict:<8}  {entry.folder}  {target}{entry.cause or entry.summary}"
        to_stdout(f"{_line(text)}\n".encode())
    if not wanted:
        click.echo(f"no runs in {folder}", err=True)


@click.command()
@click.argument("slug", required=False)
@click.option(
    "--keep", type=click.IntRange(0), metavar="N", help="Keep the newest N of each runbook and target."
)
@click.option("--older-than", metavar="AGE", help="Remove runs older than this, such as 90d, 12h or 8w.")
@click.option(
    "--max-size",
    metavar="SIZE",
    help="Remove the oldest until all together take no more than this, such as 2GB.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--json", "as_json", is_flag=True, help="Write what is removed to stdout as JSON.")
@REPORTS
def prune(
    slug: str | None,
    keep: int | None,
    older_than: str | None,
    max_size: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    reports: Path | None,
) -> None:
    """Remove old stored runs, of one runbook if SLUG is given.

    A run beyond any of the limits is removed for good. Runs that belong to an incident always stay, and
    so does anything that is not a run, cannot be read, or has another file beside its report: add one to
    pin a run. The command lists what it removes and asks first; without a terminal it needs --yes.

    \b
    Examples:
      runbook prune --keep 500 --older-than 90d --dry-run
      runbook prune redis-connection --max-size 2GB --yes
    """
    from runbooklab.archive.retention import measured, plan
    from runbooklab.commands.output import to_stdout
    from runbooklab.errors import UserError
    from runbooklab.words import plural, size

    limits = _limits(keep, older_than, max_size)
    folder, listed = _runs(reports, slug)
    found, pinned = measured(folder, listed)
    planned = plan(found, limits, pinned=pinned)
    for entry in planned.gone:
        click.echo(_line(f"{entry.verdict:<8}  {entry.folder}  {size(entry.size_bytes)}"), err=True)
    click.echo(f"{plural(len(planned.gone), 'run')}, {size(planned.size_bytes)}{_staying(planned)}", err=True)
    gone: Sequence[Entry] = planned.gone
    problems: list[str] = []
    if gone and not dry_run:
        _confirm(yes)
        gone, problems = _removed(folder, gone)
    if as_json:
        to_stdout(_json(gone))
    if problems:
        raise UserError(f"{len(problems)} could not be removed: {problems[0]}")


def _removed(folder: Path, planned: Sequence[Entry]) -> tuple[Sequence[Entry], list[str]]:
    """The runs that are removed now, and a sentence for each that could not be."""
    from runbooklab.archive.index_page import rebuild
    from runbooklab.archive.retention import remove
    from runbooklab.words import plural, size

    gone, problems = remove(folder, planned)
    rebuild(folder)
    freed = size(sum(entry.size_bytes for entry in gone))
    click.echo(f"removed {plural(len(gone), 'run')}, {freed}", err=True)
    return gone, problems


def _staying(planned: Plan) -> str:
    """The runs beyond the limits that stay, in words."""
    from runbooklab.words import plural

    staying = ((planned.of_incidents, "of incidents"), (planned.pinned, "with other files in their folders"))
    return "".join(f"; {plural(number, 'run')} {what} stay" for number, what in staying if number)


def _runs(reports: Path | None, slug: str | None) -> tuple[Path, list[Entry]]:
    from runbooklab.archive.index import entries
    from runbooklab.authoring.project import find_suite
    from runbooklab.commands.target_options import reports_folder
    from runbooklab.errors import UserError

    folder = reports or reports_folder(find_suite(Path.cwd()), None)
    if reports is None and not folder.exists():  # nothing was run here yet
        return folder, []
    if not folder.is_dir():
        raise UserError("is not a folder", folder, hint="name the reports folder with --reports")
    return folder, [entry for entry in entries(folder) if slug in (None, entry.folder.partition("/")[0])]


def _limits(keep: int | None, older_than: str | None, max_size: str | None) -> Limits:
    from runbooklab.archive.retention import Limits, age, size

    if keep is None and older_than is None and max_size is None:
        raise click.UsageError("say what to keep: --keep, --older-than or --max-size")
    return Limits(keep, _read(age, "--older-than", older_than), _read(size, "--max-size", max_size))


def _read(reader: Callable[[str], Any], option: str, text: str | None) -> Any:
    if text is None:
        return None
    try:
        return reader(text)
    except ValueError as error:
        raise click.UsageError(f"{option} {text!r}: {error}") from None


def _confirm(yes: bool) -> None:
    from runbooklab.errors import UserError

    if yes:
        return
    if not sys.stdin or not sys.stdin.isatty():
        raise UserError("nothing was removed: there is no terminal to confirm on", hint="add --yes")
    if not click.confirm("Remove them for good?", err=True):
        raise UserError("nothing was removed")


def _json(found: Sequence[Entry]) -> bytes:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(found)) + b"\n"


def _line(text: str) -> str:
    """One line without control characters."""
    from runbooklab.redaction import visible

    return " ".join(visible(text).split(" "))
