"""``runbook trust``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runbooklab.authoring.invocation import Invocation


@click.command(short_help="Trust a runbook, so that its remedies can be applied.")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--remove", is_flag=True, help="Trust it no more.")
def trust(slug: str, yes: bool, remove: bool) -> int:
    """Trust what a runbook declares, so that its remedies can be applied from here.

    It shows the commands of its remedies and asks. What is trusted is their digest, in configs/trusted.yaml:
    after any change to a check, a cause or a remedy it has to be trusted again. Nothing is ever carried out
    unless a person also asks for that remedy.

    \b
    Examples:
      runbook trust disk-space
      runbook trust disk-space --remove
    """
    from runbooklab.authoring.build import is_older
    from runbooklab.authoring.invocation import Invocation
    from runbooklab.authoring.project import find_suite
    from runbooklab.authoring.trust import digest_of, trusted
    from runbooklab.authoring.trust import trust as write
    from runbooklab.errors import UserError

    suite = find_suite(Path.cwd())
    invocation = Invocation.of(suite, slug)
    declared = invocation.declarations
    if remove:
        write(suite, slug, "")
        return 0
    if not declared:
        raise UserError(f"the runbook {slug} declares nothing: its domains' remedies need no trust")
    if is_older(suite, slug) or not suite.notebook(slug).exists():
        raise UserError(
            "was not compiled as it is now", suite.runbook(slug), hint="runbook build; then trust what runs"
        )
    digest = digest_of(suite, slug, declared)
    if trusted(suite).get(slug) == digest:
        click.echo(f"{slug} is trusted already", err=True)
        return 0
    for line in _what_it_would_do(invocation):
        click.echo(line, err=True)
    if not yes and not click.confirm("Trust these commands?", default=False, err=True):
        return 3
    write(suite, slug, digest)
    return 0


def _what_it_would_do(invocation: Invocation) -> Iterator[str]:
    """The commands of each remedy, with the defaults of the parameters."""
    from runbooklab.model.evidence import Evidence
    from runbooklab.model.parameter import Target
    from runbooklab.report.words import RISK_WORDS

    evidence = Evidence(target=Target(invocation.values))
    rules = invocation.rules
    for row in rules.domains[-1].remedies:
        plan = rules.plan(row.id, evidence)
        yield f"{plan.title} ({RISK_WORDS[plan.risk]})"
        yield from (f"  {command}" for command in plan.commands)
