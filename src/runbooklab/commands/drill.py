"""``runbook drill``: inject faults one by one and see whether each is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from docker import DockerClient

    from runbooklab.lab.drill import Result
    from runbooklab.lab.registry import Drillable


@click.command(short_help="Inject faults, and compare what is named with them.")
@click.argument("faults", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Write the results to stdout as JSON.")
@click.option("--remediate", is_flag=True, help="Apply the remedy of the named cause, and inspect again.")
@click.option("--mend", is_flag=True, hidden=True, help="The former name of --remediate.")
@click.option(
    "--matrix",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was seen to this Markdown file, cause by cause.",
)
def drill(faults: tuple[str, ...], as_json: bool, remediate: bool, mend: bool, matrix: Path | None) -> int:
    """Inject each of FAULTS, inspect, and compare the named cause with the injected one; then restore.

    FAULTS are names from `runbook lab list`, a cause's id for all its variants, a runbook's slug for all its
    faults, or `all`. Exit status: 0 if
    every one was named first and no healthy target raised an alarm, else 2. A fault that
    this machine lacks the means for is skipped, with the reason; 3 if all were skipped.

    \b
    Example:
      runbook drill container-stopped loading
      runbook drill --remediate container-paused
      runbook drill redis-connection:loading
      runbook drill all
      runbook drill all --remediate --matrix docs/fault-matrix.md
    """
    from runbooklab.commands.lab import engine
    from runbooklab.lab.clean_up import clean_up
    from runbooklab.lab.registry import cases_named

    chosen = cases_named(faults)
    with engine({lab.title: lab for lab, _ in chosen}.values()) as client:
        clean_up(client)
        results = _results(chosen, client, remediate=remediate or mend, to_stderr=as_json)
        if matrix:
            _write_matrix(matrix, chosen, results, client)
    if as_json:
        _write_json(results)
    done = [result for result in results if not result.skipped]
    right = sum(result.right for result in done)
    skipped = f"; {len(results) - len(done)} skipped" if len(done) < len(results) else ""
    click.echo(f"{right} of {len(done)} right{_times(done)}{skipped}", err=True)
    if not done:
        return 3
    return 0 if right == len(done) else 2


def _results(
    chosen: Sequence[Drillable], client: DockerClient | None, *, remediate: bool, to_stderr: bool
) -> list[Result]:
    """The drills' results, each printed as soon as it is there."""
    from runbooklab.commands.lab import place_of
    from runbooklab.lab.drill import drills

    places = {lab.title: place_of(lab, client) for lab in {lab.title: lab for lab, _ in chosen}.values()}
    results: list[Result] = []
    for result in drills([(case, places[lab.title]) for lab, case in chosen], remediate=remediate):
        results.append(result)
        click.echo(_line(result), err=to_stderr)
    return results


def _write_matrix(
    file: Path, chosen: Sequence[Drillable], results: Sequence[Result], client: DockerClient | None
) -> None:
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic
    from runbooklab.lab.matrix import Drilled, now, page, versions_of

    drilled: dict[str, Drilled] = {}
    for (lab, _), result in zip(chosen, results, strict=True):
        drilled.setdefault(lab.title, (lab, []))[1].append(result)
    labs = [lab for lab, _ in drilled.values()]
    try:
        write_atomic(file, page(list(drilled.values()), now(), versions_of(labs, client)))
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror}", hint="name another file") from error
    click.echo(f"written: {file}", err=True)


def _write_json(results: Sequence[Result]) -> None:
    import msgspec

    from runbooklab.commands.output import to_stdout

    plain = [msgspec.structs.replace(result, evidence=None) for result in results]
    to_stdout(msgspec.json.format(msgspec.json.encode(plain)) + b"\n")


def _line(result: Result) -> str:
    if result.skipped:
        return f"skip   {result.case:<42}  {result.skipped}"
    mark = "right" if result.right else "WRONG"
    said = result.failed or ", ".join(result.supported) or "no cause"
    line = f"{mark}  {result.case:<42}  {result.diagnosed_in_s:5.2f} s  {result.verdict or 'failed'}: {said}"
    if not result.remediation:
        return line
    harm = f"; HARM: {result.remediation.harm}" if result.remediation.harm else ""
    return f"{line}; {result.remediation.outcome}{harm}"


def _times(results: Iterable[Result]) -> str:
    from statistics import median

    seconds = [result.diagnosed_in_s for result in results]
    return f", named within {median(seconds):.2f} s (median), {max(seconds):.2f} s at most" if seconds else ""
