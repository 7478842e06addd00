"""``runbook preflight``: the diagnosis in a few lines, without a notebook and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbooklab.commands.output import plan_lines, to_stdout
from runbooklab.commands.target_options import choose, value_options
from runbooklab.domains import DEFAULT_RUNBOOK

if TYPE_CHECKING:
    from runbooklab.authoring.invocation import Invocation
    from runbooklab.model.conclusions import Diagnosis

_MARKS = {"ok": "ok", "warning": "WARNING", "critical": "CRITICAL", "unknown": "unknown"}


@click.command(short_help="Check a target in seconds, without a report.")
@click.argument("slug", default=DEFAULT_RUNBOOK)
@value_options
@click.option("--json", "as_json", is_flag=True, help="Print the diagnosis as JSON.")
def preflight(
    slug: str, pairs: tuple[tuple[str, str], ...], files: tuple[Path, ...], target: str | None, as_json: bool
) -> int:
    """Check a target quickly before you start something that needs it. Writes no report.

    Exit status: 0 ok, 1 warning, 2 critical, 3 unknown or could not run.

    \b
    Examples:
      runbook preflight
      runbook preflight -p redis_url redis://localhost:6380 && ./start-orchestrator
    """
    from runbooklab.model.conclusions import EXIT_STATUS

    diagnosis = _look(choose(slug, pairs, files, target))
    if as_json:
        from runbooklab.model.as_json import as_json as encode

        to_stdout(encode(diagnosis))
    else:
        _print(diagnosis)
    return EXIT_STATUS[diagnosis.verdict]


def _look(invocation: Invocation) -> Diagnosis:
    """Observe and conclude in this process."""
    from runbooklab.execution import parameters_without_secrets
    from runbooklab.notebook.live_run import LiveRun
    from runbooklab.redaction import Vault

    vault = Vault()
    safe = parameters_without_secrets(invocation.values, invocation.secret_names, vault)
    run = LiveRun(
        invocation.slug,
        safe,
        uses=invocation.uses,
        declared=invocation.declarations,
        suite=invocation.suite,
        vault=vault,
    )
    return run.diagnosis()


def _print(diagnosis: Diagnosis) -> None:
    click.echo(f"{diagnosis.verdict.upper()}: {diagnosis.summary}")
    for rung in diagnosis.ladder:
        if rung.status in _MARKS:
            click.echo(f"  {_MARKS[rung.status]:<9}{rung.name}: {rung.summary}")
    for line in plan_lines(diagnosis.primary.remedy if diagnosis.primary else None):
        click.echo(line)
