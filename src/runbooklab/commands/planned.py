"""What a run would send, cell by cell, without sending it: ``runbook run SLUG --plan``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from runbooklab.authoring.outline import calls, declaration, section_of, source_of
from runbooklab.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from runbooklab.authoring.invocation import Invocation
    from runbooklab.domain.probe import AnyProbe
    from runbooklab.domain.rules import Rules
    from runbooklab.model.parameter import Target


def planned(invocation: Invocation) -> tuple[str, ...]:
    """A line for each thing that would be sent or read. Raises :class:`UserError` without a notebook."""
    from runbooklab.execution import parameters_without_secrets
    from runbooklab.notebook.target import names_given, target_of
    from runbooklab.redaction import Vault

    vault, rules = Vault(), invocation.rules
    vault.reserve(names_given(invocation.values, rules), own=True)
    safe = parameters_without_secrets(invocation.values, invocation.secret_names, vault)
    target, problems = target_of(safe, rules, vault)
    lines = [*problems, *_cells(_notebook(invocation), rules, target, invocation.suite.root)]
    return tuple(vault.redact(line) for line in lines)


def _notebook(invocation: Invocation) -> list[dict[str, Any]]:
    path = invocation.suite.notebook(invocation.slug)
    try:
        cells: list[dict[str, Any]] = json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UserError("cannot be read", path, hint="compile it with `runbook build`") from None
    return cells


def _cells(cells: Iterable[dict[str, Any]], rules: Rules, target: Target, root: Path) -> Iterator[str]:
    shown: set[str] = set()
    section = ""
    for cell in cells:
        for check in _checks_of(cell):
            if section_of(cell) != section:
                section = section_of(cell)
                yield f"{section}:"
            row = rules.checks.get(check)
            needs = () if row is None else tuple(key.name for key in row.needs)
            shown.update(needs)
            yield from _lines(
                check, [rules.probes[name] for name in needs if name in rules.probes], target, root
            )
    rest = [probe for name, probe in rules.probes.items() if name not in shown]
    lines = [line for probe in rest for line in _lines(probe.name, [probe], target, root)]
    if lines:
        yield "with the first cell, for causes and the verdict:"
        yield from lines


def _checks_of(cell: dict[str, Any]) -> Iterator[str]:
    """The checks that a cell shows, by id."""
    if cell.get("cell_type") != "code":
        return
    source = source_of(cell)
    if (found := declaration(source)) is not None:
        if found.what == "check":
            yield found.id
        return
    for call in calls(source):
        if call.name == "check" and isinstance(call.argument, str):
            yield call.argument


def _lines(name: str, probes: Iterable[AnyProbe], target: Target, root: Path) -> Iterator[str]:
    for probe in probes:
        for line in (
            probe.plan(target, root)
            if probe.plan is not None
            else (f"looks at {probe.looks_at or probe.name}",)
        ):
            yield f"  {name}: {line}"
