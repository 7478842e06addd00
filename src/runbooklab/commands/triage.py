"""``runbook triage``: all runbooks at once, for somebody who does not know which one they need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runbooklab.commands.output import plan_lines, to_stdout
from runbooklab.commands.target_options import value_options
from runbooklab.commands.triage_choice import (
    Chosen,
    Values,
    given_by,
    has_target,
    names_of,
    own_of,
    runbooks_of,
    told_by,
)

if TYPE_CHECKING:
    from runbooklab.authoring.project import Suite
    from runbooklab.diagnosis.explanation import Explanation
    from runbooklab.diagnosis.triage import Candidate, Triage
    from runbooklab.model.conclusions import Diagnosis, HandOver
    from runbooklab.notebook.live_run import LiveRun
    from runbooklab.redaction import Vault

#: The probes of all runbooks compete for this machine: each may take so many times as long as in one run.
PATIENCE = 2
#: What is said of a runbook that was not asked.
NAME_IT = "nobody named its target; add"
#: How many causes are told after the first one; ``--json`` has all.
SHOWN = 4


# an error text may begin with a hyphen, as for `explain`
@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    short_help="Find the runbook and the cause without knowing where to start.",
)
@click.argument("text", nargs=-1)
@value_options
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def triage(
    text: tuple[str, ...],
    pairs: tuple[tuple[str, str], ...],
    files: tuple[Path, ...],
    target: str | None,
    as_json: bool,
) -> int:
    """Find the runbook and the cause if you do not know where to start. Writes no report.

    TEXT is an error message or a symptom, in quotes; without it, all is judged by what is seen. The probes of
    all runbooks run at once; nothing is changed. -p takes the parameters of any runbook. A runbook that asks
    a server is left out if nobody names one, unless TEXT is an error message among its symptoms.

    Exit status: 0 ok, 1 warning, 2 critical, 3 unknown or could not run.

    \b
    Examples:
      runbook triage
      runbook triage "failed to connect to all addresses; last error: UNAVAILABLE"
      runbook triage "port is already allocated" -p ports 8080:web
    """
    from runbooklab.authoring.project import find_suite
    from runbooklab.model.conclusions import EXIT_STATUS

    said = " ".join(text).strip()
    suite = find_suite(Path.cwd())
    explained = _explained(said) if said else None
    everyone = runbooks_of(suite, explained.text.text if explained else "")
    told = told_by(everyone, explained) if explained else {}
    named = given_by(suite, everyone, pairs, files, target)
    values = Values(told, named, said)
    chosen = tuple(each for each in everyone if has_target(each, values.known))
    found = _look(suite, chosen, values, explained)
    if as_json:
        from runbooklab.model.as_json import as_json as encode

        to_stdout(encode(found))
    else:
        _print(found, explained, everyone)
    return EXIT_STATUS[found.verdict]


def _explained(text: str) -> Explanation:
    import io

    from runbooklab.commands.explain import explained

    return explained(io.StringIO(text))


def _look(suite: Suite, chosen: Sequence[Chosen], values: Values, explained: Explanation | None) -> Triage:
    """Run the probes of all at once, each runbook's own, and judge what they saw by its rules."""
    from runbooklab.diagnosis import triage as ranking
    from runbooklab.redaction import Vault

    vault = Vault()
    running = [(each, _started(suite, each, values.all, vault)) for each in chosen]
    hints = {id_ for _, run in running for part in run.rules.contributions for id_ in part.nothing_there}
    diagnoses = [
        _meant(each, run.diagnosis(), values)
        if each.declares
        else ranking.without_default(run.diagnosis(), run.rules, hints, run.evidence())
        for each, run in running
    ]
    runs = {each.slug: _handed(each, run, values) for each, run in running}
    means = {
        id_ for _, run in running for id_, row in run.rules.causes.items() if run.rules.explains_missing(row)
    }
    pointed = frozenset(each.slug for each in chosen if each.symptom)
    return ranking.triage(diagnoses, runs, explained, means=means, pointed=pointed)


