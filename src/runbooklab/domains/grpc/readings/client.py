"""What a real client's call says: whether the server is there, and whether gRPC's resolver finds it."""

from __future__ import annotations

import re

from runbooklab.domains.grpc.records import ClientCall

#: Codes of a server that is there: it knows no such method, or does not let the caller in.
ALIVE = frozenset(
    {"UNIMPLEMENTED", "UNAUTHENTICATED", "PERMISSION_DENIED", "OK", "NOT_FOUND", "RESOURCE_EXHAUSTED"}
)
#: What gRPC says if its resolver fails (core: ``dns_resolver_ares.cc``).
_OF_NAMES = re.compile(r"c-?ares|dns|resolv", re.IGNORECASE)


def is_alive(call: ClientCall) -> bool:
    """Whether a server answered."""
    return call.code in ALIVE


def is_unresolved(call: ClientCall) -> bool:
    """Whether the client did not find the name."""
    return not is_alive(call) and bool(_OF_NAMES.search(call.details))
