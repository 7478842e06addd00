"""``runbook bundle``: one zip of an incident."""

from __future__ import annotations

from pathlib import Path

import click

from runbooklab.commands.output import to_stdout


@click.command()
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path))
@click.option("--incident", metavar="ID", help="All stored runs of this incident.")
@click.option(
    "--reports",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The reports folder that --incident searches.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="The zip to write.")
@click.option("--unchecked", is_flag=True, help="Write it even if something looks like a secret.")
def bundle(
    runs: tuple[Path, ...], incident: str | None, reports: Path | None, output: Path | None, unchecked: bool
) -> None:
    """Put RUNS into one zip: reports, evidence, an index.html that lists them, SHA256SUMS.

    Each of RUNS is a run's folder, or the diagnosis.json or report.html of one. The same runs give the same
    bytes. If something looks like a secret, no zip is written, and one line says where it is. The zip's path
    is printed; without -o it is named after the incident and written to the current folder.

    \b
    Examples:
      runbook bundle --incident INC-42
      runbook bundle reports/redis-connection/20260301T12* -o INC-42.zip
    """
    from runbooklab.archive.bundle import bundle as make
    from runbooklab.archive.bundle import name_of
    from runbooklab.archive.stored import read_run
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic

    if reports and not incident:
        raise click.UsageError("--reports needs --incident")
    paths = [*runs, *(_of_incident(incident, reports) if incident else ())]
    if not paths:
        raise click.UsageError("nothing to bundle: name runs, or an incident with --incident")
    stored = [read_run(path) for path in paths]
    target = output or Path(name_of(stored))
    data = make(stored, unchecked=unchecked)
    try:
        write_atomic(target, data)
    except OSError as error:
        hint = "name another file with -o"
        raise UserError(f"cannot be written: {error.strerror or error}", target, hint=hint) from None
    to_stdout(f"{target}\n".encode(errors="surrogateescape"))


def _of_incident(incident: str, reports: Path | None) -> list[Path]:
    from runbooklab.archive.bundle import runs_of
    from runbooklab.authoring.project import find_suite
    from runbooklab.commands.target_options import reports_folder
    from runbooklab.errors import UserError

    folder = reports or reports_folder(find_suite(Path.cwd()), None)
    found = runs_of(incident, folder)
    if not found:
        raise UserError(f"holds no run of incident {incident!r}", folder, hint="name another with --reports")
    return found
