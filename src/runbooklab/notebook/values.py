"""A notebook's parameter values as a form shows them and gives them back; it knows no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from runbooklab.authoring.cells import parameters_source
from runbooklab.authoring.frontmatter import read
from runbooklab.authoring.parameter_files import read_target, target_names
from runbooklab.authoring.parameters import TYPES, Parameter, Value
from runbooklab.authoring.project import Suite
from runbooklab.domain.rules import Rules
from runbooklab.errors import UserError
from runbooklab.files import is_reference
from runbooklab.notebook.target import redacted
from runbooklab.redaction import Vault


def declared(suite: Suite, runbook: str) -> tuple[Parameter, ...]:
    """The parameters that the runbook declares. Raises :class:`UserError` if it cannot be read."""
    return read(suite.require(runbook)).parameters


def given(parameters: Sequence[Parameter], namespace: Mapping[str, Any]) -> dict[str, Value]:
    """The values in a notebook's ``namespace``; a default if there is none of the parameter's type."""
    values: dict[str, Value] = {}
    for parameter in parameters:
        value = namespace.get(parameter.name)
        if parameter.type == "float" and type(value) is int:
            value = float(value)
        is_usable = isinstance(value, Value) and type(value) is TYPES[parameter.type][0]
        values[parameter.name] = value if is_usable else parameter.default  # type: ignore[assignment] # just checked
    return values


def without_secrets(
    parameters: Sequence[Parameter], values: Mapping[str, Value], rules: Rules, vault: Vault
) -> dict[str, Value]:
    """``values`` with each secret learned by ``vault`` and replaced by its token."""
    secret = {parameter.name for parameter in parameters if parameter.secret}
    whole = {
        name: vault.learn(value)
        for name, value in values.items()
        if name in secret and isinstance(value, str) and value and not is_reference(value)
    }
    return redacted({**values, **whole}, vault, rules.parameters.values())


def of_target(suite: Suite, name: str, parameters: Sequence[Parameter]) -> dict[str, Value]:
    """What choosing a target of ``configs/targets.yaml`` sets.

    Its own values, and the defaults of what only other targets set: nothing of the target before remains.
    Raises :class:`UserError` if this target's values cannot be used.
    """
    chosen = read_target(suite, name, parameters)
    others: set[str] = set()
    for other in target_names(suite):
        with suppress(UserError):
            others |= read_target(suite, other, parameters).keys()
    return {
        parameter.name: chosen.get(parameter.name, parameter.default)
        for parameter in parameters
        if parameter.name in others | chosen.keys()
    }


def cell_lines(parameters: Sequence[Parameter], values: Mapping[str, Value]) -> str:
    """The lines of the parameters cell that say ``values``, for the parameters that these name."""
    return parameters_source(
        [
            replace(parameter, default=values[parameter.name])
            for parameter in parameters
            if parameter.name in values
        ]
    )
