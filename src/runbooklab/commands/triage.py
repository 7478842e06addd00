"""``runbook triage``: all runbooks at once, for somebody who does not know which one they need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from runbooklab.commands.output import plan_lines, to_stdout
from runbooklab.commands.target_options import from_here, value_options

if TYPE_CHECKING:
    from runbooklab.authoring.parameters import Parameter
    from runbooklab.authoring.project import Suite
    from runbooklab.diagnosis.explanation import Explanation
    from runbooklab.diagnosis.triage import Candidate, Triage
    from runbooklab.notebook.live_run import LiveRun
    from runbooklab.redaction import Vault

#: The probes of all runbooks compete for this machine: each may take so many times as long as in one run.
PATIENCE = 2
#: How many causes are told after the first one; ``--json`` has all.
SHOWN = 4
#: Why a runbook is left out.
_ALONE = "a runbook that declares its own checks is run by itself"


class Chosen(NamedTuple):
    """A runbook that takes part."""

    slug: str
    title: str
    uses: tuple[str, ...]
    declared: tuple[Parameter, ...]


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
    the built-in subjects run at once; nothing is changed. -p takes the parameters of any of their runbooks. A
    runbook that declares its own checks is named if its symptoms hold TEXT, and not run.

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
    chosen = runbooks_of(suite, said)
    explained = _explained(said) if said else None
    given = {
        **(_told(chosen, explained) if explained else {}),
        **_given(suite, chosen, pairs, files, target),
        **({"error_text": said} if said else {}),
    }
    found = _look(suite, chosen, given, explained)
    if as_json:
        from runbooklab.model.as_json import as_json as encode

        to_stdout(encode(found))
    else:
        _print(found, explained)
        if not found.causes and (others := _by_itself(suite, chosen, said)):
            click.echo(f"\nNot asked: {_ALONE}; {others}")
    return EXIT_STATUS[found.verdict]


def runbooks_of(suite: Suite, said: str = "") -> tuple[Chosen, ...]:
    """The suite's runbooks that go deepest into a domain, what others build on first.

    One that cannot be used here is left out, and said on stderr. Raises :class:`UserError` if none is left:
    it names the runbooks that have what was ``said`` among their symptoms.
    """
    from runbooklab.errors import UserError

    found: list[tuple[int, Chosen]] = []
    for slug in suite.slugs():
        try:
            found += _taking_part(suite, slug)
        except UserError as error:
            click.echo(f"left out: {error}", err=True)
    if not found:
        raise UserError(
            f"no runbook of this project takes part in triage: {_ALONE}",
            hint=_by_itself(suite, (), said) or "`runbook new SLUG` writes one",
        )
    return tuple(chosen for _, chosen in sorted(found, key=lambda row: row[0]))


def _by_itself(suite: Suite, chosen: Sequence[Chosen], said: str) -> str:
    """The command that runs one of the other runbooks: one with ``said`` among its symptoms, if any has."""
    from runbooklab.authoring.symptoms import in_words, listed_runbooks
    from runbooklab.words import listed

    asked = {each.slug for each in chosen}
    others = [each for each in listed_runbooks(suite) if each.slug not in asked]
    if fitting := [each for each in others if said and each.is_symptom(said)]:
        return f"the text is {in_words(fitting)}"
    return f"runbook run SLUG, of {listed([each.slug for each in others], len(others))}" if others else ""


def _taking_part(suite: Suite, slug: str) -> list[tuple[int, Chosen]]:
    """The runbook with the place of its domain; nothing if it goes deepest into none that it uses."""
    from runbooklab.authoring.frontmatter import read
    from runbooklab.domain import registry
    from runbooklab.domains import DEFAULT

    front = read(suite.require(slug))
    uses = front.uses or DEFAULT
    names = registry.names()
    own = [names.index(name) for name in uses if name in names and registry.domain(name).runbook == slug]
    return [(min(own), Chosen(slug, front.title, uses, front.parameters))] if own else []


def _given(
    suite: Suite,
    chosen: Sequence[Chosen],
    pairs: Sequence[tuple[str, str]],
    files: Sequence[Path],
    target: str | None,
) -> dict[str, Any]:
    """The values that were given, of the parameters of any of these runbooks."""
    from runbooklab.authoring.parameter_files import read_target, read_values
    from runbooklab.authoring.parameters import coerce_all
    from runbooklab.domain.rules import Rules

    declared = tuple({row.name: row for each in chosen for row in each.declared}.values())
    given: dict[str, Any] = read_target(suite, target, declared) if target else {}
    typed: dict[str, Any] = {}
    for path in files:
        typed |= read_values(path, declared)
    typed |= coerce_all(declared, pairs)
    return given | (from_here(typed, suite, Rules.of(_domains(chosen))) if typed else {})


def _domains(chosen: Sequence[Chosen]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in chosen for name in each.uses))


def _explained(text: str) -> Explanation:
    import io

    from runbooklab.commands.explain import explained

    return explained(io.StringIO(text))


def _told(chosen: Sequence[Chosen], explained: Explanation) -> dict[str, str]:
    """The target that the text names, in the parameters of the runbook that it is about."""
    from runbooklab.diagnosis.told import is_near, told
    from runbooklab.domain.rules import Rules

    about = explained.causes[0].runbook if explained.causes else ""
    return {
        name: value
        for each in chosen
        if each.slug == about
        for name, value in told(Rules.of(each.uses), explained.text).items()
        if is_near(value)
    }


def _look(
    suite: Suite, chosen: Sequence[Chosen], given: dict[str, Any], explained: Explanation | None
) -> Triage:
    """Run the probes of all at once, each runbook's own, and judge what they saw by its rules."""
    from runbooklab.diagnosis import triage as ranking
    from runbooklab.diagnosis.hand_over import to_runbook
    from runbooklab.redaction import Vault

    vault = Vault()
    running = [(each, _started(suite, each, given, vault)) for each in chosen]
    hints = {id_ for _, run in running for part in run.rules.contributions for id_ in part.nothing_there}
    diagnoses = [
        ranking.without_default(run.diagnosis(), run.rules, hints, run.evidence()) for _, run in running
    ]
    runs = {each.slug: to_runbook(each.slug, run.evidence()) for each, run in running}
    means = {
        id_ for _, run in running for id_, row in run.rules.causes.items() if run.rules.explains_missing(row)
    }
    return ranking.triage(diagnoses, runs, explained, means=means)


