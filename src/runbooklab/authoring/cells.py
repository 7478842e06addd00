"""The cells that are generated rather than written, and the names that sections and cells get."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from runbooklab.authoring.frontmatter import VOCABULARY
from runbooklab.authoring.outline import plain
from runbooklab.authoring.parameters import Parameter, Value

#: Longest slug of a section: a cell id (at most 64 characters in nbformat 4.5) needs room for its number.
LONGEST_SLUG = 54

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


def setup_source(slug: str, parameters: Sequence[Parameter], uses: Sequence[str] = ()) -> str:
    """The first cell that does something: it starts all probes of the domains that the runbook uses."""
    domains = f"    uses={json.dumps(list(uses))},\n" if uses else ""
    arguments = domains + "".join(f"    {parameter.name}={parameter.name},\n" for parameter in parameters)
    call = f'start(\n    "{slug}",\n{arguments})' if arguments else f'start("{slug}")'
    return f"from runbooklab.session import {', '.join(VOCABULARY)}\n\n{call}"


def has_tag(metadata: dict[str, Any], tag: str) -> bool:
    """Whether a cell's metadata carries ``tag``."""
    return tag in metadata.get("tags", ())
