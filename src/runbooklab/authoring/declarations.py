"""What a runbook declares itself, from its text or its notebook, as the rules of a run take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from runbooklab.authoring.outline import Declared, declaration
from runbooklab.authoring.parameters import Parameter
from runbooklab.model.declared import Declaration, Declarations, DeclaredParameter
from runbooklab.redaction import means_a_secret

#: Whether a text may declare something: parsing Markdown takes time that most runbooks need not spend.
_MAY_DECLARE = re.compile(r"^(?:`{3,}|~{3,})[ \t]*\{(?:check|cause|remedy)\}", re.MULTILINE)


def declared_in(body: str) -> tuple[Declared, ...]:
    """What the fences of a runbook's body declare, in their order."""
    if not _MAY_DECLARE.search(body):
        return ()
    from runbooklab.authoring import blocks

    sources = (block.source for block in blocks.parse(body).blocks if block.kind == "code")
    return tuple(found for source in sources if (found := declaration(source)) is not None)


def declarations(
    declared: Iterable[Declared], parameters: Iterable[Parameter], values: Mapping[str, Any]
) -> Declarations:
    """The declarations of a runbook with these parameters, which have these values in a run."""
    secrets = [row.name for row in parameters if row.secret]
    return with_values(declared, values, secrets)


def with_values(
    declared: Iterable[Declared], values: Mapping[str, Any], secrets: Iterable[str] = ()
) -> Declarations:
    """The declarations of a run whose parameters have these values; ``secrets`` names the secret ones."""
    known = frozenset(secrets)
    rows = tuple(Declaration(cast(Any, row.what), row.id, row.text) for row in declared)
    return Declarations(
        rows, tuple(_parameter(name, value, known) for name, value in values.items()) if rows else ()
    )


def _parameter(name: str, value: Any, secrets: frozenset[str]) -> DeclaredParameter:
    kind = type(value).__name__
    if kind == "str" and "://" in value:
        kind = "url"
    known = kind if kind in ("str", "url", "int", "float", "bool") else "str"
    is_secret = name in secrets or means_a_secret(name, str(value))
    return DeclaredParameter(name, cast(Any, known), is_secret)
