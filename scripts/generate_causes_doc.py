"""Write docs/causes.md: the catalogue of causes, by layer, from the table in domains/redis/causes/table/.

python scripts/generate_causes_doc.py          # writes docs/causes.md
python scripts/generate_causes_doc.py --check  # exit status 1 where it is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes.table import CATALOGUE
from runbooklab.domains.redis.layers import LAYER_ORDER, LAYERS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "causes.md"

INTRODUCTION = """\
# Causes

{count} causes of a failed Redis connection or worker registration. Each is judged from the evidence of one
run: **supported**, **ruled out** (with the reason) or **untested** (what would tell was not observed, which
is never proof). If several are supported, the one to fix first is primary: one that is no consequence of
another, critical before warning, and then the lower layer, in the order of this page. A cause of the last
layer explains missing evidence and never why Redis fails, so it is primary only where nothing else is there.

Generated from `src/runbooklab/domains/redis/causes/table/` by `scripts/generate_causes_doc.py`; don't
edit it by hand.
"""


def page() -> str:
    """The whole page."""
    rows = sorted(CATALOGUE, key=lambda cause: LAYER_ORDER[cause.layer])
    parts = [INTRODUCTION.format(count=len(CATALOGUE))]
    for layer, causes in groupby(rows, key=lambda cause: cause.layer):
        parts += [f"## {LAYERS[layer].heading}\n", *section(causes)]
    return "\n".join(parts)


def section(causes: Iterator[Cause]) -> Iterator[str]:
    """One layer's causes."""
    for cause in causes:
        yield f"### `{cause.id}`: {cause.title}\n"
        yield "\n".join(f"- {label}: {text}" for label, text in facts(cause)) + "\n"


def facts(cause: Cause) -> Iterator[tuple[str, str]]:
    """What is said of a cause, label and text."""
    yield "Supported by", cause.distinguishing
    if cause.look_alikes:
        yield "Looks like", listed(cause.look_alikes)
    if cause.consequence_of:
        yield "May be the consequence of", listed(cause.consequence_of)
    yield "Remedy", listed(cause.remedies)
    if cause.severity == "warning":
        yield "Weight", "warning"
    yield "Source", cause.source


def listed(ids: tuple[str, ...]) -> str:
    return ", ".join(f"`{one}`" for one in ids)


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is current."""
    if "--check" not in arguments:
        PAGE.write_text(page())
        return 0
    if PAGE.is_file() and PAGE.read_text() == page():
        return 0
    print(f"{PAGE} is out of date: run python scripts/generate_causes_doc.py", file=sys.stderr)  # noqa: T201 # what a script says to its user
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
