"""``runbook build`` and ``runbook lint``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runbooklab.authoring.project import Suite


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a notebook is out of date.")
@click.option(
    "--from-notebook",
    "notebook",
    type=click.Path(path_type=Path),
    metavar="NOTEBOOK",
    help="Carry the edits made in a notebook back into its runbook.",
)
@click.option(
    "--defaults",
    is_flag=True,
    help="With --from-notebook: the values of a run become the runbook's defaults.",
)
@click.option("--force", is_flag=True, help="Discard the edits of the other side.")
def build(check: bool, notebook: Path | None, defaults: bool, force: bool) -> int:
    """Compile the runbooks into notebooks.

    A compiled notebook holds no outputs. If one was run and saved, it is kept in reports/incidents before it
    is compiled again, its secrets replaced. --from-notebook leaves outputs behind, and the values that a run
    or an incident was given.

    \b
    Examples:
      runbook build
      runbook build --check
      runbook build --from-notebook notebooks/redis-connection.ipynb
      runbook build --from-notebook reports/incidents/INC-42/redis-connection.ipynb --defaults
    """
    from runbooklab.authoring.build import build as compile_all
    from runbooklab.authoring.build import from_notebook
    from runbooklab.authoring.project import find_suite

    suite = find_suite(Path.cwd())
    if notebook is not None:
        if check:
            raise click.UsageError("--check and --from-notebook exclude each other")
        path, notes = from_notebook(
            suite, notebook, force=force, as_defaults=defaults, keep=_keeping_outputs(suite)
        )
        for note in notes:
            click.echo(note, err=True)
        click.echo(path)
        return 0
    if defaults:
        raise click.UsageError("--defaults needs --from-notebook")
    drifted = compile_all(suite, check=check, force=force, keep=_keeping_outputs(suite))
    for path in drifted:
        click.echo(_drift(path) if check else path)
    return 3 if check and drifted else 0


def _drift(path: Path) -> str:
    from runbooklab.authoring.build import holds_outputs

    if holds_outputs(path):
        return f"{path}: holds the outputs of a run; `runbook build` keeps them in reports/incidents"
    return f"{path}: does not match its runbook; run `runbook build`"


def _keeping_outputs(suite: Suite) -> Callable[[Path], None]:
    """What keeps a notebook's outputs before it is compiled over, and says where."""
    from runbooklab.commands.target_options import reports_folder

    def keep(notebook: Path) -> None:
        from runbooklab.incident.folder import INCIDENTS
        from runbooklab.incident.kept_outputs import keep_outputs

        kept = keep_outputs(suite, notebook, reports_folder(suite, None) / INCIDENTS)
        click.echo(f"{notebook.name} was run and saved: that is kept in {kept}", err=True)

    return keep


@click.command()
def lint() -> int:
    """Check the runbooks: every problem with its file and line.

    \b
    Example:
      runbook lint
    """
    from runbooklab.authoring.lint import lint as problems_of
    from runbooklab.authoring.project import find_suite

    problems = problems_of(find_suite(Path.cwd()))
    for problem in problems:
        click.echo(problem)
    return 3 if problems else 0
