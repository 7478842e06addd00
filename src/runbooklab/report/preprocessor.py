"""What the nbconvert template ``incident`` is drawn by (see its conf.json)."""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor

from runbooklab.report.from_notebook import render_notebook


class IncidentPage(Preprocessor):
    """Draws the whole page from the notebook; the template only puts it out."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave the page in ``resources``; the notebook itself stays as it is."""
        name = str(resources.get("metadata", {}).get("name", ""))
        resources["incident_page"] = render_notebook(nb, name)
        return nb, resources
