"""How a cell shows something: our own JSON, with HTML for JupyterLab and text for a terminal."""

from __future__ import annotations

from typing import Any

import msgspec

from runbooklab.model.conclusions import Finding
from runbooklab.model.mime import FINDING_MIME, VIEW_MIME


def show(mime: str, content: Any, html: str, text: str, **more: Any) -> None:
    """Display ``content`` under ``mime``, with its HTML and text; ``more``: MIME type to content."""
    from IPython.display import display

    bundle = {mime: msgspec.to_builtins(content), "text/html": html, "text/plain": text, **more}
    display(bundle, raw=True)  # type: ignore[no-untyped-call] # IPython has no types


def show_finding(finding: Finding) -> None:
    """Display one finding."""
    from runbooklab.report.cells import finding_html, finding_text
    from runbooklab.report.contributed import vocabulary

    words = vocabulary()
    show(FINDING_MIME, finding, finding_html(finding, words), finding_text(finding, words))


def show_view(kind: str, content: Any, html: str, text: str) -> None:
    """Display anything but a finding: ``kind`` says how the report draws it again from ``content``."""
    show(VIEW_MIME, {"kind": kind, kind: content}, html, text)
