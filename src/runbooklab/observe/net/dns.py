"""Whether a name server answers at all: one small query for the root, which every server knows."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import Literal

#: How a server answers: ``refuses``: nothing listens at its port; ``declines``: it says REFUSED.
DnsAnswer = Literal["answers", "refuses", "declines", "silent", "unreachable"]

PORT = 53
#: REFUSED (RFC 1035, 4.1.1): the server is there and gives this client no names.
_REFUSED = 5


def ask_server(address: str, timeout_s: float) -> DnsAnswer:
    """Ask a name server for the name servers of the root, once, by UDP.

    Raises :class:`ValueError` if ``address`` is no IP address.
    """
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    number = os.urandom(2)
    # header: recursion desired, one question; the question: the root's name, type NS, class IN
    query = number + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + b"\x00\x00\x02\x00\x01"
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout_s)
        try:
            sock.connect((address, PORT))
            sock.send(query)
            said = sock.recv(4096)
        except TimeoutError:
            return "silent"
        except ConnectionRefusedError:
            return "refuses"
        except OSError:
            return "unreachable"
    code = said[3] & 0x0F if len(said) > 3 and said[:2] == number else -1
    return "declines" if code == _REFUSED else "answers"
