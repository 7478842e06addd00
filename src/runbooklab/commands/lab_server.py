"""JupyterLab as ``runbook open`` starts it: ``python -m runbooklab.commands.lab_server OPTIONS``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run JupyterLab, which takes ``sys.argv``, until it is stopped."""
    # jsonschema would import it for one format of URIs; it builds a grammar, half of the server's start.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # None: "not installed"
    from jupyterlab.labapp import main as run_lab

    run_lab()


if __name__ == "__main__":
    main()
