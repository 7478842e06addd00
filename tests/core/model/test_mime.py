"""The MIME types that stored notebooks are read by."""

from __future__ import annotations

import json
from pathlib import Path

from runbooklab.report.from_notebook import concluded_in

SAMPLE = Path(__file__).parents[3] / "reports" / "sample"


def test_a_notebook_of_an_earlier_version_still_gives_its_diagnosis() -> None:
    """A stored notebook is read by the MIME types it was written with."""
    found = concluded_in(json.loads((SAMPLE / "report.ipynb").read_text()))
    assert found is not None
    diagnosis, evidence = found
    assert diagnosis.run_id == json.loads((SAMPLE / "diagnosis.json").read_text())["run_id"]
    assert evidence is not None
