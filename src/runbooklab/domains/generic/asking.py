"""From a declared check and the values of the parameters to what is asked, and the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import structs

from runbooklab.domain.probe import import_once, load_at
from runbooklab.domains.generic.declared import DeclaredCheck
from runbooklab.domains.generic.kinds import KINDS
from runbooklab.domains.generic.language.expression import Ended, Expression, Given, leaves
from runbooklab.domains.generic.language.truth import World, truth
from runbooklab.domains.generic.records import Asked, Plan, Seen, Text
from runbooklab.domains.generic.shell_words import variable_of
from runbooklab.domains.generic.world import OfRun
from runbooklab.errors import UserError
from runbooklab.files import is_reference, resolve_reference
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context, NotObserved
from runbooklab.redaction import Vault, clean, visible
from runbooklab.words import listed, short

#: Most characters of a reason, and of what would be sent: a value may be of any length.
MOST_SAID = 400
#: The part of its time in which a probe must have its answer, so that it can still say that there is none.
PART = 0.9


def empty_parameters(check: DeclaredCheck, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The parameters that a check sends and that nobody has filled in; an option may be left out instead."""
    options = (text for name, text in check.options.items() if not _is_left_out(check, name, values))
    texts = (check.subject, *options, *filter(None, [check.container]))
    names = (name for text in texts for name in text.names)
    return tuple(dict.fromkeys(name for name in names if values.get(name) in (None, "")))


def no_place_for(check: DeclaredCheck, secrets: Collection[str]) -> tuple[str, ...]:
    """Why a check never finds what it looks for, a sentence for each secret parameter in its texts."""
    if not check.kind.no_secrets:
        return ()
    names = (name for text in (check.subject, *check.options.values()) for name in text.names)
    return tuple(
        f"{name} is a secret, which a check of the kind {check.kind.name} does not look for: leave it out"
        for name in dict.fromkeys(names)
        if name in secrets
    )


def _is_left_out(check: DeclaredCheck, option: str, values: Mapping[str, Any]) -> bool:
    """Whether an optional key is one parameter, ``ca: ${ca_file}``, that nobody has filled in."""
    text = check.options[option]
    row = next((row for row in check.kind.options if row.name == option.partition(".")[0]), None)
    is_alone = len(text.names) == 1 and not any(text.parts[::2])
    return row is not None and not row.required and is_alone and values.get(text.names[0]) in (None, "")


def fill_in(names: Iterable[str]) -> str:
    """What a person does about empty parameters."""
    return f"fill in {listed(list(names))}"


def asked_of(
    check: DeclaredCheck, values: Mapping[str, Any], timeout_s: float, project: Path | None = None
) -> Asked:
    """What the check asks with these values of the parameters, in a project."""

    def value(name: str) -> str:
        return as_text(values.get(name, ""))

    return Asked(
        kind=check.kind.name,
        subject=Text(check.subject.filled(value)),
        options={
            name: Text(text.filled(value))
            for name, text in check.options.items()
            if not _is_left_out(check, name, values)
        },
        container="" if check.container is None else check.container.text(value),
        timeout_s=timeout_s,
        project="" if project is None else str(project),
    )


def as_text(value: Any) -> str:
    """A parameter's value as it is written into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def refused(asked: Asked) -> str:
    """Why this is never sent; "" if it may be."""
    said: str = _of_module(asked.kind, "refused")(asked)
    return visible(short(said, MOST_SAID))


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent; ``what`` is one line."""
    planned: tuple[Plan, ...] = _of_module(asked.kind, "plan")(asked)
    return tuple(structs.replace(each, what=visible(short(each.what, MOST_SAID))) for each in planned)


def command(check: DeclaredCheck, values: Mapping[str, Any], timeout_s: float) -> str:
    """The command line with which a person sees the same, a variable in the place of each secret."""
    known, variables = _in_variables(values)
    asked = structs.replace(asked_of(check, known, timeout_s), variables=variables)
    line: str = _of_module(asked.kind, "command")(asked)
    return line


