"""``runbook verify``: whether a run's files are unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runbooklab.archive.verify import Part

#: State of the files -> exit status.
STATUS = {"as written": 0, "changed": 2, "not told": 3}


@click.command(short_help="Say whether a report or a run is as it was written.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was compared as JSON.")
def verify(file: Path, as_json: bool) -> int:
    """Say whether FILE is as the run wrote it, and which part was changed.

    FILE is a report.html, a report.ipynb, a diagnosis.json, an evidence.json or a run's folder. Only these
    files are read. The digests have no key: a changed byte is found, but not that somebody
    sealed a changed run again. Exit status: 0 as written, 2 changed, 3 not ours or not readable.

    \b
    Examples:
      runbook verify reports/redis-connection/20260301T120000Z-1a2b3c4d
      runbook verify report.html --json
    """
    from runbooklab.archive.verify import verify as compare
    from runbooklab.redaction import visible

    found = compare(file)
    if as_json:
        from runbooklab.commands.output import to_stdout
        from runbooklab.model.as_json import as_json as encode

        to_stdout(encode(found))
    else:
        for part in found.parts:
            click.echo(visible(_line(part)))
    return STATUS[found.state]


def _line(part: Part) -> str:
    detail = f" ({part.detail})" if part.detail else ""
    return f"{part.file}: {part.part}: {part.state}{detail}"
