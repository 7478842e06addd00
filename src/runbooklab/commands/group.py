"""The command ``runbook`` with its subcommands."""

from __future__ import annotations

import click

from runbooklab import __version__
from runbooklab.commands.allow import allow
from runbooklab.commands.authoring import build, lint
from runbooklab.commands.bundle import bundle
from runbooklab.commands.demo import demo
from runbooklab.commands.diff import diff
from runbooklab.commands.drill import drill
from runbooklab.commands.explain import explain
from runbooklab.commands.export import export
from runbooklab.commands.import_ import import_
from runbooklab.commands.incident import incident
from runbooklab.commands.kinds import kinds
from runbooklab.commands.lab import lab
from runbooklab.commands.list import list_runbooks
from runbooklab.commands.new import new
from runbooklab.commands.open import open_runbook
from runbooklab.commands.preflight import preflight
from runbooklab.commands.redact import redact
from runbooklab.commands.replay import replay
from runbooklab.commands.run import run
from runbooklab.commands.runs import prune, runs
from runbooklab.commands.triage import triage
from runbooklab.commands.trust import trust
from runbooklab.commands.verify import verify


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 ok, 1 warning, 2 critical, 3 unknown or could not run.",
)
@click.version_option(__version__, prog_name="runbook")
def runbook() -> None:
    """Executable runbooks: run one, get the root cause and an incident report.

    \b
    Example:
      runbook run redis-connection -p redis_url redis://localhost:6379
    """


for command in (
    list_runbooks,
    demo,
    run,
    open_runbook,
    incident,
    preflight,
    triage,
    explain,
    export,
    diff,
    bundle,
    replay,
    redact,
    runs,
    prune,
    verify,
    new,
    import_,
    build,
    lint,
    kinds,
    trust,
    allow,
    lab,
    drill,
):
    runbook.add_command(command)
