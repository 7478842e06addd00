"""What the nbconvert template ``incident`` is drawn by (see its conf.json)."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor

from runbooklab.jupyter.saved_form import is_ours, make_fit_to_save
from runbooklab.redaction import Vault
from runbooklab.report.from_notebook import render_notebook


class IncidentPage(Preprocessor):
    """Draws the whole page from the notebook; the template only puts it out."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave the page in ``resources``; the notebook itself stays as it is.

        A file may have been written by a program that knows nothing of secrets: they are not drawn.
        """
        about = resources.get("metadata", {})
        drawn = nb
        if is_ours(nb):
            drawn = deepcopy(nb)
            make_fit_to_save(drawn, Vault(), Path(str(about.get("path") or ".")))
        resources["incident_page"] = render_notebook(drawn, str(about.get("name", "")))
        return nb, resources
