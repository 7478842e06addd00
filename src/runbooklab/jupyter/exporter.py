"""The incident report as a format of nbconvert, and so an entry of JupyterLab's export menu."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import HTMLExporter
from traitlets import default


class IncidentReport(HTMLExporter):
    """``jupyter nbconvert --to incident_report x.ipynb``: HTML by the template ``incident``."""

    export_from_notebook = "Incident report"

    @default("template_name")
    def _template_name_default(self) -> Any:
        return "incident"
