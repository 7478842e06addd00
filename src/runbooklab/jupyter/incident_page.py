"""What the nbconvert template ``incident`` is drawn by (see its conf.json)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor

from runbooklab.jupyter.saved_form import fit_to_show
from runbooklab.report.from_notebook import render_notebook


class IncidentPage(Preprocessor):
    """Draws the whole page from the notebook; the template only puts it out."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave the page in ``resources``, drawn without secrets; the notebook itself stays as it is."""
        about = resources.get("metadata", {})
        shown = fit_to_show(nb, Path(str(about.get("path") or ".")))
        resources["incident_page"] = render_notebook(shown, str(about.get("name", "")))
        return nb, resources
