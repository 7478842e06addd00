"""What a verdict on ports rests on, and the sentence of healthy ones."""

from __future__ import annotations

from runbooklab.domain.verdict import Ground, Standing, always
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.troubles import rows_of
from runbooklab.words import listed

#: docs/verdict.md shows it.
GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("port-owners", "every wanted port is its owner's, or free until its service is started"),
    Ground("port-answers", "who listens takes connections",
           may_be_skipped=always, skipped_when="if nobody listens for TCP"),
    Ground("port-compose", "the Compose file's ports can be had",
           may_be_skipped=always, skipped_when="if there is no Compose file"),
    Ground("bind-address", "the address to listen on is this host's",
           may_be_skipped=always, skipped_when="if none is named"),
)  # fmt: skip


def healthy_summary(e: Evidence) -> str:
    """Whose ports they are."""
    rows = rows_of(e)
    held = [row for row in rows if row.listeners]
    free = [row.want.label for row in rows if not row.listeners and not row.has_no_proxy]
    parts = [
        f"port {row.want.label} is led to container {row.container.name}"
        for row in rows
        if row.has_no_proxy and row.container
    ]
    for row in held[:3]:
        mine = next(iter(row.mine or row.listeners))
        parts.append(f"port {row.want.label} belongs to {mine.words}")
    if len(held) > 3:
        parts.append(f"{len(held) - 3} more are their owners'")
    if free:
        parts.append(
            f"port{'s' if len(free) > 1 else ''} {listed(free)} {'are' if len(free) > 1 else 'is'} free"
        )
    said = ", ".join(parts) or "no port is wanted"
    return f"{said[0].upper()}{said[1:]}: no conflict."


STANDING: Standing[Evidence] = Standing(
    claim="the ports belong to their services",
    grounds=GROUNDS,
    healthy=healthy_summary,
    validation=("port-owners", "port-answers", "port-compose", "bind-address"),
)
