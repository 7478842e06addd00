"""``runbook export``: other forms of a stored run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbooklab.commands.draft_acts import draft_acts, parent_of_incidents
from runbooklab.commands.format_options import (
    FORMATS,
    format_options,
    print_report,
    text_names,
    with_whole_path,
)
from runbooklab.commands.output import to_stdout

if TYPE_CHECKING:
    from runbooklab.archive.stored import StoredRun
    from runbooklab.report.wanted_texts import WantedTexts

COULD_NOT = 3
HINT = "name another folder with -o"


@click.command(short_help="Write a stored run as short text, PDF or postmortem draft.")
@click.argument("run", type=click.Path(path_type=Path))
@format_options
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="The folder to write to."
)
@click.option(
    "--dir", "incidents", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where the incidents' folders are, if `runbook open` was given one.",
)  # fmt: skip
def export(
    run: Path, formats: frozenset[str], postmortem: bool, output: Path | None, incidents: Path | None
) -> int:
    """Write other forms of the stored RUN: its short text, its PDF, a postmortem draft.

    A PDF is drawn from the run's data; its report.html is not opened. A postmortem draft of a run that
    belongs to an incident also tells what was done from the incident's notebooks, before the run and after.

    RUN is a run's folder, or the diagnosis.json or report.html of one. The files are written beside it
    unless -o names another folder; stdout has the short text if it is asked for, else the files' paths.
    The target is not touched. Exit status: 0 written, 3 not written.

    \b
    Examples:
      runbook export reports/redis-connection/20260301T120000Z-1a2b3c4d --format md,pdf
      runbook export reports/redis-connection/20260301T120000Z-1a2b3c4d --postmortem -o drafts
    """
    from runbooklab.archive.stored import read_run
    from runbooklab.report.wanted_texts import WantedTexts

    if incidents and not postmortem:
        raise click.UsageError("--dir needs --postmortem")
    names = text_names(formats, postmortem)
    if not names and "pdf" not in formats:
        raise click.UsageError("nothing to write: name --format md, --format pdf or --postmortem")
    stored = read_run(run)
    own = run if run.is_dir() else run.parent
    folder = _folder(output or own)
    incident = stored.diagnosis.incident if postmortem else None
    acts = draft_acts(incident, incidents or parent_of_incidents(own)) if incident else ()
    texts = _texts(WantedTexts(names, acts), stored, folder)
    written = [_write(folder / name, data) for name, data in texts.items()]
    printed = "pdf" in formats and _print(stored, folder / FORMATS["pdf"])
    if printed:
        written.append(folder / FORMATS["pdf"])
    if "md" in formats:
        to_stdout(with_whole_path(texts[FORMATS["md"]], stored.page))
    else:
        to_stdout("".join(f"{path}\n" for path in written).encode(errors="surrogateescape"))
    return COULD_NOT if "pdf" in formats and not printed else 0


def _folder(path: Path) -> Path:
    from runbooklab.errors import UserError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot be made: {error.strerror or error}", path, hint=HINT) from None
    return path


def _texts(wanted: WantedTexts, stored: StoredRun, folder: Path) -> dict[str, bytes]:
    """The Markdown files, searched for what must not be written."""
    from runbooklab.archive.secret_scan import in_words, suspects
    from runbooklab.errors import UserError
    from runbooklab.report.texts import text_files

    beside = stored.page is not None and stored.page.absolute() == (folder / FORMATS["html"]).absolute()
    link = FORMATS["html"] if beside else str((stored.page or stored.path).absolute())
    files = text_files(wanted, stored.diagnosis, stored.evidence, stored.notebook(), link)
    if doubtful := suspects(files):
        raise UserError(
            f"what looks like a secret would stand in {in_words(doubtful)}",
            stored.path,
            hint="replace it with `runbook redact`",
        )
    return files


def _write(path: Path, data: bytes) -> Path:
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic

    try:
        write_atomic(path, data)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path, hint=HINT) from None
    return path


def _print(stored: StoredRun, to: Path) -> bool:
    """Print the report, drawn from the run's data: its page may have been changed, and sealed again."""
    from runbooklab.errors import UserError
    from runbooklab.report.page import printable

    try:
        page = printable(stored.diagnosis, stored.evidence, stored.notebook())
    except Exception as error:  # noqa: BLE001 # the notebook may be anybody's
        said = f"{type(error).__name__}: {error}"
        raise UserError(f"cannot be drawn: {said}", stored.path, hint="verify the run") from None
    return print_report(page.encode("utf-8", "backslashreplace"), to)
