"""Renew requirements.txt: let pip choose a version of everything in the ranges of pyproject.toml.

The versions are chosen for the oldest Python of ``requires-python``, so that a fresh machine with
that one can install them. Nothing is installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = (
    "# The locked set for a fresh machine: what the tests ran with."
    " Ranges are in pyproject.toml; renew with `make lock`.\n"
)


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = re.sub(r"[^\d.]", "", project["requires-python"])
    ranges = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        nothing_installed = ["--dry-run", "--ignore-installed", "--target", folder, "--report", str(report)]
        oldest_python = ["--python-version", f"{oldest}.0", "--only-binary", ":all:"]
        subprocess.run([*pip, *nothing_installed, *oldest_python, *ranges], check=True)  # noqa: S603 - pip and our own ranges
        chosen = [package["metadata"] for package in json.loads(report.read_text())["install"]]
    pins = sorted((re.sub("[-_.]+", "-", package["name"]).lower(), package["version"]) for package in chosen)
    lines = [f"{name}=={version}\n" for name, version in pins]
    (ROOT / "requirements.txt").write_text(HEADER + "".join(lines))
    sys.stderr.write(f"requirements.txt renewed: {len(pins)} packages for Python {oldest} and newer\n")


if __name__ == "__main__":
    main()
