"""What a probe of this domain is given."""

from __future__ import annotations

from runbooklab.domains.docker.target import Target
from runbooklab.observe import context

Context = context.Context[Target]
