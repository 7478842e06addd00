"""The cells that are generated rather than written, and the names that sections and cells get."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from runbooklab.authoring.frontmatter import VOCABULARY
from runbooklab.authoring.outline import Declared, plain
from runbooklab.authoring.parameters import Parameter, Value

#: Longest slug of a section: a cell id (at most 64 characters in nbformat 4.5) needs room for its number.
LONGEST_SLUG = 54

#: Tag of the generated cell that repeats all declarations.
DECLARATIONS_TAG = "declarations"

SECRET_HELP = "(secret: env:NAME or file:/path)"  # noqa: S105 # says where a secret may be; holds none


def slug_of(heading: str) -> str:
    """The slug of a heading: its words without a leading number, lower-case, joined by hyphens.

    >>> slug_of("1. Check *Redis* container status")
    'check-redis-container-status'
    """
    text = re.sub(r"^\s*[0-9]+[.)]\s+", "", plain(heading))
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['\u2019]", "", ascii_text.lower())))
    if len(words) <= LONGEST_SLUG:
        return words or "section"
    return words[: LONGEST_SLUG + 1].rpartition("-")[0] or words[:LONGEST_SLUG]


def parameters_source(parameters: Sequence[Parameter]) -> str:
    """One annotated assignment a line, with the help as a comment, as papermill reads it."""
    return "\n".join(
        f"{parameter.name}: {parameter.type} = {literal(parameter.default)}{_comment(parameter)}"
        for parameter in parameters
    )


def literal(value: Value) -> str:
    """A value as Python source; text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def comment_of(parameter: Parameter) -> str:
    """A parameter's help on one line; for a secret it says where to put it."""
    return " ".join([*parameter.help.split(), *([SECRET_HELP] if parameter.secret else [])])


def _comment(parameter: Parameter) -> str:
    comment = comment_of(parameter)
    return f"  # {comment}" if comment else ""


def setup_source(slug: str, parameters: Sequence[Parameter], uses: Sequence[str] | None = None) -> str:
    """The first cell that does something: it starts all probes of the domains that the runbook uses.

    Without ``uses`` these are the default ones.
    """
    domains = "" if uses is None else f"    uses={json.dumps(list(uses))},\n"
    arguments = domains + "".join(f"    {parameter.name}={parameter.name},\n" for parameter in parameters)
    call = f'start(\n    "{slug}",\n{arguments})' if arguments else f'start("{slug}")'
    return f"from runbooklab.session import {', '.join(VOCABULARY)}\n\n{call}"


def declarations_source(declared: Sequence[Declared], parameters: Sequence[Parameter]) -> str:
    """The cell before the set-up cell: all that is declared below, so that all probes start at once."""
    rows = "".join(
        f"    ({literal(row.what)}, {literal(row.id)}, {literal(row.text)}),\n" for row in declared
    )
    secrets = [parameter.name for parameter in parameters if parameter.secret]
    named = f"    secrets={json.dumps(secrets)},\n" if secrets else ""
    return f"from runbooklab.session import declare\n\ndeclare(\n{rows}{named})"


def has_tag(metadata: dict[str, Any], tag: str) -> bool:
    """Whether a cell's metadata carries ``tag``."""
    return tag in metadata.get("tags", ())
