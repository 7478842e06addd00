"""Renew requirements.txt: install the ranges of pyproject.toml into a clean environment and note what came."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = (
    "# The locked set for a fresh machine: what the tests ran with."
    " Ranges are in pyproject.toml; renew with `make lock`.\n"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [f"{folder}/bin/pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", f"{ROOT}[test]"], check=True)
        frozen = subprocess.run([*pip, "freeze", "--exclude", "runbooklab"], check=True, capture_output=True, text=True)
    (ROOT / "requirements.txt").write_text(HEADER + frozen.stdout)
    sys.stderr.write("requirements.txt renewed\n")


if __name__ == "__main__":
    main()
