"""What one line of an error text says of the ports: which one could not be had."""

from __future__ import annotations

import re

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.observe.error_places import hosts_of

#: "listen tcp4 0.0.0.0:8080", "Bind for :::8080", "port 8080", "('127.0.0.1', 8080)", ":8080/tcp".
_PORT = re.compile(
    r"(?:[\d\]*]|::|\s|^):(\d{2,5})\b(?!:)|\bport[ =:]{1,2}(\d{2,5})\b|', (\d{2,5})\)", re.IGNORECASE
)


def in_error(line: str, text: ErrorText) -> Evidence:
    """The evidence that ``line`` holds."""
    found = _PORT.search(line)
    numbers = [group for group in found.groups() if group] if found else []
    numbers += [port for place in hosts_of(line, text) if (port := place.rpartition(":")[2]).isdecimal()]
    named = next((number for number in numbers if 0 < int(number) < 65536), "")
    return Evidence(target=Target({"ports": f"{named}/udp" if named and "udp" in line else named}))
