"""Which target a pasted error text names, as values of a runbook's parameters."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from runbooklab.domain.rules import Rules
from runbooklab.model.error_text import ErrorText
from runbooklab.observe.error_places import places


def told(rules: Rules, text: ErrorText) -> dict[str, str]:
    """Parameter -> value, as the text's lines have it for the domains of ``rules``; the first one counts."""
    found: dict[str, str] = {}
    for name, value in _named(rules, text):
        found.setdefault(name, value)
    return found


def _named(rules: Rules, text: ErrorText) -> Iterator[tuple[str, str]]:
    for line in text.text.splitlines():
        for part in rules.contributions:
            values = part.in_error(line, text).target.values
            yield from ((name, str(value)) for name, value in values.items() if value)


def is_near(value: str) -> bool:
    """Whether every host that the value names is this one, in a private network, or has a name without dots.

    Only these are contacted because a text names them: whoever writes a log must not choose whom we call.

    >>> is_near("127.0.0.1:50051"), is_near("tts-worker:50051"), is_near("8.8.8.8:443"), is_near("web")
    (True, True, False, True)
    """
    return all(_is_near_host(place.rpartition(":")[0].strip("[]")) for place in places(value))


def _is_near_host(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host
    return (address.is_private or address.is_loopback) and not address.is_link_local
