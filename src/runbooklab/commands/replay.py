"""``runbook replay``: a stored run judged again by today's rules; no target is contacted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runbooklab.archive.replay import Change, Replay


@click.command(short_help="Judge a stored run again by today's rules.")
@click.argument("run_folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print changes and diagnosis as JSON.")
def replay(run_folder: Path, as_json: bool) -> int:
    """Judge the evidence in RUN_FOLDER again by today's rules, and show what changed.

    Reads evidence.json and diagnosis.json there and nothing else, and writes nothing. Exit status, by
    the new verdict: 0 ok, 1 warning, 2 critical, 3 unknown or could not be read.

    \b
    Example:
      runbook replay reports/redis-connection/20260301T120000Z-1a2b3c4d
    """
    from runbooklab.archive.replay import replay as judge
    from runbooklab.model.conclusions import EXIT_STATUS

    result = judge(run_folder)
    if as_json:
        from runbooklab.commands.output import to_stdout
        from runbooklab.model.as_json import as_json as encode

        to_stdout(encode(result))
    else:
        _print(result)
    return EXIT_STATUS[result.diagnosis.verdict]


def _print(result: Replay) -> None:
    from runbooklab import __version__
    from runbooklab.redaction import visible

    by = f"judged by {result.judged_by or 'an unknown version'}, now by {__version__}"
    lines = [f"{result.diagnosis.verdict.upper()}: {result.diagnosis.summary}", f"run {result.run_id}, {by}"]
    lines += map(_line, result.changes) if result.changes else ["nothing changed"]
    for line in lines:
        click.echo(visible(line))


def _line(change: Change) -> str:
    name = f"{change.what} {change.id}".rstrip()
    return f"  {name}: {change.was or 'none'} -> {change.now or 'none'}"
