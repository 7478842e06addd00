"""``runbook list``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("list")
@click.argument("slug", required=False)
def list_runbooks(slug: str | None) -> None:
    """List the runbooks of the nearest project, or the parameters of the runbook SLUG.

    \b
    Examples:
      runbook list
      runbook list docker-setup
    """
    from runbooklab.authoring.frontmatter import read
    from runbooklab.authoring.project import find_suite

    suite = find_suite(Path.cwd())
    if slug is None:
        rows = [(path.stem, read(path).title) for path in suite.runbooks()]
    else:
        declared = read(suite.require(slug)).parameters
        rows = [(row.name, f"{row.help} [{row.default!r}]".lstrip()) for row in declared]
    width = max((len(name) for name, _ in rows), default=0)
    for name, said in rows:
        click.echo(f"{name:<{width}}  {said}")
