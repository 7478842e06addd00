"""What one line of an error text says of the ports: which one could not be had."""

from __future__ import annotations

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.bind_errors import ports_in
from runbooklab.domains.ports.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.observe.error_places import hosts_of


def in_error(line: str, text: ErrorText) -> Evidence:
    """The evidence that ``line`` holds."""
    ends = (place.rpartition(":")[2] for place in hosts_of(line, text))
    port = next((str(each) for each in (*ports_in(line), *filter(str.isdecimal, ends))), "")
    return Evidence(target=Target({"ports": f"{port}/udp" if port and "udp" in line else port}))
