"""``runbook list``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("list")
def list_runbooks() -> None:
    """List the runbooks of the nearest project.

    \b
    Example:
      runbook list
    """
    from runbooklab.authoring.frontmatter import read
    from runbooklab.authoring.project import find_suite

    suite = find_suite(Path.cwd())
    width = max((len(slug) for slug in suite.slugs()), default=0)
    for path in suite.runbooks():
        click.echo(f"{path.stem:<{width}}  {read(path).title}")
