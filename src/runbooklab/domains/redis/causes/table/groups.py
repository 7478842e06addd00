"""Groups of causes that look the same to the client, or that share their consequences."""

from __future__ import annotations

#: What makes a container end again and again: the loop is its consequence. ``redis-start-failed`` says less
#: than the loop itself and is no such cause.
ENDINGS = (
    "redis-config-invalid", "redis-data-corrupt", "redis-data-newer", "redis-crashed", "redis-daemonized",
    "bind-address-unavailable", "container-oom-killed", "start-command-not-found", "redis-config-not-mounted",
)  # fmt: skip
#: Who has taken the port explains what answers there.
TAKEN = ("port-conflict-process", "port-conflict-container")
SILENT = (
    "container-paused",
    "redis-frozen",
    "clients-paused",
    "firewall-drop",
    "script-busy",
    "silent-listener-on-port",
)
CLOSED = ("redis-port-mismatch", "bind-loopback-only", "redis-not-running-in-container", "plain-to-tls-port")
REFUSED = (
    "container-missing",
    "container-stopped",
    "port-not-published",
    "port-published-elsewhere",
    "firewall-reject",
)
GONE = (
    "registrations-flushed",
    "registrations-lost-on-restart",
    "keys-evicted",
    "worker-registration-expired",
)
