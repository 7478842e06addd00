"""``runbook kinds``."""

from __future__ import annotations

import json

import click


@click.command(short_help="List the kinds of checks, or the fields of one.")
@click.argument("kind", required=False)
@click.option("--schema", is_flag=True, help="Print a JSON Schema of a check, for editors.")
def kinds(kind: str | None, schema: bool) -> None:
    """List the kinds of checks that a runbook can declare, or the fields of one.

    \b
    Examples:
      runbook kinds
      runbook kinds http
      runbook kinds --schema > check.schema.json
    """
    from runbooklab.domain.later import at
    from runbooklab.domains import CATALOGUE

    if schema:
        click.echo(json.dumps(at(f"{CATALOGUE}:schema")(), indent=2))
    elif kind is None:
        click.echo(at(f"{CATALOGUE}:overview")())
    else:
        click.echo(at(f"{CATALOGUE}:details")(kind))
