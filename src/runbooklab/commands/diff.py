"""``runbook diff``: two stored runs compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbooklab.commands.output import to_stdout

if TYPE_CHECKING:
    from runbooklab.archive.comparison import Change, Comparison


@click.command()
@click.argument("run1", type=click.Path(path_type=Path))
@click.argument("run2", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Write a page as well.")
def diff(run1: Path, run2: Path, as_json: bool, page: Path | None) -> int:
    """Compare RUN2 with RUN1, such as after and before a fix.

    Each is a run's folder, or the diagnosis.json or report.html of one: verdicts, causes, findings,
    numbers, and the identity of the target. The target itself is not touched. Exit status: 0 compared, 3 not.

    \b
    Examples:
      runbook diff reports/redis-connection/20260301T12* --json
      runbook diff before.html after.html --html difference.html
    """
    from runbooklab.archive.comparison import compare
    from runbooklab.archive.stored import read_run

    before, after = read_run(run1), read_run(run2)
    comparison = compare(before.diagnosis, before.evidence, after.diagnosis, after.evidence)
    if page is not None:
        write_page(page, comparison)
    if as_json:
        from runbooklab.model.as_json import as_json as encode

        to_stdout(encode(comparison))
    else:
        _print(comparison)
    return 0


def write_page(path: Path, comparison: Comparison) -> None:
    """Write the comparison as a page; raises :class:`UserError` for what looks like a secret in it."""
    from runbooklab.archive.secret_scan import in_words, suspects
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic
    from runbooklab.report.drawing import draw

    data = draw("diff", comparison=comparison).encode()
    if doubtful := suspects({"page.html": data}):
        raise UserError(
            f"what looks like a secret would stand in {in_words(doubtful)}",
            path,
            hint="replace it with `runbook redact`",
        )
    try:
        write_atomic(path, data)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None


def _print(comparison: Comparison) -> None:
    from runbooklab.redaction import visible

    for line in _lines(comparison):
        click.echo(visible(line))


def _lines(comparison: Comparison) -> Iterator[str]:
    from runbooklab.words import plural

    for label, side in (("before", comparison.before), ("after ", comparison.after)):
        yield f"{label}  {side.started_at}  {side.verdict.upper()}: {side.summary}"
    yield from comparison.notes
    if comparison.same:
        yield "nothing has changed"
    for heading, causes in (
        ("no longer supported", comparison.vanished),
        ("newly supported", comparison.appeared),
        ("supported in both runs", comparison.remained),
    ):
        if causes:
            yield f"{heading}:"
            yield from (f"  {cause.id}: {cause.title}" for cause in causes)
    yield from _changes("numbers", comparison.numbers)
    yield from _changes("identity and configuration", comparison.identity)
    if comparison.findings:
        yield "findings:"
        for change in comparison.telling:
            summary = change.now_summary or change.was_summary
            yield f"  {change.id}: {change.was or 'none'} -> {change.now or 'none'}: {summary}"
        if comparison.minor:
            yield f"  {plural(len(comparison.minor), 'more finding')} that applied in one run only"


def _changes(heading: str, changes: Sequence[Change]) -> Iterator[str]:
    """What changed, a line each; what only one run saw, in one line a run."""
    if changes:
        yield f"{heading}:"
    yield from (f"  {change.name}: {change.was} -> {change.now}" for change in changes if change.seen_twice)
    from runbooklab.archive.comparison import NOT_OBSERVED

    once = [change for change in changes if not change.seen_twice]
    seen_before = [f"{change.name} {change.was}" for change in once if change.now == NOT_OBSERVED]
    seen_after = [f"{change.name} {change.now}" for change in once if change.was == NOT_OBSERVED]
    for label, seen in (("before", seen_before), ("after", seen_after)):
        if seen:
            yield f"  observed only {label}: {'; '.join(seen)}"