def _started(suite: Suite, each: Chosen, given: dict[str, Any], vault: Vault) -> LiveRun:
    from runbooklab.execution import parameters_without_secrets
    from runbooklab.model.parameter import PROBE_TIMEOUT_S
    from runbooklab.notebook.live_run import LiveRun

    patient = {PROBE_TIMEOUT_S.name: PATIENCE * PROBE_TIMEOUT_S.default}
    values = {row.name: row.default for row in each.declared} | patient | given
    values = {row.name: values[row.name] for row in each.declared}
    secret = frozenset(row.name for row in each.declared if row.secret)
    return LiveRun(
        each.slug, parameters_without_secrets(values, secret, vault), uses=each.uses, suite=suite, vault=vault
    )


def _print(found: Triage, explained: Explanation | None) -> None:
    if explained is not None and explained.causes:
        click.echo(f"The text says: {explained.says}.")
    for note in explained.notes if explained else ():
        click.echo(note)
    if found.causes:
        _print_first(found.causes[0])
    else:
        click.echo(f"{found.verdict.upper()}: no cause was found.")
        _print_suspect(explained)
    for candidate in found.causes[1 : SHOWN + 1]:
        click.echo(f"also: {candidate.cause.summary} ({candidate.cause.id}): {candidate.command}")
    more = len(found.causes) - 1 - SHOWN
    if more > 0:
        click.echo(f"{more} more with --json")
    click.echo("")
    for subject in found.subjects:
        click.echo(f"  {subject.verdict:<9}{subject.runbook}: {subject.summary}")


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
