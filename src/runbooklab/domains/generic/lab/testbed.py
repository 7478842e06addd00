"""The testbed of the labs of declared checks: what all of their recipes use."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.generic.lab.servers import Nginx, nginx
from runbooklab.lab.certificates import Authority, authority
from runbooklab.lab.testbed import Situation, Testbed


class DeclaredTestbed(Testbed):
    """A testbed with real servers of its own."""

    def nginx(self, config: str, port: int = 0) -> Nginx:
        """An nginx with this ``http`` block."""
        return nginx(self, config, port)

    def authority(self) -> Authority:
        """A new authority for certificates."""
        return authority(self)

    def of(self, **parameters: Any) -> Situation:
        """A target; what is not given has the runbook's default."""
        return Situation({"probe_timeout_s": 4.0} | parameters)
