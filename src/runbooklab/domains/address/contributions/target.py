"""What was checked, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbooklab.domains.address.evidence import Evidence

#: The parameters that name it, the one that says most first.
_NAMING = ("redis_url", "orchestrator_config")


def target_name(parameters: Mapping[str, Any], e: Evidence | None = None) -> str:
    """The address that was checked, else what the parameters name it by; "" if nothing does."""
    if e is not None and e.address.value:
        return e.address.value.text
    return next((str(parameters[name]) for name in _NAMING if parameters.get(name)), "")
