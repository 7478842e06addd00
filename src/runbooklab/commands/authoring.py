"""``runbook build`` and ``runbook lint``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a notebook is out of date.")
@click.option(
    "--from-notebook",
    "notebook",
    type=click.Path(path_type=Path),
    metavar="NOTEBOOK",
    help="Carry the edits made in a notebook back into its runbook.",
)
@click.option("--force", is_flag=True, help="Discard the edits of the other side.")
def build(check: bool, notebook: Path | None, force: bool) -> int:
    """Compile the runbooks into notebooks.

    \b
    Examples:
      runbook build
      runbook build --check
      runbook build --from-notebook notebooks/redis-connection.ipynb
    """
    from runbooklab.authoring.build import build as compile_all
    from runbooklab.authoring.build import from_notebook
    from runbooklab.authoring.project import find_suite

    suite = find_suite(Path.cwd())
    if notebook is not None:
        if check:
            raise click.UsageError("--check and --from-notebook exclude each other")
        path, notes = from_notebook(suite, notebook, force=force)
        for note in notes:
            click.echo(note, err=True)
        click.echo(path)
        return 0
    drifted = compile_all(suite, check=check, force=force)
    for path in drifted:
        click.echo(f"{path}: does not match its runbook; run `runbook build`" if check else path)
    return 3 if check and drifted else 0


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
