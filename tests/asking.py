"""What checks ask for, written as short as a runbook does."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from runbooklab.domains.generic.kinds import KINDS
from runbooklab.domains.generic.records import Asked, Seen, Text
from runbooklab.model.observation import Key, Missing, Observation
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context
from runbooklab.redaction import Vault


def text(template: str, **values: str) -> Text:
    """A text of a runbook with the values of its parameters: ``text("http://${host}/", host="db")``."""
    parts = re.split(r"\$\{(\w+)\}", template)
    return Text(tuple(values[part] if at % 2 else part for at, part in enumerate(parts)))


def asked(
    kind: str,
    subject: str,
    options: dict[str, str] | None = None,
    *,
    container: str = "",
    timeout_s: float = 3.0,
    **values: str,
) -> Asked:
    """What one check asks for; ``values`` are of parameters."""
    given = {name: text(option, **values) for name, option in (options or {}).items()}
    return Asked(kind, text(subject, **values), given, container, timeout_s)


def module(kind: str) -> Any:
    """The module of a kind, as its row names it."""
    from importlib import import_module

    return import_module(KINDS[kind].module)


def refused(question: Asked) -> str:
    """Why it is refused."""
    said: str = module(question.kind).refused(question)
    return said


def command(question: Asked) -> str:
    """The command line for a person."""
    said: str = module(question.kind).command(question)
    return said


def _nothing(key: Key[Any]) -> Observation[Any]:
    return Observation(key.name, missing=Missing("unreachable", "nothing was looked at"))


def context(vault: Vault | None = None, wait: Any = _nothing, seconds: float = 20.0) -> Context[Target]:
    """A context that ends in so many seconds."""
    vault = vault or Vault(b"a key for tests")
    return Context(Target(), Path.cwd(), vault, time.monotonic() + seconds, wait)


def looked(question: Asked, ctx: Context[Target] | None = None) -> Seen:
    """What a look sees, and only fields that the kind has; raises what the module raises."""
    assert refused(question) == ""
    seen: Seen = module(question.kind).look(ctx or context(), question)
    fields = {field.name for field in KINDS[question.kind].fields}
    assert {*seen.values, *seen.unobserved} <= fields, set(seen.values) - fields
    assert not set(seen.values) & set(seen.unobserved)
    return seen
