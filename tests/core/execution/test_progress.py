"""What a person who watches a run reads."""

from __future__ import annotations

from typing import Any

from runbooklab.execution.progress import Progress
from runbooklab.model.mime import FINDING_MIME


def cell(section: str, *findings: dict[str, str]) -> dict[str, Any]:
    """A cell of a section that has shown these findings."""
    outputs = [{"output_type": "display_data", "data": {FINDING_MIME: each}} for each in findings]
    return {"metadata": {"tags": [f"section:{section}"]}, "outputs": outputs}


def test_a_section_is_named_above_its_first_finding() -> None:
    """Once, and not at all if it has nothing to show: no cause, no remedy, no skipped check."""
    said: list[str] = []
    progress = Progress({"one": "One", "two": "Two", "three": "Three"}, said.append)
    ok, skipped = {"status": "ok", "summary": "It runs."}, {"status": "skipped", "summary": "Not here."}
    for each in (cell("one", ok), cell("one", ok), cell("two", skipped), cell("three"), cell("three", ok)):
        progress.cell_started(each)
        progress.cell_ended(each)
    line = "  ok       It runs."
    assert said == ["One", line, line, "Three", line]
