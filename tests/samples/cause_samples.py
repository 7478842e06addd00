"""Evidence of every variant of every cause: ``VARIANTS`` maps ``cause`` or ``cause/variant`` to it.

The common situations come from ``situations``; the others are small changes of a healthy target. What
they hold is what the probes deliver on a real engine.
"""

from __future__ import annotations

from collections.abc import Callable

from cause_samples_host import HOST
from cause_samples_lifecycle import LIFECYCLE
from cause_samples_modes import MODES
from cause_samples_network import NETWORK, orchestrated
from cause_samples_orchestrator import ORCHESTRATOR
from cause_samples_server import SERVER, said, slow_command
from runbooklab.domains.redis.evidence import Evidence
from situations import SITUATIONS

VARIANTS: dict[str, Callable[[], Evidence]] = {
    name: build
    for name, build in (SITUATIONS | LIFECYCLE | NETWORK | SERVER | HOST | ORCHESTRATOR | MODES).items()
    if name != "healthy"
}
__all__ = ["VARIANTS", "orchestrated", "said", "slow_command"]
