"""Looks at what was made with the eyes of lint: what it would refuse stays text.

Each kind of check has a judge of its own (an address that acts, a statement of SQL that writes), and a remedy
must take the values of its parameters. They are asked before anything is written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from runbooklab.authoring import blocks as markdown
from runbooklab.authoring.declared_mistakes import declared_mistakes
from runbooklab.authoring.frontmatter import examine
from runbooklab.domain.rules import Rules
from runbooklab.importing.deciding import PROMETHEUS
from runbooklab.importing.typed import DATABASE

#: A check with an empty parameter is not judged, so the servers that import asks for have a value here.
_SERVERS = {DATABASE: "postgresql://localhost/postgres", PROMETHEUS: "http://localhost:9090"}


def refused_by_lint(front: str, body: str, project: Path) -> dict[str, str]:
    """Id of a check or remedy -> what lint says of it.

    ``front`` is the front matter without its ``---`` lines, ``project`` where the runbook would run.
    """
    parsed = markdown.parse(body)
    declared = examine(front)[0]
    known = tuple(replace(row, default=_SERVERS.get(row.name, row.default)) for row in declared.parameters)
    found: dict[str, str] = {}
    for mistake in declared_mistakes(
        parsed.blocks, replace(declared, parameters=known), Rules.of(()), project
    ):
        what, _, message = mistake.message.partition(": ")
        found.setdefault(what.partition(" ")[2], message)
    return found
