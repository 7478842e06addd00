"""What is wrong with what a runbook declares itself, with the file's lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.authoring.blocks import Block
from runbooklab.authoring.frontmatter import FrontMatter, Mistake
from runbooklab.authoring.outline import declaration

if TYPE_CHECKING:
    from runbooklab.domain.rules import Rules


def declared_mistakes(
    blocks: Iterable[Block], front: FrontMatter, base: Rules | None = None, project: Path | None = None
) -> Iterator[Mistake]:
    """Every mistake in the declaring fences; ``base`` are the rules of the domains that the runbook uses.

    With a ``project`` also what would never be sent there. Raises :class:`UserError` for domains that are not
    installed, unless ``base`` is given.
    """
    from runbooklab.authoring.declarations import declarations
    from runbooklab.domain.later import at
    from runbooklab.domain.rules import Rules
    from runbooklab.domains import MISTAKES_OF_DECLARATIONS

    code = [block for block in blocks if block.kind == "code"]
    fences = [(block, found) for block in code if (found := declaration(block.source)) is not None]
    if not fences:
        return
    values = {row.name: row.default for row in front.parameters}
    declared = declarations((found for _, found in fences), front.parameters, values)
    rules = Rules.of(front.uses) if base is None else base
    for place, mistake in at(MISTAKES_OF_DECLARATIONS)(declared, rules, values, project):
        block, found = fences[place]
        yield Mistake(block.line + mistake.line, f"{found.what} {found.id}: {mistake.message}")
