"""Which runbooks `runbook triage` asks, and with which values: a person's, and what the text names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from runbooklab.commands.target_options import from_here

if TYPE_CHECKING:
    from runbooklab.authoring.outline import Declared
    from runbooklab.authoring.parameters import Parameter
    from runbooklab.authoring.project import Suite
    from runbooklab.diagnosis.explanation import Explanation
    from runbooklab.domain.rules import Rules
    from runbooklab.model.declared import Declarations


class Values(NamedTuple):
    """Where values of parameters come from."""

    told: Mapping[str, str]  # by the text
    named: Mapping[str, Any]  # by a person
    text: str

    @property
    def known(self) -> dict[str, Any]:
        """What is known of the target: what a person names comes before what the text does."""
        return {**self.told, **self.named}

    @property
    def all(self) -> dict[str, Any]:
        """All that a run is given."""
        return {**self.known, **({"error_text": self.text} if self.text else {})}


class Chosen(NamedTuple):
    """A runbook that takes part."""

    slug: str
    title: str
    uses: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    declares: tuple[Declared, ...] = ()  # checks, causes and remedies of its own
    symptom: str = ""  # the error message among its symptoms that stands in the text

    @property
    def declarations(self) -> Declarations:
        """What it declares itself."""
        from runbooklab.authoring.declarations import declarations

        return declarations(
            self.declares, self.parameters, {row.name: row.default for row in self.parameters}
        )

    @property
    def rules(self) -> Rules:
        """The rules of its domains, and of what it declares. Raises :class:`UserError`."""
        from runbooklab.domain.rules import Rules

        return Rules.of(self.uses, self.declarations)


def runbooks_of(suite: Suite, text: str = "") -> tuple[Chosen, ...]:
    """The suite's runbooks that go deepest into a domain, what others build on first; then those that declare
    checks themselves. ``text`` may be among the symptoms of these.

    One that cannot be used here is left out, and said on stderr. Raises :class:`UserError` if none is left.
    """
    from runbooklab.errors import UserError

    found: list[tuple[int, Chosen]] = []
    for slug in suite.slugs():
        try:
            found += _taking_part(suite, slug, text)
        except UserError as error:
            click.echo(f"left out: {error}", err=True)
    if not found:
        raise UserError("no runbook of this project can be asked", hint="see `runbook list`")
    return tuple(chosen for _, chosen in sorted(found, key=lambda row: row[0]))


def _taking_part(suite: Suite, slug: str, text: str) -> list[tuple[int, Chosen]]:
    """The runbook with the place of its domain, or behind all of them if it declares checks itself.

    Nothing if it does neither: others go deeper into what it uses.
    """
    from runbooklab.authoring.frontmatter import read
    from runbooklab.authoring.invocation import Invocation
    from runbooklab.diagnosis.symptoms import symptom_in
    from runbooklab.domain import registry

    front = read(suite.require(slug))
    written = Invocation.of(suite, slug)
    uses, names = written.uses, registry.names()
    own = [names.index(name) for name in uses if name in names and registry.domain(name).runbook == slug]
    if written.declared:
        own.append(len(names))
    symptom = symptom_in(text, front.symptoms) if written.declared else ""
    chosen = Chosen(slug, front.title, uses, front.parameters, written.declared, symptom)
    return [(min(own), chosen)] if own else []


def has_target(each: Chosen, given: Mapping[str, Any]) -> bool:
    """Whether a runbook has something to look at that is meant, by its symptom or by what is given.

    A default is meant if this host is looked at; which server is asked, somebody has to say.
    """
    values = {row.name: row.default for row in each.parameters} | dict(given)
    looked_at, asked = names_of(each, "looked_at"), names_of(each, "contacted")
    if each.symptom:
        return True
    if looked_at and not any(values.get(name) for name in looked_at):
        return False
    return not asked or any(given.get(name) for name in asked)


def own_of(each: Chosen) -> frozenset[str]:
    """Names of a runbook's parameters."""
    return frozenset(row.name for row in each.parameters)


def names_of(each: Chosen, what: Literal["looked_at", "contacted", "absent"]) -> tuple[str, ...]:
    """The parameters, or the causes, of which a runbook's rules say this: see ``Contributions``."""
    return tuple(dict.fromkeys(name for part in each.rules.contributions for name in getattr(part, what)))


def given_by(
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

    declared = tuple({row.name: row for each in chosen for row in each.parameters}.values())
    given: dict[str, Any] = read_target(suite, target, declared) if target else {}
    typed: dict[str, Any] = {}
    for path in files:
        typed |= read_values(path, declared)
    typed |= coerce_all(declared, pairs)
    return given | (from_here(typed, suite, Rules.of(_domains(chosen))) if typed else {})


def _domains(chosen: Sequence[Chosen]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in chosen for name in each.uses))


def told_by(chosen: Sequence[Chosen], explained: Explanation) -> dict[str, str]:
    """The target that the text names, in the parameters of the runbooks that it is about."""
    from runbooklab.diagnosis.told import is_near, told

    about = explained.causes[0].runbook if explained.causes else ""
    return {
        name: value
        for each in chosen
        if each.slug == about or each.symptom
        for name, value in told(each.rules, explained.text).items()
        if is_near(value)
    }
