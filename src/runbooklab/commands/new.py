"""``runbook new``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("slug")
@click.option("--title", metavar="TEXT", help="Its title; without it, the words of the slug.")
@click.option(
    "--from",
    "subject",
    metavar="SUBJECT",
    help="command, container, disk, http, postgres or service.",
)
def new(slug: str, title: str | None, subject: str | None) -> None:
    """Write a runbook to start from into runbooks/SLUG.md.

    It can be built and run as it is, and its comments say what goes where. With --from, it declares its own
    checks, causes and remedies in Markdown; `--from command` is for any system that has a client on the
    command line. Without --from, it uses the checks for Redis that are built in. A runbook that exists is
    never overwritten.

    \b
    Examples:
      runbook new shop-database --from postgres
      runbook new broker-is-down --from command --title "The message broker is down"
      runbook new cache-is-slow
    """
    from runbooklab.authoring.project import SLUG, find_suite
    from runbooklab.authoring.starter import starter, title_of
    from runbooklab.commands.output import to_stderr
    from runbooklab.domain.later import at
    from runbooklab.domain.registry import domain
    from runbooklab.domains import CATALOGUE, DEFAULT
    from runbooklab.errors import UserError
    from runbooklab.files import write_atomic

    here = Path.cwd()
    if not SLUG.fullmatch(slug):
        raise UserError(
            f"{slug!r} cannot name a runbook", hint="use lower-case words joined by hyphens: queue-is-slow"
        )
    heading = title_of(slug) if title is None else title.strip()
    if not heading or not heading.isprintable():
        raise UserError("a title is one line of text", hint='write for example --title "The queue is slow"')
    suite = find_suite(here)
    if suite.root not in (here, *here.parents):
        raise UserError(f"{here} is in no project", hint="make folders runbooks/ and configs/ here first")
    text = starter(heading) if subject is None else at(f"{CATALOGUE}:starter")(subject, heading)
    path = suite.runbook(slug)
    if path.exists() or suite.notebook(slug).exists():
        there = path if path.exists() else suite.notebook(slug)
        raise UserError("exists already", there, hint="choose another name, or edit it")
    try:
        write_atomic(path, text)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None
    click.echo(path)
    if subject is None:
        about = domain(DEFAULT[-1]).title
        to_stderr(
            f"It looks at {about}. For another system: runbook new SLUG --from command, see `runbook new -h`"
        )
    to_stderr(f"Edit it, then: runbook lint && runbook build && runbook open {slug}")
