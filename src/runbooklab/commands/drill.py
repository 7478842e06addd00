"""``runbook drill``: inject faults one after another and see whether each is named."""

from __future__ import annotations

from collections.abc import Iterable

import click


@click.command()
@click.argument("faults", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Write the results to stdout as JSON.")
@click.option("--mend", is_flag=True, help="Apply the remedy of the named cause, and look again.")
def drill(faults: tuple[str, ...], as_json: bool, mend: bool) -> int:
    """Inject each of FAULTS, look, and compare the named cause with the injected one; then restore.

    FAULTS are ids from `runbook lab list`, a cause's id for all its faces, or `all`. Exit status: 0 where
    every one was named first and no healthy target raised an alarm, else 2.

    \b
    Example:
      runbook drill container-stopped loading
      runbook drill --mend container-paused
      runbook drill all
    """
    import msgspec

    from runbooklab.commands.lab import engine, lab_image
    from runbooklab.commands.output import to_stdout
    from runbooklab.lab.cases import cases_named
    from runbooklab.lab.drill import Result, drills
    from runbooklab.lab.sweep import sweep

    cases = cases_named(faults)
    results: list[Result] = []
    with engine() as client:
        sweep(client)
        for result in drills(cases, client, lab_image(client), mend=mend):
            results.append(result)
            click.echo(_line(result), err=as_json)
    if as_json:
        plain = [msgspec.structs.replace(result, evidence=None) for result in results]
        to_stdout(msgspec.json.format(msgspec.json.encode(plain)) + b"\n")
    right = sum(result.right for result in results)
    click.echo(f"{right} of {len(results)} right{_times(results)}", err=True)
    return 0 if right == len(results) else 2


def _line(result: object) -> str:
    from runbooklab.lab.drill import Result

    assert isinstance(result, Result)
    mark = "right" if result.right else "WRONG"
    said = result.failed or ", ".join(result.supported) or "no cause"
    line = f"{mark}  {result.case:<42}  {result.looked_in_s:5.2f} s  {result.verdict or 'failed'}: {said}"
    return f"{line}; mended by {result.remedy}: {result.mended}" if result.remedy else line


def _times(results: Iterable[object]) -> str:
    from statistics import median

    seconds = [getattr(result, "looked_in_s", 0.0) for result in results]
    return f", named within {median(seconds):.2f} s (median), {max(seconds):.2f} s at most" if seconds else ""
