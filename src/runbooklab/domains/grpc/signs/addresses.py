"""The addresses of workers that an error text of gRPC names."""

from __future__ import annotations

import re
from urllib.parse import unquote

_PLACE = r"(?P<place>\[[0-9A-Fa-f:.]{2,45}\]:\d{2,5}|[A-Za-z0-9_][\w.-]{0,252}:\d{2,5})(?![\w.])"
#: What stands before an address that gRPC called. Source: gRPC core's messages, grpc-go's "dial tcp".
_BEFORE = (
    r"(?:ipv4|ipv6):(?:///)?",
    r"\bdns:(?:///)?",
    r"errors? resolving ",
    r"DNS resolution failed for (?:service: )?",
    r"address lookup failed for ",
    r"\bdial tcp ",
)
_ADDRESS = re.compile(rf"(?:{'|'.join(_BEFORE)}){_PLACE}", re.IGNORECASE)
#: Addresses of one text that are taken.
MOST = 4


def addresses(text: str) -> tuple[str, ...]:
    """``host:port`` as the text has them, the last first: what failed last is what matters.

    >>> addresses("last error: UNKNOWN: ipv4:127.0.0.1:50051: Failed to connect")
    ('127.0.0.1:50051',)
    >>> addresses("UNAVAILABLE: ipv6:%5B::1%5D:50051: recvmsg; errors resolving tts-worker:50051: [field]")
    ('tts-worker:50051', '[::1]:50051')
    """
    found = [match["place"] for match in _ADDRESS.finditer(unquote(text[:16_000]))]
    return tuple(dict.fromkeys(reversed(found)))[:MOST]
