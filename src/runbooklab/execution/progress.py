"""Progress for a person who watches a run: which section, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runbooklab.authoring.outline import section_of
from runbooklab.model.mime import FINDING_MIME

Say = Callable[[str], None]


class Progress:
    """Prints each finding, and above the first one of a section its title.

    ``titles`` maps a section's slug to its title. A section without a finding that counts is not named.
    """

    def __init__(self, titles: Mapping[str, str], say: Say) -> None:
        self._titles = titles
        self._say = say
        self._section = ""
        self._named = ""

    def cell_started(self, cell: Any) -> None:
        self._section = section_of(cell) or self._section

    def cell_ended(self, cell: Any) -> None:
        for output in cell.get("outputs", ()):
            finding = output.get("data", {}).get(FINDING_MIME)
            if finding and finding.get("status") != "skipped":
                self._say_below(f"  {finding.get('status', ''):<8} {finding.get('summary', '')}")
            elif output.get("output_type") == "error":
                self._say_below(f"  unknown  this cell raised {output.get('ename')}: {output.get('evalue')}")

    def _say_below(self, line: str) -> None:
        if self._section and self._section != self._named:
            self._named = self._section
            self._say(self._titles.get(self._section, self._section))
        self._say(line)