def _handed(each: Chosen, run: LiveRun, values: Values) -> HandOver:
    """How a runbook is run on its own, with what is known of its target."""
    from runbooklab.diagnosis.hand_over import to_declared, to_runbook

    if not each.declares:
        return to_runbook(each.slug, run.evidence())
    return to_declared(each.slug, run.evidence(), [name for name in values.known if name in own_of(each)])


def _meant(each: Chosen, diagnosis: Diagnosis, values: Values) -> Diagnosis:
    """The diagnosis of a declared runbook, unless it says only that what nobody meant is not there.

    A server that the text names is meant; a file or a unit may be another host's.
    """
    from runbooklab.diagnosis import triage as ranking

    looked_at, asked = names_of(each, "looked_at"), names_of(each, "contacted")
    if any(values.named.get(name) for name in (*looked_at, *asked)) or any(map(values.told.get, asked)):
        return diagnosis
    told = any(map(values.told.get, looked_at))
    summary = ranking.ELSEWHERE if told else ranking.NOBODY
    return ranking.without_absent(diagnosis, frozenset(names_of(each, "absent")), summary)


def _started(suite: Suite, each: Chosen, given: dict[str, Any], vault: Vault) -> LiveRun:
    from runbooklab.execution import parameters_without_secrets
    from runbooklab.model.parameter import PROBE_TIMEOUT_S
    from runbooklab.notebook.live_run import LiveRun

    most_s = PATIENCE * PROBE_TIMEOUT_S.default
    patient = {PROBE_TIMEOUT_S.name: most_s}
    values = {row.name: row.default for row in each.parameters} | patient | given
    values = {row.name: values[row.name] for row in each.parameters}
    secret = frozenset(row.name for row in each.parameters if row.secret)
    return LiveRun(
        each.slug,
        parameters_without_secrets(values, secret, vault),
        uses=each.uses,
        declared=each.declarations,
        suite=suite,
        vault=vault,
        most_s=most_s if each.declares else None,
    )


def _print(found: Triage, explained: Explanation | None, everyone: Sequence[Chosen]) -> None:
    if explained is not None and explained.causes:
        click.echo(f"The text says: {explained.says}.")
    for each in everyone:
        if each.symptom:
            click.echo(f"The text is a symptom of {each.slug}: {each.symptom}")
    for note in explained.notes if explained else ():
        click.echo(note)
    if found.causes:
        _print_first(found.causes[0])
    else:
        click.echo(f"{found.verdict.upper()}: no cause was found.")
        _print_suspect(explained)
        for subject in found.subjects:
            if any(each.symptom and each.slug == subject.runbook for each in everyone):
                click.echo(f"  go on with: {subject.command}")
    for candidate in found.causes[1 : SHOWN + 1]:
        click.echo(f"also: {candidate.cause.summary} ({candidate.cause.id}): {candidate.command}")
    more = len(found.causes) - 1 - SHOWN
    if more > 0:
        click.echo(f"{more} more with --json")
    click.echo("")
    for subject in found.subjects:
        click.echo(f"  {subject.verdict:<9}{subject.runbook}: {subject.summary}")
    asked = {subject.runbook for subject in found.subjects}
    for each in everyone:
        if each.slug not in asked:
            names = (names_of(each, "contacted") or names_of(each, "looked_at"))[:SHOWN]
            click.echo(f"  not asked {each.slug}: {NAME_IT} -p {' or -p '.join(names)}")


def _print_suspect(explained: Explanation | None) -> None:
    """What the text alone points to."""
    if explained is None or not explained.causes:
        return
    first = explained.causes[0]
    click.echo(f"The text alone points to: {first.title} ({first.id})")
    click.echo(f"  look: {first.look.command}")
    click.echo(f"  go on with: runbook run {first.runbook}")


def _print_first(first: Candidate) -> None:
    cause = first.cause
    click.echo(f"{cause.severity.upper()}: {cause.summary}")
    click.echo(f"  cause: {cause.title} ({cause.id})")
    for line in plan_lines(cause.remedy):
        click.echo(line)
    click.echo(f"  go on with: {first.command}")
