"""What one line of an error text says of the workers: where the client went."""

from __future__ import annotations

from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.observe.error_places import hosts_of


def in_error(line: str, text: ErrorText) -> Evidence:
    """The evidence that ``line`` holds."""
    called = next((place for place in hosts_of(line, text) if place.rpartition(":")[2].isdecimal()), "")
    return Evidence(target=Target({"worker_address": called}))
