"""Write the reference in docs/checks.md, and docs/checks.schema.json, from the table of kinds.

python scripts/generate_checks_doc.py          # writes both
python scripts/generate_checks_doc.py --check  # exit status 1 if one is out of date
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from runbooklab.domains.generic.catalogue import page, schema

DOCS = Path(__file__).resolve().parent.parent / "docs"

#: What stands above it in docs/checks.md is written by hand.
MARK = "<!-- From here on generated from the table of kinds by scripts/generate_checks_doc.py. -->"


def main(arguments: list[str]) -> int:
    """Write both files, or with ``--check`` say whether they are current."""
    written, mark, _ = (DOCS / "checks.md").read_text().partition(MARK)
    made = {
        DOCS / "checks.md": f"{written}{mark}\n\n{page()}",
        DOCS / "checks.schema.json": json.dumps(schema(), indent=2) + "\n",
    }
    if "--check" not in arguments:
        for path, text in made.items():
            path.write_text(text)
        return 0
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text() != text]
    for path in stale:
        print(f"{path} is out of date: run python scripts/generate_checks_doc.py", file=sys.stderr)  # noqa: T201 # what a script says to its user
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
