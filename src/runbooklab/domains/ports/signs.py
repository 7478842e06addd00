"""What error texts say of ports."""

from __future__ import annotations

import re

from runbooklab.domain.sign import SignTable, sign

SIGNS = SignTable(
    signs=(
        sign("another container has the port", "port-conflict-container port-conflict-compose-project",
             r"port is already allocated"),
        sign("the address is not this host's", "bind-address-unavailable",
             r"cannot assign requested address", r"EADDRNOTAVAIL", r"Errno 99"),
        sign("the user may not listen on so low a port", "port-privileged",
             r"(?:bind|listen)\S*.{0,80}permission denied", r"Errno 13\] Permission denied(?!: b?['\"]/?)",
             r"listen EACCES"),
        sign("the engine runs without root, and the port is a low one", "rootless-port port-privileged",
             r"(?:cannot|failed to) expose privileged port"),
        sign("the Compose file has a port that is none", "compose-port-invalid",
             r"invalid (?:hostPort|containerPort|port)", r"invalid proto",
             r"invalid (?:port )?ranges? (?:specified|format)"),
        sign("published ports are discarded", "compose-ports-discarded", r"published ports are discarded"),
        sign("the port is in use",
             "port-conflict-process port-conflict-host-network service-already-running port-time-wait "
             "port-taken-by-outgoing-connection listener-frozen port-held-by-orphan stale-docker-proxy",
             r"address (?:already )?in use", r"EADDRINUSE", r"AddrInUse", r"Errno 98",
             r"Only one usage of each socket address", r"\bConnection in use: \(",
             r"failed to bind (?:to )?(?:address|host port|port)", r"ports are not available",
             r"No address added out of"),
        sign("nobody listens", "service-not-listening container-stopped container-never-started",
             r"connection refused", r"ECONNREFUSED", r"Errno 111", generic=True),
    ),
    subject=re.compile(r"\bports?\b|bind|listen", re.IGNORECASE),
    title="ports",
    words=("bind", "listen", "port", "eaddrinuse"),
)  # fmt: skip
