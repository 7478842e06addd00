"""What our processes do without, as its import takes long and nothing here uses it."""

from __future__ import annotations

import sys


def skip_slow_imports() -> None:
    """Have jsonschema do without rfc3987_syntax, which builds a grammar for seconds when it is imported.

    JupyterLab brings it along. It checks URI formats, and no schema that is used here has one.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # None: "not installed"
