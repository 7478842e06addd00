"""The ports that a probe looks at."""

from __future__ import annotations

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.table import COMPOSE_PORTS, CONFIGURED_PORTS
from runbooklab.domains.ports.readings.wanted import Wanted, wanted_of


def wanted_by(ctx: Context) -> tuple[Wanted, ...]:
    """The wanted ports of the target, as soon as its files are read."""
    compose, configured = ctx.wait(COMPOSE_PORTS).value, ctx.wait(CONFIGURED_PORTS).value
    return wanted_of(ctx.target, compose, configured, ctx.target.error_text)