def _in_variables(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values with a token of its own for each that says where a secret is, and their variables."""
    known, variables = dict(values), dict[str, str]()
    for name, value in values.items():
        if isinstance(value, str) and (variable := variable_of(value, name)):
            known[name] = f"***secret-{len(variables):08x}***" if is_reference(value) else value
            variables[known[name]] = variable
    return known, variables


def planned(check: DeclaredCheck, target: Target, project: Path) -> tuple[str, ...]:
    """What the check would send to a target, a line each; or why it would send nothing."""
    asks = () if check.only_if is None else checks_asked(check.only_if)
    if check.only_if is not None:  # of what nobody has looked at yet, nothing is true or false
        said = truth(check.only_if, OfRun(Evidence(target=target), {}, lambda id_, e: None))
        if said.said in ("false", "absent"):
            return (f"nothing: {said.why}",)
    if empty := empty_parameters(check, target.values):
        return (f"nothing: {fill_in(empty)}",)
    asked = asked_of(check, not_read_yet(target.values), target.probe_timeout_s, project)
    if why_not := refused(asked):
        return (f"nothing: {why_not}",)
    where = f" in container {asked.container}" if asked.container else ""
    after = f" (only if {listed(list(asks))} allows it)" if asks else ""
    return tuple(f"{each.to}{where}: {each.what}{after}" for each in plan(asked))


#: Stands for a secret that is read when it is used.
_NOT_READ = "***secret-00000000***"


def not_read_yet(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters' values for judging what would be sent: no secret behind ``env:NAME`` is read for it."""
    return {
        name: _NOT_READ if isinstance(value, str) and is_reference(value) else value
        for name, value in values.items()
    }


def _of_module(kind: str, name: str) -> Any:
    """A function of a kind's module, which is imported when it is first needed."""
    return load_at(f"{KINDS[kind].module}:{name}")


def look(ctx: Context[Target], check: DeclaredCheck, secrets: frozenset[str], world: World) -> Seen:
    """Look at what a check is about. Raises :class:`NotObserved` if nothing is sent or can be said."""
    values = ctx.target.values
    if looks_through_docker(check, values):
        import_once("docker")  # before the modules of its kind do, in several threads
    if check.only_if is not None:
        _refuse_unless(check.only_if, world)
    if empty := empty_parameters(check, values):
        raise NotObserved(Missing("error", fill_in(empty)))
    if hidden := no_place_for(check, secrets):
        raise NotObserved(Missing("unsupported", f"nothing was sent: {hidden[0]}"))
    asks_for = {name for text in check.texts for name in text.names}
    known = {
        name: _known(value, ctx.vault) if name in secrets & asks_for else value
        for name, value in values.items()
    }
    if empty := empty_parameters(check, known):
        raise NotObserved(
            Missing("error", f"{fill_in(empty)}: {listed([str(values[name]) for name in empty])} is empty")
        )
    asked = asked_of(check, known, ctx.remaining_s() * PART, ctx.project)
    if why_not := refused(asked):
        raise NotObserved(Missing("unsupported", f"nothing was sent: {why_not}"))
    seen: Seen = _of_module(asked.kind, "look")(ctx, asked)
    return seen


def may_look_through_docker(check: DeclaredCheck) -> bool:
    """Whether the Docker engine is asked with any values: a log's place may be a parameter."""
    subject = check.subject.written
    of_container = check.kind.name == "log" and subject.startswith(("container:", "${"))
    return of_container or check.kind.name == "container" or check.container is not None


def looks_through_docker(check: DeclaredCheck, values: Mapping[str, Any]) -> bool:
    """Whether the Docker engine is asked with these values."""
    if empty_parameters(check, values):
        return False
    if check.kind.name != "log" or check.container is not None:
        return may_look_through_docker(check)
    return check.subject.text(lambda name: as_text(values.get(name, ""))).startswith("container:")


def _refuse_unless(condition: Expression, world: World) -> None:
    said = truth(condition, world)
    if said.said in ("false", "absent"):  # what the answer does not have is no reason to look further
        raise NotObserved(Missing("not-applicable", said.why))
    if not said.is_true:
        raise NotObserved(Missing("error", said.why))


def _known(value: Any, vault: Vault) -> Any:
    """A secret parameter's value with tokens in place of what is secret; a reference is read now."""
    if not isinstance(value, str) or not value:
        return value
    try:
        secret = resolve_reference(value)
    except UserError as error:
        raise NotObserved(Missing("error", str(error))) from None
    if secret == value:  # a token, or a text that was made safe before the run began
        return value
    if "://" in secret:  # of a URL, host and name stay readable
        return clean(secret, vault)
    return vault.learn(secret)


def checks_asked(condition: Expression) -> tuple[str, ...]:
    """Ids of the checks that an expression asks about."""
    names: list[str] = []
    for leaf in leaves(condition):
        if isinstance(leaf, Ended):
            names.append(leaf.check)
        elif not isinstance(leaf, Given):
            names.append(leaf.field.partition(".")[0])
    return tuple(dict.fromkeys(names))
