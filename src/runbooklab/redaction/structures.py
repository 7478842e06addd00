"""Secrets by the structure they stand in: nested data, YAML, markup, tables.

Few texts may hold such a secret, and only they need these modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.redaction.markup import find_in_markup
from runbooklab.redaction.notation import find_in_notation
from runbooklab.redaction.tables import find_in_tables
from runbooklab.redaction.tree import Search
from runbooklab.redaction.urls import Found

#: A configuration of more than this is searched as text only.
MOST_YAML = 2 << 20
_LOOKS_LIKE_YAML = re.compile(
    r"(?m)^[ \t]{0,100}(?:- |\? |(?:- )?[\"']?[\w./@-]{1,100}[\"']?[ ]{0,3}:(?:[ \t\r]|$))"
)


def find_in_structures(text: str, inside: Search) -> Iterator[Found]:
    """What may be secret by its place in a structure, in no order; ``inside`` searches a text within."""
    yield from find_in_notation(text, inside)
    if "\n" in text.strip() and len(text) <= MOST_YAML and _LOOKS_LIKE_YAML.search(text):
        from runbooklab.redaction.yaml_text import find_in_yaml  # its parser takes a while to load

        yield from find_in_yaml(text, inside)
    yield from find_in_markup(text)
    yield from find_in_tables(text)
