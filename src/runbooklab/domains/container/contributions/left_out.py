"""What of a container is never read."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.containers import container, orchestrator
from runbooklab.redaction import means_a_secret
from runbooklab.words import count


def left_out(e: Evidence) -> Iterator[str]:
    """A sentence for each container that has environment variables: their values are never read."""
    for found in (container(e), orchestrator(e)):
        if found is None or not found.environment_names:
            continue
        secret = [name for name in found.environment_names if means_a_secret(name, "x")]
        among = f", {', '.join(secret)} among them" if secret else ""
        values = count(len(found.environment_names), "variable")
        yield f"Environment of container {found.name}: the values of {values} were left out{among}."
