"""Write docs/causes.md: the causes of all built-in domains, by layer, from the domains' own tables.

python scripts/generate_causes_doc.py          # writes docs/causes.md
python scripts/generate_causes_doc.py --check  # exit status 1 if it is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from runbooklab.domain import registry
from runbooklab.domain.cause import AnyCause
from runbooklab.domain.domain import AnyDomain
from runbooklab.domains import BUILT_IN

PAGE = Path(__file__).resolve().parent.parent / "docs" / "causes.md"

INTRODUCTION = """\
# Causes

{counts}.

Each is judged from the evidence of one run: **supported**, **ruled out** (with the reason) or **untested**
(what would decide it was not observed, which proves nothing). If several are supported, the one to fix
first is primary: one that is not a consequence of another, critical before warning, and then the lower
layer, in the order of this page. A run judges the causes of the domains that its runbook uses, and of those
that they use; if two have a cause with the same id, the row of the domain that uses the other one counts. A
cause of the layer `access` makes a verdict on Docker critical; for Redis it explains missing evidence and
never why Redis fails, so it is primary only if nothing else is there.

Generated from the domains' tables (`src/runbooklab/domains/*/causes/`) by `scripts/generate_causes_doc.py`;
don't edit it by hand.
"""


def page() -> str:
    """The whole page: the domain with the most causes first."""
    domains = [found for name in BUILT_IN if (found := registry.domain(name)).causes]
    domains.sort(key=lambda found: -len(found.causes))
    counts = ", ".join(f"{len(found.causes)} causes of {found.title}" for found in domains)
    parts = [INTRODUCTION.format(counts=counts)]
    for found in domains:
        parts += [f"## {found.title}\n", *by_layer(found)]
    return "\n".join(parts)


def by_layer(domain: AnyDomain) -> Iterator[str]:
    """A domain's causes below the headings of its layers, in their order."""
    for layer in domain.layers:
        causes = [cause for cause in domain.causes if cause.layer == layer.name]
        if causes:
            yield f"### {layer.heading}\n"
            yield from section(causes)


def section(causes: Iterable[AnyCause]) -> Iterator[str]:
    """One layer's causes."""
    for cause in causes:
        yield f"#### `{cause.id}`: {cause.title}\n"
        yield "\n".join(f"- {label}: {text}" for label, text in facts(cause)) + "\n"


def facts(cause: AnyCause) -> Iterator[tuple[str, str]]:
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
    return ", ".join(f"`{row_id}`" for row_id in ids)


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
