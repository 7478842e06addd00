"""``runbook list``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("list", short_help="List the runbooks, or the parameters of one.")
@click.argument("slug", required=False)
@click.option("--targets", is_flag=True, help="The names in configs/targets.yaml instead, for --target.")
def list_runbooks(slug: str | None, targets: bool) -> None:
    """List the runbooks of the nearest project, or the parameters of the runbook SLUG.

    \b
    Examples:
      runbook list
      runbook list docker-setup
      runbook list --targets
    """
    from runbooklab.authoring.frontmatter import read
    from runbooklab.authoring.parameter_files import target_names
    from runbooklab.authoring.project import find_suite

    suite = find_suite(Path.cwd())
    if targets:
        if slug is not None:
            raise click.UsageError("targets belong to the project, not to a runbook: leave out SLUG")
        for name in target_names(suite):
            click.echo(name)
        return
    if slug is None:
        rows = [(path.stem, read(path).title) for path in suite.runbooks()]
    else:
        declared = read(suite.require(slug)).parameters
        rows = [(row.name, f"{row.help} [{row.default!r}]".lstrip()) for row in declared]
    if not rows and slug is None:
        click.echo(f"no runbooks in {suite.root / 'runbooks'}; `runbook new SLUG` writes one", err=True)
    width = max((len(name) for name, _ in rows), default=0)
    for name, said in rows:
        click.echo(f"{name:<{width}}  {said}")
