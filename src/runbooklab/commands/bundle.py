"""``runbook bundle``: one zip of an incident."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbooklab.commands.output import to_stderr, to_stdout
from runbooklab.commands.target_options import incident_option

if TYPE_CHECKING:
    from runbooklab.archive.bundled import Kept


@click.command(short_help="Put runs, or all of an incident, into one zip.")
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path))
@incident_option("All that belongs to this incident: notebooks, acts, runs.")
@click.option(
    "--reports",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The reports folder that --incident searches.",
)
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where the incidents' folders are, if `runbook open` was given one.",
)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="The zip to write.")
@click.option("--unchecked", is_flag=True, help="Write it even if something looks like a secret.")
def bundle(
    runs: tuple[Path, ...],
    incident: str | None,
    reports: Path | None,
    folder: Path | None,
    output: Path | None,
    unchecked: bool,
) -> None:
    """Put RUNS, or all of an incident, into one zip, with an index.html that lists them and SHA256SUMS.

    Each of RUNS is a run's folder, or the diagnosis.json or report.html of one. An incident also has its
    working notebooks as they were saved, each with its incident report, and audit.jsonl; a notebook
    that cannot be read is left out, and one line on stderr and one in the index say so.

    The same files give the same bytes. If something looks like a secret, no zip is written, and one line
    says where it is. The zip's path is printed; without -o it is named after the incident and
    written to the current folder.

    \b
    Examples:
      runbook bundle --incident INC-42
      runbook bundle reports/redis-connection/20260301T12* -o INC-42.zip
    """
    from runbooklab.archive.bundle import bundle as make
    from runbooklab.archive.bundle import name_of
    from runbooklab.archive.bundled import NOTHING
    from runbooklab.archive.stored import read_run
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic

    if (reports or folder) and not incident:
        raise click.UsageError("--reports and --dir need --incident")
    if not (runs or incident):
        raise click.UsageError("nothing to bundle: name runs, or an incident with --incident")
    found, kept = _of_incident(incident, reports, folder) if incident else ([], NOTHING)
    stored = [read_run(path) for path in (*runs, *found)]
    target = output or Path(name_of(stored, incident or ""))
    data = make(stored, kept, unchecked=unchecked)
    try:
        write_atomic(target, data)
    except OSError as error:
        hint = "name another file with -o"
        raise UserError(f"cannot be written: {error.strerror or error}", target, hint=hint) from None
    to_stdout(f"{target}\n".encode(errors="surrogateescape"))


def _of_incident(incident: str, reports: Path | None, parent: Path | None) -> tuple[list[Path], Kept]:
    """Its stored runs, and what its folder keeps; what could not be taken is said.

    Raises :class:`UserError` if there is nothing.
    """
    from runbooklab.archive.bundle import runs_of
    from runbooklab.archive.bundled import NOTHING
    from runbooklab.authoring.project import find_suite
    from runbooklab.commands.target_options import reports_folder
    from runbooklab.errors import UserError
    from runbooklab.incident.folder import INCIDENTS, places

    stored = reports or reports_folder(find_suite(Path.cwd()), None)
    runs, kept = runs_of(incident, stored), NOTHING
    if place := places(parent or stored / INCIDENTS).get(incident):
        from runbooklab.jupyter.kept_for_bundle import kept_in

        kept = kept_in(place)
    for problem in kept.problems:
        to_stderr(str(problem))
    if not (runs or kept.parts):
        readable = " that can be read" if kept.problems else ""
        hint = "name another folder with --reports or --dir, or see `runbook incident`"
        raise UserError(f"holds nothing of incident {incident!r}{readable}", stored, hint=hint)
    return runs, kept
