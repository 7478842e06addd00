"""Progress for a person who watches a run: which section, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runbooklab.authoring.outline import section_of
from runbooklab.model.mime import FINDING_MIME

Say = Callable[[str], None]


class Progress:
    """Prints each section's title as it is reached, and each finding below it.

    ``titles`` maps a section's slug to its title.
    """

    def __init__(self, titles: Mapping[str, str], say: Say) -> None:
        self._titles = titles
        self._say = say
        self._section = ""

    def cell_started(self, cell: Any) -> None:
        slug = section_of(cell)
        if slug and slug != self._section:
            self._section = slug
            self._say(self._titles.get(slug, slug))

    def cell_ended(self, cell: Any) -> None:
        for output in cell.get("outputs", ()):
            finding = output.get("data", {}).get(FINDING_MIME)
            if finding and finding.get("status") != "skipped":
                self._say(f"  {finding.get('status', ''):<8} {finding.get('summary', '')}")
            elif output.get("output_type") == "error":
                self._say(f"  unknown  this cell raised {output.get('ename')}: {output.get('evalue')}")
