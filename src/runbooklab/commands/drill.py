"""``runbook drill``: inject faults one after another and see whether each is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from docker import DockerClient

    from runbooklab.lab.drill import Result


@click.command()
@click.argument("faults", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Write the results to stdout as JSON.")
@click.option("--remediate", is_flag=True, help="Apply the remedy of the named cause, and look again.")
@click.option("--mend", is_flag=True, hidden=True, help="The former name of --remediate.")
@click.option(
    "--matrix",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was seen to this Markdown file, cause by cause.",
)
def drill(faults: tuple[str, ...], as_json: bool, remediate: bool, mend: bool, matrix: Path | None) -> int:
    """Inject each of FAULTS, look, and compare the named cause with the injected one; then restore.

    FAULTS are ids from `runbook lab list`, a cause's id for all its faces, or `all`. Exit status: 0 where
    every one was named first and no healthy target raised an alarm, else 2. What this machine lacks the
    means for is skipped, with the reason, and counts as nothing; 3 where that was all.

    \b
    Example:
      runbook drill container-stopped loading
      runbook drill --remediate container-paused
      runbook drill all
      runbook drill all --remediate --matrix docs/fault-matrix.md
    """
    import msgspec

    from runbooklab.commands.lab import engine, lab_image
    from runbooklab.commands.output import to_stdout
    from runbooklab.domains.redis.lab.cases import cases_named
    from runbooklab.domains.redis.lab.embedded_faults import without_engine
    from runbooklab.lab.clean_up import clean_up
    from runbooklab.lab.drill import drills

    cases = cases_named(faults)
    results: list[Result] = []
    with engine() as client:
        clean_up(client)
        if client is None:
            cases = tuple(without_engine(case) for case in cases)
        for result in drills(cases, client, lab_image(client), remediate=remediate or mend):
            results.append(result)
            click.echo(_line(result), err=as_json)
        if matrix:
            _write_matrix(matrix, results, client)
    if as_json:
        plain = [msgspec.structs.replace(result, evidence=None) for result in results]
        to_stdout(msgspec.json.format(msgspec.json.encode(plain)) + b"\n")
    done = [result for result in results if not result.skipped]
    right = sum(result.right for result in done)
    skipped = f"; {len(results) - len(done)} skipped" if len(done) < len(results) else ""
    click.echo(f"{right} of {len(done)} right{_times(done)}{skipped}", err=True)
    if not done:
        return 3
    return 0 if right == len(done) else 2


def _write_matrix(file: Path, results: Sequence[Result], client: DockerClient | None) -> None:
    from runbooklab.errors import UserError
    from runbooklab.files.temporary import write_atomic
    from runbooklab.lab.matrix import now, page, versions_of

    try:
        write_atomic(file, page(results, now(), versions_of(client)))
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror}", hint="name another file") from error
    click.echo(f"written: {file}", err=True)


def _line(result: Result) -> str:
    if result.skipped:
        return f"skip   {result.case:<42}  {result.skipped}"
    mark = "right" if result.right else "WRONG"
    said = result.failed or ", ".join(result.supported) or "no cause"
    line = f"{mark}  {result.case:<42}  {result.looked_in_s:5.2f} s  {result.verdict or 'failed'}: {said}"
    if not result.remediation:
        return line
    harm = f"; HARM: {result.remediation.harm}" if result.remediation.harm else ""
    return f"{line}; {result.remediation.outcome}{harm}"


def _times(results: Iterable[Result]) -> str:
    from statistics import median

    seconds = [result.looked_in_s for result in results]
    return f", named within {median(seconds):.2f} s (median), {max(seconds):.2f} s at most" if seconds else ""
