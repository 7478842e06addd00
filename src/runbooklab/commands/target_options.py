"""Options that say what to run and with which values, shared by the commands that inspect a target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from runbooklab.errors import UserError

if TYPE_CHECKING:
    from runbooklab.authoring.invocation import Invocation
    from runbooklab.authoring.project import Suite
    from runbooklab.domain.rules import Rules

F = TypeVar("F", bound=Callable[..., Any])


def value_options(command: F) -> F:
    """The options ``-p``, ``-f`` and ``--target``."""
    options = (
        click.option("-p", "pairs", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter."),
        click.option(
            "-f", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
            help="A YAML file of `name: value` lines; -p overrides it.",
        ),
        click.option(
            "--target", metavar="NAME", multiple=True, callback=_one_target,
            help="Values from configs/targets.yaml; -f overrides them.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def _one_target(context: click.Context, option: click.Parameter, names: tuple[str, ...]) -> str | None:
    """The name that was given: a callback of click. Of several none is dropped in silence."""
    if len(names) > 1:
        raise click.BadParameter(
            f"{len(names)} targets are named; one run inspects one of them", context, option
        )
    return names[0] if names else None


def incident_option(help_text: str) -> Callable[[F], F]:
    """The option ``--incident``: an id without spaces around it; an empty one is a :class:`UserError`."""
    return click.option("--incident", metavar="ID", callback=incident_given, help=help_text)


def incident_given(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The id that was given: a callback of click. Raises :class:`UserError` for an empty one."""
    from runbooklab.incident.folder import stripped_id

    return None if value is None else stripped_id(value)


def choose(
    slug: str,
    pairs: Sequence[tuple[str, str]],
    files: Sequence[Path],
    target: str | None,
    extra: dict[str, tuple[str, str]] | None = None,
) -> Invocation:
    """Read all given values. ``extra`` maps a parameter to (option, value) of its own option.

    Raises :class:`UserError` for an unknown runbook, target or parameter and for a wrong value.
    """
    from runbooklab.authoring.invocation import Invocation
    from runbooklab.authoring.parameter_files import read_target, read_values
    from runbooklab.authoring.parameters import coerce_all
    from runbooklab.authoring.project import find_suite
    from runbooklab.model.parameter import INCIDENT

    suite = find_suite(Path.cwd())
    invocation = Invocation.of(suite, slug)
    declared = invocation.parameters
    given: dict[str, Any] = read_target(suite, target, declared) if target else {}
    typed: dict[str, Any] = {}
    for path in files:
        typed |= read_values(path, declared)
    typed |= coerce_all(declared, pairs)
    given |= from_here(typed, suite, invocation.rules) if typed else {}
    names = {parameter.name for parameter in declared}
    for name, (option, value) in (extra or {}).items():
        if name not in names and name != INCIDENT:  # every run may belong to one
            raise UserError(f"the runbook {slug} has no parameter {name}, so {option} means nothing to it")
        given[name] = value
    return invocation.having(given)


def rules_of(slug: str) -> Rules:
    """The rules of a runbook of the nearest suite. Raises :class:`UserError`."""
    from runbooklab.authoring.invocation import Invocation
    from runbooklab.authoring.project import find_suite

    return Invocation.of(find_suite(Path.cwd()), slug).rules


def from_here(typed: dict[str, Any], suite: Suite, rules: Rules) -> dict[str, Any]:
    """The values with relative paths made whole: what a person types with -p, or in a file given with -f,
    starts at the current folder. A default, and a path of configs/targets.yaml, start at the project.

    If the current folder has no such file and the project does, the project's is meant.
    """
    whole = dict(typed)
    for name in (row.name for row in rules.parameters.values() if row.is_path):
        path = whole.get(name)
        if not path or Path.cwd() == suite.root:
            continue
        here = Path.cwd() / Path(path).expanduser()
        if here.exists() or not suite.path(path).exists():
            whole[name] = str(here)
    return whole


def say_if_older(suite: Suite, slug: str) -> None:
    """One line on stderr if the runbook was changed since the notebook, which is what runs, was compiled."""
    from runbooklab.authoring.build import is_older
    from runbooklab.commands.output import to_stderr

    if is_older(suite, slug):
        to_stderr(
            f"{suite.runbook(slug)} was changed after its notebook was compiled, and this is the notebook as "
            "it was; compile it with `runbook build`"
        )


def reports_folder(suite: Suite, given: Path | None) -> Path:
    """The folder for runs: as given, else in the project; for an installed suite below the current folder."""
    if given is not None:
        return given.absolute()
    here = Path.cwd()
    return suite.reports if suite.root in (here, *here.parents) else here / "reports"
